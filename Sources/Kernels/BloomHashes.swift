// Hashes of whole columns for bloom filters (BloomFilter.md): xxHash64 of each value in PLAIN encoding without length.

/// Appends the hash of each of `values`, as it lies in memory.
public func appendBloomHashes<Value: BitwiseCopyable>(_ values: Span<Value>, to hashes: inout [UInt64]) {
    let width = MemoryLayout<Value>.stride
    values.withUnsafeBytes { bytes in
        hashes.append(atMost: values.count) { target in
            for index in 0..<values.count {
                target[index] = xxHash64(UnsafeRawBufferPointer(rebasing: bytes[index * width..<(index + 1) * width]))
            }
            return values.count
        }
    }
}

/// Appends the hash of each of the `width`-byte values that stand one after another in `bytes`.
public func appendBloomHashes(fixed bytes: Span<UInt8>, width: Int, to hashes: inout [UInt64]) {
    precondition(width > 0 && bytes.count % width == 0)
    bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: width) {
            hashes.append(xxHash64(UnsafeRawBufferPointer(rebasing: bytes[start..<start + width])))
        }
    }
}

/// Appends the hash of each value in `range` of a byte-array column.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`; checked by `areRising`.
public func appendBloomHashes(
    bytes: Span<UInt8>, ends: Span<UInt32>, _ range: Range<Int>, to hashes: inout [UInt64]
) {
    precondition(range.lowerBound >= 0 && range.upperBound <= ends.count)
    bytes.withUnsafeBytes { bytes in
        var start = range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1])
        for index in range {
            let end = Int(ends[index])
            hashes.append(xxHash64(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
            start = end
        }
    }
}
