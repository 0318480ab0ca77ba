#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds a byte string in a longer one: the C library looks for its rarest byte, and what stands around that is
/// compared.
struct ByteSearch {
    let needle: [UInt8]
    private let rarest: Int

    /// - Parameter needle: not empty.
    init(_ needle: [UInt8]) {
        precondition(!needle.isEmpty)
        self.needle = needle
        rarest = needle.indices.min { Self.frequency(needle[$0]) < Self.frequency(needle[$1]) } ?? 0
    }

    /// The first place of the needle in `haystack[range]`, nil if there is none.
    ///
    /// - Parameter range: within `haystack`.
    func first(in haystack: Span<UInt8>, range: Range<Int>) -> Int? {
        let part = haystack.extracting(range)
        // Safe: `find` reads only within the buffer, and keeps no pointer.
        let offset = unsafe part.withUnsafeBufferPointer { unsafe find(in: $0) }
        return offset.map { range.lowerBound + $0 }
    }

    private func find(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let start = text.baseAddress, text.count >= needle.count else { return nil }
        // Where the rarest byte may stand, so that the whole needle fits around it.
        var at = rarest
        let end = text.count - needle.count + rarest + 1
        let byte = Int32(needle[rarest])
        while at < end {
            // Safe: `at < end <= text.count`.
            guard let hit = unsafe memchr(start + at, byte, end - at) else { return nil }
            at = unsafe UnsafePointer(hit.assumingMemoryBound(to: UInt8.self)) - start
            if unsafe matches(text, at - rarest) { return at - rarest }
            at += 1
        }
        return nil
    }

    /// - Parameter start: at most `text.count - needle.count`.
    @inline(__always)
    private func matches(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        for index in needle.indices where unsafe text[start + index] != needle[index] { return false }
        return true
    }

    /// How common a byte is in logs, roughly: the letters of English words by frequency, then digits, then the rest.
    private static func frequency(_ byte: UInt8) -> Int {
        if let place = common.firstIndex(of: byte) { return 100 - place }
        return byte &- UInt8(ascii: "0") < 10 ? 60 : byte &- UInt8(ascii: "a") < 26 ? 20 : 0
    }

    private static let common = Array(" etaoinsrhldcu=\":./-_,mfpgw".utf8)
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
