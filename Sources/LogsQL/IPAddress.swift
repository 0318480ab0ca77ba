/// Internet addresses as text (RFC 4291, section 2.2; RFC 5952).
public enum IPAddress {
    /// `10.0.0.1`: four numbers up to 255, of at most three digits.
    public static func v4(_ text: Span<UInt8>) -> UInt32? {
        guard (7...15).contains(text.count) else { return nil }
        var (address, octet, digits, dots): (UInt32, UInt32, Int, Int) = (0, 0, 0, 0)
        for index in 0..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
            } else {
                let digit = byte &- UInt8(ascii: "0")
                guard digit <= 9, digits < 3 else { return nil }
                octet = octet * 10 + UInt32(digit)
                guard octet <= 255 else { return nil }
                digits += 1
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | octet : nil
    }

    /// `2001:db8::1`, `::ffff:10.0.0.1`, perhaps with a zone `%eth0`, which is left out; and `10.0.0.1` as `::ffff:10.0.0.1`.
    public static func v6(_ text: Span<UInt8>) -> UInt128? {
        guard (2...64).contains(text.count) else { return nil }
        if let address = v4(text) { return mapped(address) }
        var end = 0
        while end < text.count, text[end] != UInt8(ascii: "%") { end += 1 }
        guard end != text.count - 1 else { return nil }
        return groups(text.extracting(0..<end))
    }

    static func v4(_ text: String) -> UInt32? { v4(Array(text.utf8).span) }
    static func v6(_ text: String) -> UInt128? { v6(Array(text.utf8).span) }

    private static func mapped(_ address: UInt32) -> UInt128 { 0xFFFF_0000_0000 | UInt128(address) }

    /// Groups of 16 bits between colons; two colons stand for as many zeros as are missing.
    private static func groups(_ text: Span<UInt8>) -> UInt128? {
        var before: [UInt16] = []
        var after: [UInt16]?
        var index = 0
        func atColons(_ index: Int) -> Bool {
            index + 1 < text.count && text[index] == UInt8(ascii: ":") && text[index + 1] == UInt8(ascii: ":")
        }
        while index < text.count {
            if atColons(index) {
                guard after == nil else { return nil }
                after = []
                index += 2
                if index == text.count { break }
            } else if index > 0 {
                guard text[index] == UInt8(ascii: ":") else { return nil }
                index += 1
            }
            guard let (group, length) = group(text, at: index) else { return nil }
            if after == nil { before += group } else { after? += group }
            index += length
        }
        let count = before.count + (after?.count ?? 0)
        guard after == nil ? count == 8 : count <= 7 else { return nil }
        let all = before + Array(repeating: 0, count: 8 - count) + (after ?? [])
        return all.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// One group, or an address of version 4 at the end, which makes two.
    private static func group(_ text: Span<UInt8>, at start: Int) -> ([UInt16], length: Int)? {
        var (value, index): (UInt16, Int) = (0, start)
        while index < text.count, text[index] != UInt8(ascii: ":") {
            if text[index] == UInt8(ascii: ".") {
                guard let address = v4(text.extracting(start..<text.count)) else { return nil }
                return ([UInt16(address >> 16), UInt16(address & 0xFFFF)], text.count - start)
            }
            guard index - start < 4, let digit = hexDigit(text[index]) else { return nil }
            value = value << 4 | digit
            index += 1
        }
        return index > start ? ([value], index - start) : nil
    }

    private static func hexDigit(_ byte: UInt8) -> UInt16? {
        let digit = byte &- UInt8(ascii: "0")
        if digit <= 9 { return UInt16(digit) }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? UInt16(letter) + 10 : nil
    }

    // MARK: Text

    static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
    }

    /// In lower case, the first of the longest runs of zeros written `::` (RFC 5952, section 4).
    static func text(_ address: UInt128) -> String {
        if address >> 32 == 0xFFFF { return "::ffff:" + text(UInt32(truncatingIfNeeded: address)) }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * $0)) }
        var longest = 0..<0
        for start in 0..<8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(1, longest.count) { longest = start..<end }
        }
        func joined(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
        return longest.isEmpty
            ? joined(groups[...]) : joined(groups[..<longest.lowerBound]) + "::" + joined(groups[longest.upperBound...])
    }
}
