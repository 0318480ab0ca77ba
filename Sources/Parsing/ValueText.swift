import Kernels

/// What the text of a value says.
enum ValueText {
    /// Whether it is a number as JSON writes them (RFC 8259, section 6).
    static func isNumber(_ text: Span<UInt8>) -> Bool {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
            return index - start
        }
        if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
        let first = index
        let whole = digits()
        guard whole > 0, whole == 1 || text[first] != UInt8(ascii: "0") else { return false }
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { return false }
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == text.count
    }

    /// The kind of a value that is no text.
    static func kind(_ text: String) -> UInt8 {
        text == "true" || text == "false" ? ValueKind.bool : ValueKind.number
    }

    /// The text of a string in double quotes, with its backslash escapes taken out. `\xNN` and what else is unknown stay.
    static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let next = index + 1 < text.count ? text[index + 1] : 0
            switch text[index] == UInt8(ascii: "\\") ? next : 0 {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "]"): bytes.append(next)
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            default:
                bytes.append(text[index])
                index -= 1
            }
            index += 2
        }
        return bytes
    }
}

extension Span<UInt8> {
    func equals(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        for (index, byte) in text.utf8.enumerated() where self[index] != byte { return false }
        return true
    }

    func contains(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }

    var text: String { String(decoding: bytes(0..<count), as: UTF8.self) }
}
