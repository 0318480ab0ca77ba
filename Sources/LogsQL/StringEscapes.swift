/// The escapes of LogsQL's `"…"` and `'…'` strings, those of Go (The Go Programming Language Specification, "String literals").
enum StringEscapes {
    /// Decodes `bytes[range]`, the inside of a quoted string.
    static func decode(_ bytes: [UInt8], _ range: Range<Int>) throws(QueryError) -> String {
        guard bytes[range].contains(UInt8(ascii: "\\")) else { return String(decoding: bytes[range], as: UTF8.self) }
        var decoded: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == UInt8(ascii: "\\") {
                index = try decodeEscape(bytes, index..<range.upperBound, into: &decoded)
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw QueryError("cannot parse string: its escapes do not make valid UTF-8", position: range.lowerBound)
        }
        return text
    }

    /// Appends what the escape at the start of `range` stands for; the index after it.
    private static func decodeEscape(
        _ bytes: [UInt8], _ range: Range<Int>, into decoded: inout [UInt8]
    ) throws(QueryError) -> Int {
        let start = range.lowerBound
        guard range.count >= 2 else { throw unknown(at: start) }
        let letter = bytes[start + 1]
        if let simple = simple(letter) {
            decoded.append(simple)
            return start + 2
        }
        switch letter {
        case UInt8(ascii: "x"):
            decoded.append(UInt8(truncatingIfNeeded: try number(bytes, range, digits: 2, skip: 2, radix: 16)))
            return start + 4
        case UInt8(ascii: "u"): return try scalar(bytes, range, digits: 4, into: &decoded)
        case UInt8(ascii: "U"): return try scalar(bytes, range, digits: 8, into: &decoded)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            guard let byte = UInt8(exactly: try number(bytes, range, digits: 3, skip: 1, radix: 8)) else {
                throw unknown(at: start)
            }
            decoded.append(byte)
            return start + 4
        default: throw unknown(at: start)
        }
    }

    private static func simple(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): letter
        default: nil
        }
    }

    private static func scalar(
        _ bytes: [UInt8], _ range: Range<Int>, digits: Int, into decoded: inout [UInt8]
    ) throws(QueryError) -> Int {
        let value = try number(bytes, range, digits: digits, skip: 2, radix: 16)
        guard let scalar = Unicode.Scalar(value) else { throw unknown(at: range.lowerBound) }
        decoded.append(contentsOf: Character(scalar).utf8)
        return range.lowerBound + 2 + digits
    }

    private static func number(
        _ bytes: [UInt8], _ range: Range<Int>, digits: Int, skip: Int, radix: Int
    ) throws(QueryError) -> UInt32 {
        let start = range.lowerBound + skip
        guard start + digits <= range.upperBound else { throw unknown(at: range.lowerBound) }
        let text = String(decoding: bytes[start..<(start + digits)], as: UTF8.self)
        // A sign passes `UInt32(_:radix:)` but is no digit.
        guard !text.hasPrefix("+"), let value = UInt32(text, radix: radix) else { throw unknown(at: range.lowerBound) }
        return value
    }

    private static func unknown(at position: Int) -> QueryError {
        QueryError(
            "cannot parse string: unknown escape; write \\\\ for a backslash, or put the text in `backticks`",
            position: position, expected: "one of \\n \\t \\r \\\\ \\\" \\' \\xNN \\uNNNN")
    }
}
