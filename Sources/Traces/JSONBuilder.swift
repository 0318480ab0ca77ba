import Records

/// Appends JSON from left to right; a comma comes where a value or key follows a value.
struct JSONBuilder {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// `[` or `{`.
    mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    /// `]` or `}`.
    mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        JSONText.appendString(text, to: &bytes)
    }

    /// Quoted for a string, else as it came.
    mutating func value(_ value: FieldValue) {
        separate()
        JSONText.append(value, to: &bytes)
    }

    /// A number, a boolean or null.
    mutating func bare(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }
}
