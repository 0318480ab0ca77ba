/// A field of a line that says a time.
struct TimeField {
    enum Kind {
        /// The time of the line.
        case time
        /// The start of its span, its time where no other is given.
        case start
        /// Another time, moved along.
        case other
    }

    let kind: Kind
    /// Where the text of the value is, without quotes.
    let value: Range<Int>

    private static let names: [(name: [UInt8], kind: Kind)] =
        ["time", "_time", "@timestamp", "timestamp", "ts"].map { (Array($0.utf8), Kind.time) } + [
            (Array("start_time_unix_nano".utf8), Kind.start),
            (Array("end_time_unix_nano".utf8), Kind.other),
        ]

    /// Appends the time fields of a line, JSON or logfmt, in the order of their values. Stops where a line is malformed.
    static func find(in bytes: Span<UInt8>, _ line: Range<Int>, into fields: inout [TimeField]) {
        let start = skipSpace(bytes, line.lowerBound, line.upperBound)
        guard start < line.upperBound else { return }
        if bytes[start] == UInt8(ascii: "{") {
            findJSON(bytes, start + 1, line.upperBound, &fields)
        } else {
            findLogfmt(bytes, start, line.upperBound, &fields)
        }
    }

    private static func append(
        _ bytes: Span<UInt8>, key: Range<Int>, value: Range<Int>, to fields: inout [TimeField]
    ) {
        guard let kind = kind(bytes, key) else { return }
        let isQuoted = value.count >= 2 && bytes[value.lowerBound] == UInt8(ascii: "\"")
        fields.append(TimeField(kind: kind, value: isQuoted ? value.lowerBound + 1..<value.upperBound - 1 : value))
    }

    private static func kind(_ bytes: Span<UInt8>, _ key: Range<Int>) -> Kind? {
        for (name, kind) in names where name.count == key.count {
            var index = 0
            while index < name.count, name[index] == bytes[key.lowerBound + index] { index += 1 }
            if index == name.count { return kind }
        }
        return nil
    }

    // MARK: JSON (RFC 8259)

    private static func findJSON(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout [TimeField]) {
        var index = start
        while true {
            index = skipSpace(bytes, index, end)
            guard index < end, bytes[index] == UInt8(ascii: "\""), let keyEnd = stringEnd(bytes, index, end) else { return }
            let key = index + 1..<keyEnd - 1
            index = skipSpace(bytes, keyEnd, end)
            guard index < end, bytes[index] == UInt8(ascii: ":") else { return }
            index = skipSpace(bytes, index + 1, end)
            guard let valueEnd = valueEnd(bytes, index, end) else { return }
            append(bytes, key: key, value: index..<valueEnd, to: &fields)
            index = skipSpace(bytes, valueEnd, end)
            guard index < end, bytes[index] == UInt8(ascii: ",") else { return }
            index += 1
        }
    }

    /// The end of the value that begins at `start`; nil if the line ends before it.
    private static func valueEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "\""): return stringEnd(bytes, start, end)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return nestedEnd(bytes, start, end)
        default:
            var index = start
            while index < end, !isScalarEnd(bytes[index]) { index += 1 }
            // A number that ends with the line may be cut.
            return index < end ? index : nil
        }
    }

    private static func isScalarEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte <= 0x20
    }

    private static func nestedEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var depth = 0
        var index = start
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard let stringEnd = stringEnd(bytes, index, end) else { return nil }
                index = stringEnd
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
            if depth == 0 { return index }
        }
        return nil
    }

    /// The index after the closing quote of the string that opens at `start`.
    private static func stringEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = start + 1
        while index < end, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index < end ? index + 1 : nil
    }

    // MARK: logfmt

    private static func findLogfmt(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout [TimeField]) {
        var index = start
        while index < end {
            let keyStart = index
            while index < end, bytes[index] != UInt8(ascii: "="), bytes[index] > 0x20 { index += 1 }
            let key = keyStart..<index
            if index < end, bytes[index] == UInt8(ascii: "=") {
                let valueStart = index + 1
                guard let valueEnd = logfmtValueEnd(bytes, valueStart, end) else { return }
                append(bytes, key: key, value: valueStart..<valueEnd, to: &fields)
                index = valueEnd
            }
            let next = skipSpace(bytes, index, end)
            guard next > index else { return }
            index = next
        }
    }

    private static func logfmtValueEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        if start < end, bytes[start] == UInt8(ascii: "\"") { return stringEnd(bytes, start, end) }
        var index = start
        while index < end, bytes[index] > 0x20 { index += 1 }
        return index
    }

    private static func skipSpace(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0d { index += 1 }
        return index
    }
}
