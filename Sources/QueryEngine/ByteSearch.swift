#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds a byte string in a longer one with the C library's search.
enum ByteSearch {
    /// The first place of `needle` in `haystack[range]`, nil if there is none.
    ///
    /// - Parameters:
    ///   - needle: not empty.
    ///   - range: within `haystack`.
    static func first(_ needle: [UInt8], in haystack: Span<UInt8>, range: Range<Int>) -> Int? {
        precondition(!needle.isEmpty)
        let part = haystack.extracting(range)
        // Safe: both pointers are used within their closures, with the counts they came with.
        let offset = unsafe part.withUnsafeBytes { text -> Int? in
            unsafe needle.withUnsafeBytes { wanted -> Int? in
                guard let start = text.baseAddress, let pattern = wanted.baseAddress else { return nil }
                guard let hit = unsafe memmem(start, text.count, pattern, wanted.count) else { return nil }
                return unsafe UnsafeRawPointer(hit) - start
            }
        }
        return offset.map { range.lowerBound + $0 }
    }
}

extension Span<UInt8> {
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    func hasPrefix(_ other: [UInt8]) -> Bool {
        count >= other.count && extracting(0..<other.count).equals(other)
    }

    var array: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in 0..<count { bytes.append(self[index]) }
        return bytes
    }

    var string: String { String(decoding: array, as: UTF8.self) }
}
