// What the id index needs of a whole column of ids.

/// Whether a byte is one of A to Z.
public func hasCapitals(_ bytes: Span<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
        var found: UInt8 = 0
        for byte in bytes { found |= byte &- 0x41 < 26 ? 1 : 0 }
        return found != 0
    }
}

/// `hash64` of each value; 0 for one that is empty or longer than `lengthMax` bytes.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`; rises to at most `bytes.count`.
public func hashes64(bytes: Span<UInt8>, ends: Span<UInt32>, lengthMax: Int) -> [UInt64] {
    precondition(ends.isEmpty || Int(ends[ends.count - 1]) <= bytes.count)
    return bytes.withUnsafeBufferPointer { source in
        [UInt64](unsafeUninitializedCapacity: ends.count) { target, written in
            var start = 0
            for index in 0..<ends.count {
                let end = Int(ends[index])
                let isID = start < end && end - start <= lengthMax
                target[index] = isID ? hash64(UnsafeRawPointer(source.baseAddress! + start), end - start) : 0
                start = end
            }
            written = ends.count
        }
    }
}
