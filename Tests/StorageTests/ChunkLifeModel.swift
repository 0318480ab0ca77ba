import Records
import Storage
import TestSupport

/// Rows of all kinds, each with a `seq` of its own, over a few days.
struct RandomRows {
    private(set) var seq = 0
    /// 2023-11-14T00:00:00Z
    static let firstDay: Int64 = 1_699_920_000_000_000_000
    static let day: Int64 = 86_400_000_000_000

    mutating func batch(_ count: Int, _ random: inout SeededRandom) -> RecordBatch {
        StorageTests.batch((0..<count).map { _ in line(&random) }.joined(separator: "\n"))
    }

    private mutating func line(_ random: inout SeededRandom) -> String {
        seq += 1
        // Few distinct times, so that many rows share one; some far off.
        var time = Self.firstDay + Int64(random.below(3)) * Self.day + Int64(random.below(40)) * 2_100_000_000_000
        if random.oneIn(60) { time = random.pick([0, 4_102_444_800_000_000_000, -1_000_000_000, 1_600_000_000_000_000_000]) }
        var fields = ["\"time\":\"\(Timestamp.text(time))\"", "\"seq\":\(seq)"]
        if random.chance(80) { fields.append("\"service\":\"s\(random.below(3))\"") }
        if random.chance(60) { fields.append("\"level\":\"\(random.pick(["info", "error", ""]))\"") }
        if random.chance(70) { fields.append("\"message\":\"text \(random.below(20)) ü\\n\(random.chance(10) ? "\\u0000\\\"" : "")\"") }
        if random.chance(50) { fields.append("\"trace_id\":\"\(String(repeating: "ab", count: 15))\(10 + random.below(30))\"") }
        if random.chance(20) { fields.append("\"request_id\":\"Req-\(random.below(20))\"") }
        if random.chance(30) { fields.append("\"integer\":\(random.pick(["0", "-7", "9223372036854775807", "12", "9007199254740993"]))") }
        if random.chance(30) { fields.append("\"number\":\(random.pick(["1.5", "3", "-0", "1e3", "2.50", "1e400", "0.1"]))") }
        if random.chance(20) { fields.append("\"small\":\(random.pick(["1", "2.5", "-3"]))") }
        if random.chance(20) { fields.append("\"flag\":\(random.chance(50))") }
        if random.chance(20) { fields.append("\"tags\":\(random.pick(["[1,2]", "[]", "[\"a\", null]"]))") }
        if random.chance(20) { fields.append("\"mixed\":\(random.pick(["1", "\"one\"", "true", "[1]", "\"\"", "null"]))") }
        if random.chance(15) { fields.append("\"hex\":\"\(random.pick(["0123456789abcdef", "fedcba9876543210", "0123456789ABCDEF"]))\"") }
        if random.chance(40) { fields.append(contentsOf: span(&random)) }
        if random.chance(20) { fields.append("\"order\":\"0a1b2c3d-0000-4000-8000-\(String(repeating: "e", count: 10))\(10 + random.below(30))\"") }
        if random.oneIn(40) { fields.append("\"_rest\":\"mine\"") }
        if random.oneIn(30) { fields.append("\"rare_\(random.below(12))\":\"x\"") }
        if random.oneIn(10) { fields.append("\"_weight\":\(random.pick(["2", "0.5", "10"]))") }
        return "{" + fields.joined(separator: ",") + "}"
    }

    /// Parents are near, far, gone, or no ids at all.
    private func span(_ random: inout SeededRandom) -> [String] {
        func id() -> String { "00000000000000\(10 + random.below(50))" }
        var fields = ["\"span_id\":\"\(id())\"", "\"duration_ns\":\(random.below(1_000))"]
        if random.chance(80) { fields.append("\"parent_span_id\":\"\(random.oneIn(200) ? "none" : id())\"") }
        if random.oneIn(300) { fields.append("\"parent_row_offset\":5") }
        return fields
    }
}

/// What a store must have: rows by their `seq`.
struct ChunkLifeModel {
    typealias Row = [String: FieldValue]

    /// Rows that are in the store.
    private(set) var rows: [Int: Row] = [:]
    /// Those among them that a crash may take.
    private(set) var unsynced: Set<Int> = []

    static func seq(_ row: Row) -> Int { row["seq"].flatMap { Int($0.text) } ?? -1 }

    mutating func append(_ batch: RecordBatch) {
        for record in batch.records {
            let row = Row(uniqueKeysWithValues: record.fields.map { ($0.name, FieldValue($0.value.text)) })
            rows[Self.seq(row)] = row
            unsynced.insert(Self.seq(row))
        }
    }

    mutating func synced() { unsynced = [] }

    mutating func remove(where isGone: (Row) -> Bool) -> Int {
        let gone = rows.filter { isGone($0.value) }.map(\.key)
        for seq in gone { rows[seq] = nil }
        unsynced.subtract(gone)
        return gone.count
    }

    /// Takes over what a crash has left, if that is possible: nil, or what is wrong.
    ///
    /// - Parameter mayBeGone: rows that were being deleted.
    mutating func crashed(_ found: [Row], mayBeGone: (Row) -> Bool = { _ in false }) -> String? {
        let seqs = found.map(Self.seq)
        guard Set(seqs).count == seqs.count else { return "a row is there twice" }
        let found = Dictionary(uniqueKeysWithValues: zip(seqs, found))
        for (seq, row) in rows where found[seq] == nil && !unsynced.contains(seq) && !mayBeGone(row) {
            return "row \(seq) is lost"
        }
        for (seq, row) in found where rows[seq] != row { return "row \(seq) is \(row), not \(rows[seq] ?? [:])" }
        rows = found
        unsynced = []
        return nil
    }

    /// Nil, or how a snapshot differs.
    func difference(from found: [Row]) -> String? {
        guard found.count == rows.count else { return "\(found.count) rows in place of \(rows.count)" }
        for row in found where rows[Self.seq(row)] != row { return "\(row) in place of \(rows[Self.seq(row)] ?? [:])" }
        return nil
    }
}

/// The `seq`s of the rows with an id, as the id index finds them.
func seqs(withID id: String, in field: String, _ snapshot: Snapshot) throws -> [Int] {
    try snapshot.locate(id: id).flatMap { location in
        let ids = try location.segment.column(field, rows: location.rows)
        let seqs = try location.segment.column("seq", rows: location.rows)
        return ids.rows(equalIgnoringCase: id).compactMap { seqs.text($0).flatMap { Int($0) } }
    }.sorted()
}
