import Kernels

extension Span<UInt8> {
    func bytes(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(self[index]) }
        return bytes
    }

    /// Spaces and tabs at the start.
    var leadingSpaceCount: Int {
        var index = 0
        while index < count, self[index] == 0x20 || self[index] == 0x09 { index += 1 }
        return index
    }

    /// Whether the first word is `key=…`: what tells logfmt from plain text.
    var startsWithPair: Bool {
        var index = 0
        while index < count, self[index].isLogfmtNameByte { index += 1 }
        return index > 0 && index < count && self[index] == UInt8(ascii: "=")
    }

    func equals(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        for (index, byte) in text.utf8.enumerated() where self[index] != byte { return false }
        return true
    }

    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    func ends(with end: [UInt8]) -> Bool {
        count >= end.count && extracting((count - end.count)...).equals(end)
    }

    /// The number that up to four digits write; nil for anything else.
    var smallNumber: Int? {
        guard (1...4).contains(count) else { return nil }
        var number = 0
        for index in indices {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }

    var text: String { String(decoding: bytes(0..<count), as: UTF8.self) }

    /// Bytes before the white space and line ends at the end.
    var trimmedCount: Int {
        var end = count
        while end > 0, self[end - 1] <= 0x20 { end -= 1 }
        return end
    }

    /// Whether there is nothing but white space.
    var isBlank: Bool {
        for index in indices where self[index] != 0x20 && self[index] != 0x09 && self[index] != 0x0d { return false }
        return true
    }

    /// The line at `range` without the carriage return of its ending.
    func withoutCarriageReturn(_ range: Range<Int>) -> Range<Int> {
        let hasOne = !range.isEmpty && self[range.upperBound - 1] == 0x0d
        return range.lowerBound..<range.upperBound - (hasOne ? 1 : 0)
    }

    /// How many bytes are kept of a line: all but the carriage return of its ending, or, where it is longer than
    /// `limit`, what ends between two characters.
    func keptCount(atMost limit: Int) -> Int {
        guard count > limit else { return withoutCarriageReturn(0..<count).count }
        var end = limit
        while end > limit - 3, end > 0, self[end] & 0xc0 == 0x80 { end -= 1 }
        return end
    }

    /// The same bytes, with each one that is not part of well-formed UTF-8 written as `\xNN`.
    func escapingInvalidUTF8() -> [UInt8] {
        var bytes: [UInt8] = []
        var start = 0
        while start < count {
            guard let invalid = firstInvalidUTF8(extracting(start..<count)) else { break }
            bytes += self.bytes(start..<start + invalid)
            let byte = String(self[start + invalid], radix: 16)
            bytes += Array("\\x\(byte)".utf8)
            start += invalid + 1
        }
        return bytes + self.bytes(start..<count)
    }
}

extension UInt8 {
    /// Letters, digits and `_.-/@`, a bit each.
    fileprivate var isLogfmtNameByte: Bool {
        let bits: UInt64 = self < 64 ? 0x03ff_e000_0000_0000 : self < 128 ? 0x07ff_fffe_87ff_ffff : 0
        return bits >> UInt64(self & 63) & 1 == 1
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { self &- UInt8(ascii: "0") <= 9 }
    var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var isASCIILetterOrDigit: Bool { isASCIILetter || isASCIIDigit }
}
