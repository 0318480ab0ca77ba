/// A line as bytes.
public enum LineBytes {
    /// Whether there is nothing but white space, so that no row is made.
    public static func isBlank(_ line: some Sequence<UInt8>) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    }

    /// How many rows lines of JSON, logfmt and plain text make.
    public static func rowCount(_ input: [UInt8]) -> Int {
        var count = 0
        var isBlank = true
        for byte in input {
            if byte == 0x0a {
                if !isBlank { count += 1 }
                isBlank = true
            } else if byte != 0x20, byte != 0x09, byte != 0x0d {
                isBlank = false
            }
        }
        return isBlank ? count : count + 1
    }

    /// The same bytes in an allocation that ends with the last of them, so that Address Sanitizer sees what is read
    /// past it: an array that has grown has room behind its end.
    public static func exactly(_ bytes: [UInt8]) -> [UInt8] {
        var exact = [UInt8](repeating: 0, count: bytes.count)
        for index in bytes.indices { exact[index] = bytes[index] }
        return exact
    }

    /// A literal of Swift's that gives these bytes: text where it is text.
    public static func literal(_ bytes: [UInt8]) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "[" + bytes.map { "0x" + String($0, radix: 16) }.joined(separator: ", ") + "]"
        }
        return "\"" + text.unicodeScalars.map { $0.escaped(asASCII: false) }.joined() + "\""
    }
}
