/// How names, values and durations are written in canonical LogsQL.
enum CanonicalText {
    /// `text` bare if it reads back as one word, else in double quotes.
    static func quotedIfNeeded(_ text: String) -> String { isBare(text) ? text : quoted(text) }

    /// `name:`, or nothing for the message.
    static func field(_ name: String?) -> String { name.map { quotedIfNeeded($0) + ":" } ?? "" }

    static func isBare(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var index = 0
        while let length = Lexer.wordCharacterLength(bytes, at: index) { index += length }
        return index == bytes.count && !bytes.isEmpty && !Keywords.isReserved(text)
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case "\u{0}"..<" ", "\u{7F}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// `1h30m`, `250ms`, `-5m`, `0s`: units from days down to nanoseconds.
    static func duration(_ nanoseconds: Int64) -> String {
        var rest = nanoseconds.magnitude
        guard rest > 0 else { return "0s" }
        var text = nanoseconds < 0 ? "-" : ""
        for (name, unit) in [
            ("d", 86_400_000_000_000 as UInt64), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("µs", 1_000), ("ns", 1),
        ] where rest >= unit {
            text += "\(rest / unit)\(name)"
            rest %= unit
        }
        return text
    }

    /// ` offset 1h`, or nothing for 0.
    static func offset(_ nanoseconds: Int64) -> String { nanoseconds == 0 ? "" : " offset " + duration(nanoseconds) }

    /// `a, "b c"`
    static func list(_ texts: [String]) -> String { texts.map(quotedIfNeeded).joined(separator: ", ") }

    /// The shortest text that reads back as `value`: `0.99`, `3`, `1e+21`.
    static func number(_ value: Double) -> String {
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 { return String(integer) }
        return value.description
    }
}
