import Kernels

/// Entries as `journalctl -o export` writes them (systemd, "Journal Export Formats", section "Journal Export Format").
///
/// A field is a line `NAME=value`; or, where the value has control characters or is no UTF-8, a line `NAME`, the size of
/// the value in eight bytes, the lowest first, the value and a newline. An empty line ends the entry.
enum JournalExport {
    /// The field that every entry has.
    static let time = "__REALTIME_TIMESTAMP"

    /// How far a walk over an entry has come.
    enum End: Equatable {
        /// The entry ends before the empty line at this place.
        case at(Int)
        /// The bytes end before the entry does: after a field, or within one.
        case open(isBetweenFields: Bool)
        /// What begins at this place is no field.
        case malformed(Int)
    }

    /// Walks over the fields of the entry that begins at `start`.
    ///
    /// - Parameter body: gets the ranges of name and value of each field.
    static func walk(
        _ text: Span<UInt8>, from start: Int, _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void = { _, _ in }
    ) -> End {
        var position = start
        while position < text.count {
            let end = lineEnd(text, from: position)
            if end == position { return .at(position) }
            var nameEnd = position
            while nameEnd < end, isNameByte(text[nameEnd]) { nameEnd += 1 }
            guard nameEnd > position else { return .malformed(position) }
            let name = position..<nameEnd
            if nameEnd < end {
                guard text[nameEnd] == UInt8(ascii: "=") else { return .malformed(position) }
                body(name, nameEnd + 1..<end)
                position = end + 1
            } else {
                let value = end + 9
                guard value <= text.count else { return .open(isBetweenFields: false) }
                var size: UInt64 = 0
                for index in 0..<8 { size |= UInt64(text[end + 1 + index]) << UInt64(8 * index) }
                guard size <= UInt64(Int32.max) else { return .malformed(position) }
                let valueEnd = value + Int(size)
                guard valueEnd <= text.count else { return .open(isBetweenFields: false) }
                guard valueEnd == text.count || text[valueEnd] == UInt8(ascii: "\n") else { return .malformed(position) }
                body(name, value..<valueEnd)
                position = valueEnd + 1
            }
        }
        return .open(isBetweenFields: true)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
