// From the bytes of a Parquet page to values (Encodings.md): PLAIN, BYTE_STREAM_SPLIT, and codes through a dictionary.
// The bytes come from files and are trusted in nothing: every function checks ranges and lengths and returns false when
// they do not fit. Numbers are little-endian, which is how they lie in memory on every platform we build for.
//
// `wanted` are the values to append, out of the `count` that the page holds.

// MARK: - Plain

/// Appends `wanted` values of the `count` in `bytes[range]`.
///
/// - Returns: false when the range is too short; nothing is appended then.
public func decodePlain<Value: BitwiseCopyable>(
    _ bytes: Span<UInt8>, _ range: Range<Int>, count: Int, wanted: Range<Int>, into values: inout [Value]
) -> Bool {
    let width = MemoryLayout<Value>.stride
    guard isWithin(bytes, range, width: width, count: count, wanted) else { return false }
    bytes.withUnsafeBufferPointer { bytes in
        values.append(atMost: wanted.count) { target in
            let start = range.lowerBound + wanted.lowerBound * width
            UnsafeMutableRawPointer(target).copyMemory(
                from: UnsafeRawPointer(bytes.baseAddress!) + start, byteCount: wanted.count * width)
            return wanted.count
        }
    }
    return true
}

@inline(__always)
private func isWithin(_ bytes: Span<UInt8>, _ range: Range<Int>, width: Int, count: Int, _ wanted: Range<Int>) -> Bool {
    range.lowerBound >= 0 && range.upperBound <= bytes.count && width > 0 && count >= 0
        && count <= range.count / width && wanted.lowerBound >= 0 && wanted.upperBound <= count
}

/// Appends byte arrays `wanted` from `bytes[range]`, where each stands behind its 4-byte length.
///
/// - Returns: false when one does not end within the range, or the bytes come to more than `UInt32.max`; `ends` then
///   has some of them.
public func decodePlainByteArrays(
    _ source: Span<UInt8>, _ range: Range<Int>, wanted: Range<Int>, bytes: inout [UInt8], ends: inout [UInt32]
) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= source.count, wanted.lowerBound >= 0,
        wanted.upperBound <= range.count / 4
    else { return false }
    guard !wanted.isEmpty else { return true }
    return source.withUnsafeBufferPointer { source in
        let start = UnsafeRawPointer(source.baseAddress!)
        var position = range.lowerBound
        for _ in 0..<wanted.lowerBound {
            guard let length = length(start, position, range.upperBound) else { return false }
            position += 4 + length
        }
        guard
            let end = decodeLengths(start, position, range.upperBound, wanted.count, from: bytes.count, into: &ends)
        else { return false }
        copyByteArrays(
            start, position, readable: source.count, count: wanted.count, total: end - position - 4 * wanted.count,
            into: &bytes)
        return true
    }
}

/// The length at `position`; nil when it or its value does not end before `end`.
@inline(__always)
private func length(_ start: UnsafeRawPointer, _ position: Int, _ end: Int) -> Int? {
    guard end &- position >= 4 else { return nil }
    let length = Int(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
    return length <= end &- position &- 4 ? length : nil
}

/// Appends where each of `count` values ends, counted from `from`.
///
/// - Returns: where in the input the last value ends.
private func decodeLengths(
    _ start: UnsafeRawPointer, _ first: Int, _ end: Int, _ count: Int, from: Int, into ends: inout [UInt32]
) -> Int? {
    var position = first
    var total = from
    ends.append(atMost: count) { target in
        for index in 0..<count {
            guard let length = length(start, position, end) else { return index }
            position &+= 4 &+ length
            total &+= length
            target[index] = UInt32(truncatingIfNeeded: total)
        }
        return count
    }
    guard position - first - 4 * count == total - from, total <= Int(UInt32.max) else { return nil }
    return position
}

/// Copies values whose lengths are checked; `readable` bytes of the input may be read.
private func copyByteArrays(
    _ start: UnsafeRawPointer, _ first: Int, readable: Int, count: Int, total: Int, into bytes: inout [UInt8]
) {
    // 16 more: short values are stored as 16 bytes.
    bytes.append(atMost: total + 16) { target in
        var to = UnsafeMutableRawPointer(target)
        var position = first
        for _ in 0..<count {
            let length = Int(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            position &+= 4
            if length <= 16, position &+ 16 <= readable {
                to.storeBytes(
                    of: start.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
            } else {
                to.copyMemory(from: start + position, byteCount: length)
            }
            position &+= length
            to += length
        }
        return total
    }
}

// MARK: - Byte stream split

/// Appends values from BYTE_STREAM_SPLIT: the first byte of all values, then the second of all, and so on.
///
/// - Returns: false when `bytes[range]` is not exactly `count` values; nothing is appended then.
public func decodeByteStreamSplit<Value: BitwiseCopyable>(
    _ bytes: Span<UInt8>, _ range: Range<Int>, count: Int, wanted: Range<Int>, into values: inout [Value]
) -> Bool {
    let width = MemoryLayout<Value>.stride
    guard isWithin(bytes, range, width: width, count: count, wanted), range.count == count * width else {
        return false
    }
    values.append(atMost: wanted.count) { target in
        joinStreams(bytes, range.lowerBound, width, count, wanted, UnsafeMutableRawPointer(target))
        return wanted.count
    }
    return true
}

/// As above, for values of `width` bytes.
public func decodeByteStreamSplit(
    _ bytes: Span<UInt8>, _ range: Range<Int>, width: Int, count: Int, wanted: Range<Int>, into values: inout [UInt8]
) -> Bool {
    guard isWithin(bytes, range, width: width, count: count, wanted), range.count == count * width else {
        return false
    }
    values.append(atMost: wanted.count * width) { target in
        joinStreams(bytes, range.lowerBound, width, count, wanted, UnsafeMutableRawPointer(target))
        return wanted.count * width
    }
    return true
}

private func joinStreams(
    _ bytes: Span<UInt8>, _ first: Int, _ width: Int, _ count: Int, _ wanted: Range<Int>,
    _ target: UnsafeMutableRawPointer
) {
    bytes.withUnsafeBufferPointer { bytes in
        for stream in 0..<width {
            let source = bytes.baseAddress! + first + stream * count + wanted.lowerBound
            var place = stream
            for index in 0..<wanted.count {
                target.storeBytes(of: source[index], toByteOffset: place, as: UInt8.self)
                place &+= width
            }
        }
    }
}

// MARK: - Dictionaries

/// Appends the entry of each code; every code is less than `entries.count`.
public func gather(_ codes: Span<UInt32>, _ entries: Span<Int32>, into values: inout [Int32]) {
    gatherEntries(codes, entries, &values)
}

/// As above.
public func gather(_ codes: Span<UInt32>, _ entries: Span<Int64>, into values: inout [Int64]) {
    gatherEntries(codes, entries, &values)
}

/// As above.
public func gather(_ codes: Span<UInt32>, _ entries: Span<Float>, into values: inout [Float]) {
    gatherEntries(codes, entries, &values)
}

/// As above.
public func gather(_ codes: Span<UInt32>, _ entries: Span<Double>, into values: inout [Double]) {
    gatherEntries(codes, entries, &values)
}

@inline(__always)
private func gatherEntries<Value: BitwiseCopyable>(
    _ codes: Span<UInt32>, _ entries: Span<Value>, _ values: inout [Value]
) {
    codes.withUnsafeBufferPointer { codes in
        entries.withUnsafeBufferPointer { entries in
            values.append(atMost: codes.count) { target in
                for index in 0..<codes.count { target[index] = entries[Int(codes[index])] }
                return codes.count
            }
        }
    }
}

/// Appends the codes themselves.
public func appendCodes(_ codes: Span<UInt32>, to all: inout [UInt32]) {
    codes.withUnsafeBufferPointer { all.append(contentsOf: $0) }
}
