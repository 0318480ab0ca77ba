import Kernels

/// Fields inside the text of a capture.
enum StructuredData {
    /// The parameters of RFC 5424 structured data (section 6.3), as ranges of the text.
    ///
    /// - Parameter body: gets the id of the element, and the name and the value of the parameter, which may have
    ///   backslash escapes.
    /// - Returns: whether that is all there is; false where something is not well-formed.
    static func parameters(
        _ text: Span<UInt8>, _ body: (_ id: Range<Int>, _ name: Range<Int>, _ value: Range<Int>) -> Void
    ) -> Bool {
        var isWhole = true
        var index = 0
        while index < text.count, text[index] == UInt8(ascii: "[") {
            index += 1
            let id = word(text, &index) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "]") }
            while index < text.count, text[index] == UInt8(ascii: " ") {
                index += 1
                let name = word(text, &index) {
                    $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "]")
                }
                guard index + 1 < text.count, text[index] == UInt8(ascii: "="), text[index + 1] == UInt8(ascii: "\"")
                else {
                    isWhole = false
                    break
                }
                let start = index + 2
                var end = start
                while end < text.count, text[end] != UInt8(ascii: "\"") { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
                end = min(end, text.count)
                body(id, name, start..<end)
                index = min(end + 1, text.count)
            }
            if index >= text.count || text[index] != UInt8(ascii: "]") { isWhole = false }
            while index < text.count, text[index] != UInt8(ascii: "]") { index += 1 }
            index += 1
        }
        return isWhole
    }

    private static func word(_ text: Span<UInt8>, _ index: inout Int, endsAt: (UInt8) -> Bool) -> Range<Int> {
        let start = index
        while index < text.count, !endsAt(text[index]) { index += 1 }
        return start..<index
    }

    /// The pairs of a CEF extension (ArcSight Common Event Format, "Extension"): a value goes on up to the next ` key=`.
    static func extensionPairs(_ text: Span<UInt8>, _ body: (_ name: String, _ value: [UInt8]) -> Void) {
        var index = 0
        while let equals = firstEquals(text, from: index) {
            let name = text.extracting(index..<equals).text.trimmingSpaces
            var end = text.count
            var next = text.count
            if let nextEquals = firstEquals(text, from: equals + 1) {
                var keyStart = nextEquals
                while keyStart > equals + 1, text[keyStart - 1] != UInt8(ascii: " ") { keyStart -= 1 }
                next = keyStart
                end = max(equals + 1, keyStart - 1)
            }
            if !name.isEmpty { body(name, unescapedExtension(text.extracting(equals + 1..<end))) }
            index = next
        }
    }

    /// The next `=` without a backslash before it that a key precedes.
    private static func firstEquals(_ text: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if text[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if text[index] == UInt8(ascii: "="), index > start, text[index - 1] != UInt8(ascii: " ") {
                var keyStart = index
                while keyStart > start, isKeyByte(text[keyStart - 1]) { keyStart -= 1 }
                if keyStart < index, keyStart == start || text[keyStart - 1] == UInt8(ascii: " ") { return index }
            }
            index += 1
        }
        return nil
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool { byte.isASCIILetterOrDigit || "_.-".utf8.contains(byte) }

    private static func unescapedExtension(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), index + 1 < text.count {
                switch text[index + 1] {
                case UInt8(ascii: "n"): bytes.append(0x0a)
                case UInt8(ascii: "r"): bytes.append(0x0d)
                case let other: bytes.append(other)
                }
                index += 2
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
