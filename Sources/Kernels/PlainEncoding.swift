// Parquet's PLAIN encoding (Encodings.md): numbers little-endian, which is how they lie in memory on every platform we
// build for; byte arrays behind a 4-byte length.

/// Appends `values` as they lie in memory.
public func appendPlain<Value: BitwiseCopyable>(_ values: Span<Value>, to bytes: inout [UInt8]) {
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
}

/// Appends values `range` of a byte-array column, each behind its length.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`; checked by `areRising`.
public func appendPlain(
    bytes: Span<UInt8>, ends: Span<UInt32>, _ range: Range<Int>, to output: inout [UInt8]
) {
    guard !range.isEmpty else { return }
    let first = range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1])
    let total = Int(ends[range.upperBound - 1]) - first + range.count * 4
    bytes.withUnsafeBufferPointer { bytes in
        output.append(atMost: total) { target in
            var to = UnsafeMutableRawPointer(target)
            var start = first
            for index in range {
                let end = Int(ends[index])
                to.storeBytes(of: UInt32(truncatingIfNeeded: end &- start).littleEndian, as: UInt32.self)
                to += 4
                if end > start { to.copyMemory(from: bytes.baseAddress! + start, byteCount: end &- start) }
                to += end &- start
                start = end
            }
            return total
        }
    }
}

/// Appends `values` in BYTE_STREAM_SPLIT: the first byte of all, then the second of all, and so on.
public func appendByteStreamSplit<Value: BitwiseCopyable>(_ values: Span<Value>, to bytes: inout [UInt8]) {
    let (count, width) = (values.count, MemoryLayout<Value>.stride)
    values.withUnsafeBytes { source in
        bytes.append(atMost: source.count) { target in
            for stream in 0..<width {
                for index in 0..<count { target[stream &* count &+ index] = source[index &* width &+ stream] }
            }
            return count * width
        }
    }
}

/// Whether elements `range` of `ends` never fall, begin no lower than the one before them, and end within `byteCount`.
public func areRising(_ ends: Span<UInt32>, _ range: Range<Int>, byteCount: Int) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= ends.count else { return false }
    var last = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
    var falls = false
    for index in range {
        falls = falls || ends[index] < last
        last = ends[index]
    }
    return !falls && Int(last) <= byteCount
}

/// Fills `rebased` with elements `range` of `ends`, counted from the end of the value before them.
public func rebaseEnds(_ ends: Span<UInt32>, _ range: Range<Int>, into rebased: inout [UInt32]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= ends.count)
    let start = range.lowerBound == 0 ? 0 : ends[range.lowerBound - 1]
    rebased.removeAll(keepingCapacity: true)
    rebased.append(atMost: range.count) { target in
        for index in 0..<range.count { target[index] = ends[range.lowerBound &+ index] &- start }
        return range.count
    }
}

/// Builds the dictionary of a column of numbers by their bits, so that -0 and +0 are two entries.
///
/// - Returns: the entries in PLAIN encoding, or nil when a limit was passed. `codes` as for byte arrays.
public func buildDictionary<Value: BitwiseCopyable>(
    _ values: Span<Value>, limits: DictionaryLimits, codes: inout [UInt32]
) -> [UInt8]? {
    values.withUnsafeBytes { raw in
        let bytes = Span<UInt8>(_unsafeElements: raw.assumingMemoryBound(to: UInt8.self))
        return buildDictionary(fixed: bytes, width: MemoryLayout<Value>.stride, limits: limits, codes: &codes)
    }
}
