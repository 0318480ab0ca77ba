import Foundation
import Parsing
import Records
import Storage
import Synchronization
import SystemIO
import TestSupport

/// Lines as a batch.
func batch(_ lines: String) -> RecordBatch {
    var parser = LineParser()
    _ = parser.parse(Array(lines.utf8), receivedAt: 1_700_000_000_000_000_000)
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

/// Lines with sparse fields of every type, times out of order.
enum RandomLines {
    static func make(count: Int, _ random: inout SeededRandom) -> String {
        (0..<count).map { _ in line(&random) }.joined(separator: "\n")
    }

    private static func line(_ random: inout SeededRandom) -> String {
        let millisecond = 1_700_000_000_000 + random.next() % 3_600_000
        var fields = ["\"time\":\(millisecond)", "\"seq\":\(random.next() >> 1)"]
        fields.append("\"service\":\"service-\(random.next() % 9)\"")
        if random.chance(90) { fields.append("\"message\":\"text \(random.next() % 50) \(random.chance(20) ? "Füße \\\"q\\\"" : "plain")\"") }
        if random.chance(60) {
            let id = random.next() % 40 &* 0x1234_5678_9abc_def1
            let text = String(id, radix: 16)
            fields.append("\"trace_id\":\"" + String(repeating: "0", count: 32 - text.count) + text + "\"")
        }
        if random.chance(30) { fields.append("\"duration_ms\":\(random.next() % 1_000).\(random.next() % 9 + 1)") }
        if random.chance(30) { fields.append("\"status\":\(random.next() % 600)") }
        if random.chance(20) { fields.append("\"ok\":\(random.chance(50))") }
        if random.chance(10) { fields.append("\"mixed\":" + ["1", "\"one\"", "true", "[1,2]", "\"\"", "1.50"][Int(random.next() % 6)]) }
        if random.chance(30) { fields.append("\"order\":\"\(uuid(&random))\"") }
        if random.chance(10) { fields.append("\"odd_order\":\"\(random.chance(80) ? uuid(&random) : "none")\"") }
        if random.chance(5) { fields.append("\"tags\":[\(random.next() % 3)]") }
        if random.chance(2) { fields.append("\"rare_\(random.next() % 20)\":\"x\"") }
        return "{" + fields.joined(separator: ",") + "}"
    }

    private static func uuid(_ random: inout SeededRandom) -> String {
        let digits = String(random.next() | 1 << 63, radix: 16)
        return "\(digits.prefix(8))-\(digits.suffix(4))-4000-8000-\(digits.prefix(12))"
    }
}

/// The real disk, but chunks cannot be created while `failsChunks` is set.
final class ChunkFaults: FileSystem {
    private let disk = POSIXFileSystem()
    private let isFailing = Mutex(false)

    var failsChunks: Bool {
        get { isFailing.withLock { $0 } }
        set { isFailing.withLock { $0 = newValue } }
    }

    func create(_ path: String) throws(SystemIOError) -> any WritableFile {
        if failsChunks, path.contains(".parquet") { throw SystemIOError("create", path, code: ENOSPC) }
        return try disk.create(path)
    }

    func createDirectory(_ path: String) throws(SystemIOError) { try disk.createDirectory(path) }
    func list(_ path: String) throws(SystemIOError) -> [String] { try disk.list(path) }
    func open(_ path: String) throws(SystemIOError) -> any ReadableFile { try disk.open(path) }
    func rename(_ path: String, to newPath: String) throws(SystemIOError) { try disk.rename(path, to: newPath) }
    func remove(_ path: String) throws(SystemIOError) { try disk.remove(path) }
    func exists(_ path: String) -> Bool { disk.exists(path) }
    func truncate(_ path: String, to count: Int) throws(SystemIOError) { try disk.truncate(path, to: count) }
    func syncDirectory(_ path: String) throws(SystemIOError) { try disk.syncDirectory(path) }
    func lock(_ path: String) throws(SystemIOError) -> any FileLock { try disk.lock(path) }
}
