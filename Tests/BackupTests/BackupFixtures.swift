import Backup
import Foundation
import Parsing
import Records
import Storage
import Synchronization
import SystemIO
import TestSupport

/// A store, and what a backup of it and a restore do.
final class BackedUpStore {
    let data: TemporaryDirectory
    let clock = ManualClock(now: 1_700_000_000_000_000_000)
    private(set) var store: Store
    private(set) var rowCount = 0

    init() throws {
        data = try TemporaryDirectory()
        store = try Store(folder: data.path, options: Self.options, clock: clock)
    }

    static var options: StoreOptions {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        options.rowGroupRows = 64
        options.pageRows = 16
        return options
    }

    /// Rows of `day` of January 2024, with a `seq` and a `request_id` each.
    func append(_ count: Int, day: Int = 1) throws {
        let lines = (rowCount..<rowCount + count).map { seq in
            "{\"time\":\"2024-01-0\(day)T10:\(10 + seq % 50):00Z\",\"seq\":\(seq),\"service\":\"s\(seq % 3)\",\"level\":\"info\",\"request_id\":\"req-\(seq)\"}"
        }
        rowCount += count
        try store.append(batch(lines.joined(separator: "\n")))
    }

    /// Appends and seals: a chunk more.
    func seal(_ count: Int, day: Int = 1) throws {
        try append(count, day: day)
        try store.seal()
    }

    @discardableResult
    func back(
        up target: any BackupTarget, checkpointBytes: Int = 1 << 30, progress: @escaping BackupProgressHandler = { _ in }
    ) async throws -> BackupCreation.Report {
        clock.advance(seconds: 1)
        var creation = BackupCreation(from: StoreSource(store), to: target, version: "test", clock: clock)
        creation.checkpointBytes = checkpointBytes
        creation.progress = progress
        return try await creation.run()
    }

    var rows: [String] { get throws { try allRows(of: store) } }
}

/// Restores to a new folder.
func restore(
    _ target: any BackupTarget, snapshot: String? = nil, into folder: TemporaryDirectory,
    _ change: (inout BackupRestore) -> Void = { _ in }
) async throws -> BackupRestore.Report {
    var restore = BackupRestore(from: target)
    change(&restore)
    return try await restore.run(
        try await target.snapshot(snapshot), into: folder.path, correlationIDs: FieldNames.correlationIDs)
}

func open(_ folder: TemporaryDirectory) throws -> Store {
    try Store(folder: folder.path, options: BackedUpStore.options)
}

func batch(_ lines: String) -> RecordBatch {
    var parser = LineParser()
    _ = parser.parse(Array(lines.utf8), receivedAt: 0)
    return parser.takeBatch()
}

/// All rows with all fields, sorted.
func allRows(of store: Store) throws -> [String] {
    try store.snapshot().segments(overlapping: nil).flatMap { segment in
        var found = [String](repeating: "", count: segment.rowCount)
        for name in try segment.fieldNames.sorted() {
            let column = try segment.column(name, rows: 0..<segment.rowCount)
            for row in 0..<segment.rowCount { if let text = column.text(row) { found[row] += "\(name)=\(text) " } }
        }
        return found
    }.sorted()
}

/// How many rows the id index leads to that have an id.
func rows(withID id: String, in store: Store) throws -> Int {
    try store.snapshot().locate(id: id).reduce(0) { count, place in
        let column = try place.segment.column("request_id", rows: place.rows)
        return count + (0..<column.count).count { column.text($0) == id }
    }
}
