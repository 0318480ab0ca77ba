import Foundation
import GRDB
import Records
import TestSupport
import Testing

@testable import Storage

/// Data folders of earlier versions. `Fixtures/v1` was made by the version that had catalog v1: three chunks, one of them
/// over midnight, and one row in the log; the catalog is a dump of `sqlite3`.
@Suite struct MigrationTests {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// The folder of that version, ready to be opened.
    static func folder(_ version: String) throws -> TemporaryDirectory {
        let source = fixtures.appendingPathComponent(version)
        let folder = try TemporaryDirectory(copyOf: source.path)
        let dump = try String(contentsOf: source.appendingPathComponent("catalog.sql"), encoding: .utf8)
        try FileManager.default.removeItem(atPath: folder.file("catalog.sql"))
        let catalog = try DatabaseQueue(path: folder.file("catalog.sqlite"))
        // The dump is a transaction of its own.
        try catalog.writeWithoutTransaction { try $0.execute(sql: dump) }
        try catalog.close()
        return folder
    }

    @Test func opensAFolderOfVersion1() throws {
        let folder = try Self.folder("v1")
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
        #expect(store.recovery.unknownChunks.isEmpty)
        let seqs = try rows(of: store.snapshot()).compactMap { $0["seq"].flatMap { Int($0.text) } }
        #expect(seqs.sorted() == Array(0..<100) + [1000, 1001, 2000, 2001, 3000])
        #expect(store.counts.chunks == 3 && store.counts.chunkRows == 104)
        let records = try store.catalog.chunks()
        #expect(records.map(\.day) == [nil, 19_677, 19_678])
        #expect(records.allSatisfy { $0.level == 0 })
        let id = String(repeating: "0", count: 30) + "10"
        #expect(try store.snapshot().locate(id: id).contains { $0.segment is ChunkSegment })
        #expect(try store.snapshot().locate(id: "req-1").contains { $0.segment is ChunkSegment })
        try store.close()
        #expect(try rows(of: Store(folder: folder.path, options: StoreOptions(correlationIDs: [])).snapshot()).count == 105)
    }
}
