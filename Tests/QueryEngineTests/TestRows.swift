import Kernels
import Records
import Storage
import TestSupport

/// A row as the model sees it: texts by field.
struct Row {
    var time: Int64
    var fields: [String: String]

    func text(_ field: String) -> String { field == "time" ? Timestamp.text(time) : fields[field] ?? "" }
}

/// How the columns of a test segment are kept.
enum Encoding: CaseIterable {
    case text, dictionary
    /// Numbers, booleans and ids as such.
    case natural
}

/// A segment whose columns are made of the texts of some rows.
struct TestSegment: Segment {
    let rows: [Row]
    let encoding: Encoding
    let rowsPerBlock: Int
    /// Told of each column that is there and read.
    var onRead: @Sendable (String) -> Void = { _ in }

    var rowCount: Int { rows.count }
    var timeRange: ClosedRange<Int64> { (rows.map(\.time).min() ?? 0)...(rows.map(\.time).max() ?? 0) }
    var fieldNames: [String] { ["time"] + Set(rows.flatMap(\.fields.keys)).sorted() }

    func column(_ field: String, rows range: Range<Int>) -> ColumnVector {
        let count = range.count
        if field == "time" {
            onRead(field)
            return ColumnVector(values: .timestamp(rows[range].map(\.time)), kind: .string, validity: nil, count: count)
        }
        let texts = rows[range].map { $0.fields[field] }
        guard texts.contains(where: { $0 != nil }) else { return .missing(count: count) }
        onRead(field)
        var validity: Bitmap? = Bitmap(repeating: true, count: count)
        for (row, text) in texts.enumerated() where text == nil { validity?[row] = false }
        if !texts.contains(nil) { validity = nil }
        // The kind belongs to the whole segment, as in a chunk.
        let all = rows.compactMap { $0.fields[field] }
        let (values, kind) = (values(texts, all), shownKind(all))
        return ColumnVector(values: values, kind: kind, validity: validity, count: count)
    }

    private func shownKind(_ all: [String]) -> ValueKinds {
        if all.allSatisfy({ $0 == "true" || $0 == "false" }) { return .bool }
        return all.allSatisfy { Double($0).map(NumberText.shortest) == $0 } ? .number : .string
    }

    private func values(_ texts: [String?], _ all: [String]) -> ColumnVector.Values {
        switch encoding {
        case .text: return .text(vector(texts.map { $0 ?? "" }))
        case .dictionary: return dictionary(texts)
        case .natural: return natural(texts, all) ?? .text(vector(texts.map { $0 ?? "" }))
        }
    }

    /// Neighbours change places in the bytes: the order of rows need not be that of bytes.
    private func vector(_ texts: [String]) -> TextVector {
        var bytes: [UInt8] = []
        var starts = [UInt32](repeating: 0, count: texts.count)
        var ends = starts
        for place in texts.indices {
            let row = place ^ 1 < texts.count ? place ^ 1 : place
            starts[row] = UInt32(bytes.count)
            bytes += Array(texts[row].utf8)
            ends[row] = UInt32(bytes.count)
        }
        return TextVector(bytes: bytes, starts: starts, ends: ends)
    }

    private func dictionary(_ texts: [String?]) -> ColumnVector.Values {
        let entries = Set(texts.compactMap { $0 }).sorted()
        let codes = texts.map { text in UInt32(entries.firstIndex { $0 == text } ?? 0) }
        return .dictionary(codes: codes, dictionary: vector(entries))
    }

    private func natural(_ texts: [String?], _ all: [String]) -> ColumnVector.Values? {
        if all.allSatisfy({ $0 == "true" || $0 == "false" }) { return .bool(texts.map { $0 == "true" }) }
        if all.allSatisfy({ text in Int64(text).map { String($0) == text } ?? false }) {
            return .int64(texts.map { Int64($0 ?? "") ?? 0 })
        }
        if all.allSatisfy({ text in Double(text).map { NumberText.shortest($0) == text } ?? false }) {
            return .double(texts.map { Double($0 ?? "") ?? 0 })
        }
        if all.allSatisfy({ Hex.bytes($0)?.count == 8 }) {
            return .hex(width: 8, bytes: texts.flatMap { $0.flatMap(Hex.bytes) ?? Array(repeating: 0, count: 8) })
        }
        return nil
    }
}

extension Snapshot {
    init(_ segments: [any Segment]) {
        self.init(
            segments: { range in segments.filter { range?.overlaps($0.timeRange) ?? true } }, lookup: { _ in [] })
    }

    /// `rows` in segments of unlike encodings, times and block sizes.
    init(_ rows: [Row], encodings: [Encoding], rowsPerBlock: Int = 37) {
        let size = max(1, (rows.count + encodings.count - 1) / encodings.count)
        self.init(
            encodings.enumerated().map { index, encoding in
                let part = rows.dropFirst(index * size).prefix(size)
                return TestSegment(rows: Array(part), encoding: encoding, rowsPerBlock: rowsPerBlock)
            }.filter { $0.rowCount > 0 })
    }
}

private let linePieces = [
    "user=12", "user=", "ip ", "10.0.0.1", "at ", "2025-10-20T10:20:30", "Z", "+02:00", "10:20:30,5", "2025/10/20", " ", "beef",
    "default", "\"a b\"", "'", "2edfed59-3e98-4073-bbb2-28d321ca71a7", "x", "15s", "_7", "v8", "abc", ":", "né", "<N>", "dead_",
]
private let ips = [
    "10.0.0.1", "10.0.0.200", "192.168.1.1", "0.0.0.0", "255.255.255.255", "10.0.0.256", "10.0.0", "::1", "2001:db8::7",
    "::ffff:10.0.0.1", "x", "1.2.3.4 ", "7",
]
private let tags = [
    "[]", "[\"a\"]", " [ \"b c\" , 1 ]", "[true, null]", "[[\"a\"], {\"b\": \"a\"}]", "[\"\\u00e9\\n\", 2.5]", "[\"a\"", "a", "{}",
    "[\"\"]", "[\"a\"] x",
]

/// Rows with the values that queries tend to get wrong.
func randomRows(_ count: Int, _ random: inout SeededRandom) -> [Row] {
    let words = ["error", "errors", "Error", "time", "out", "timeout", "a_b", "a", "b", "né", "日本", "x-y", "10", "é"]
    let mixed = [
        "", "10", "9", "1a", "abc", "10KB", "1.5s", "-3", "0.5", "1.0", "1", "inf", "Z", "2023-01-29T09:20:29Z",
    ]
    return (0..<count).map { index in
        var fields = ["id": String(index)]
        fields["message"] = (0..<Int.random(in: 0...5, using: &random)).map { _ in random.pick(words) }
            .joined(separator: random.pick([" ", "", ": ", "_", "."]))
        if !random.oneIn(5) { fields["service"] = random.pick(["cart", "checkout", "front end", ""]) }
        if !random.oneIn(5) { fields["status"] = String(Int.random(in: -2...12, using: &random) * 50) }
        if !random.oneIn(5) {
            fields["latency"] = NumberText.shortest(Double(Int.random(in: -20...400, using: &random)) / 4)
        }
        if !random.oneIn(5) { fields["ok"] = random.pick(["true", "false"]) }
        if !random.oneIn(5) {
            fields["trace_id"] = random.pick(["00000000000000ff", "abcdef0123456789", "1111111111111111"])
        }
        if !random.oneIn(5) { fields["mixed"] = random.pick(mixed) }
        if !random.oneIn(5) { fields["line"] = (0..<random.below(5)).map { _ in random.pick(linePieces) }.joined() }
        if !random.oneIn(5) { fields["ip"] = random.pick(ips) }
        if !random.oneIn(5) { fields["tags"] = random.pick(tags) }
        let time = Int64.random(in: 0...7_200, using: &random) * 500_000_000 + 1_675_000_000_000_000_000
        return Row(time: time, fields: fields)
    }
}
