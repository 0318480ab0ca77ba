import Foundation
import Parsing
import Records
import Storage
import Synchronization
import SystemIO

/// A folder that goes when it is no longer used.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Lines as a batch.
func batch(_ lines: String) -> RecordBatch {
    var parser = LineParser()
    let bytes = Array(lines.utf8)
    var offset = 0
    while offset < bytes.count { offset = parser.parse(bytes, from: offset, receivedAt: 1_700_000_000_000_000_000) }
    return parser.takeBatch()
}

/// All rows of a snapshot, whatever the order, in one that is the same for the same rows.
func rows(of snapshot: Snapshot) throws -> [[String: FieldValue]] {
    var rows: [[String: FieldValue]] = []
    for segment in try snapshot.segments(overlapping: nil) {
        var found = [[String: FieldValue]](repeating: [:], count: segment.rowCount)
        for name in try segment.fieldNames {
            let column = try segment.column(name, rows: 0..<segment.rowCount)
            for row in 0..<segment.rowCount { found[row][name] = column.value(row).map { FieldValue($0.text) } }
        }
        rows += found
    }
    return rows.sorted { key($0) < key($1) }
}

private func key(_ row: [String: FieldValue]) -> String {
    row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: "\u{0}")
}

struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

/// Lines with sparse fields of every type, times out of order.
enum RandomLines {
    static func make(count: Int, _ random: inout SplitMix) -> String {
        (0..<count).map { _ in line(&random) }.joined(separator: "\n")
    }

    private static func line(_ random: inout SplitMix) -> String {
        func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }
        let millisecond = 1_700_000_000_000 + random.next() % 3_600_000
        var fields = ["\"time\":\(millisecond)", "\"seq\":\(random.next() >> 1)"]
        fields.append("\"service\":\"service-\(random.next() % 9)\"")
        if chance(90) { fields.append("\"message\":\"text \(random.next() % 50) \(chance(20) ? "Füße \\\"q\\\"" : "plain")\"") }
        if chance(60) {
            let id = random.next() % 40 &* 0x1234_5678_9abc_def1
            let text = String(id, radix: 16)
            fields.append("\"trace_id\":\"" + String(repeating: "0", count: 32 - text.count) + text + "\"")
        }
        if chance(30) { fields.append("\"duration_ms\":\(random.next() % 1_000).\(random.next() % 9 + 1)") }
        if chance(30) { fields.append("\"status\":\(random.next() % 600)") }
        if chance(20) { fields.append("\"ok\":\(chance(50))") }
        if chance(10) { fields.append("\"mixed\":" + ["1", "\"one\"", "true", "[1,2]", "\"\"", "1.50"][Int(random.next() % 6)]) }
        if chance(5) { fields.append("\"tags\":[\(random.next() % 3)]") }
        if chance(2) { fields.append("\"rare_\(random.next() % 20)\":\"x\"") }
        return "{" + fields.joined(separator: ",") + "}"
    }
}
