import Foundation
import GRDB
import Records
import Storage
import SystemIO
import TestSupport
import Testing

/// Chunks whose publication was cut short.
@Suite struct LeftoverChunksTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func removesWhatACrashLeftHalfWritten() throws {
        let store = try open(folder)
        try store.append(batch(#"{"time":"2024-01-01T00:00:00Z","seq":1}"#))
        try store.close()
        let unfinished = folder.path + "/data/2024-01-01/X.parquet.tmp"
        try Data("PAR1".utf8).write(to: URL(fileURLWithPath: unfinished))
        let again = try open(folder)
        #expect(!FileManager.default.fileExists(atPath: unfinished))
        #expect(try seqs(again) == ["1"])
    }

    @Test func aChunkThatCannotBePublishedIsWrittenOnce() throws {
        let store = try open(folder)
        try store.append(batch(#"{"seq":1}"#))
        try breakCatalog("INSERT ON chunk_column")
        for _ in 0..<3 { #expect(throws: DatabaseError.self) { try store.seal() } }
        #expect(try chunks(folder).count == 1)
        #expect(try seqs(store) == ["1"])
        try mendCatalog()
        try store.append(batch(#"{"seq":2}"#))
        try store.seal()
        #expect(try chunks(folder).count == 2)
        #expect(try seqs(store) == ["1", "2"])
        try store.close()
        #expect(try seqs(open(folder)) == ["1", "2"])
    }

    @Test func aCrashBeforePublicationLeavesNoRowTwice() throws {
        let store = try open(folder)
        try store.append(batch(#"{"seq":1}"#))
        try store.append(batch(#"{"seq":2}"#))
        try breakCatalog("UPDATE ON wal_state")
        #expect(throws: DatabaseError.self) { try store.seal() }
        try store.append(batch(#"{"seq":3}"#))
        try store.sync()
        try mendCatalog()
        let crashed = try TemporaryDirectory(copyOf: folder.path)
        let leftover = try chunks(crashed)
        #expect(leftover.count == 1)
        let again = try open(crashed)
        #expect(try chunks(crashed).isEmpty)
        #expect(again.recovery.removedChunks == leftover)
        #expect(again.recovery.unknownChunks.isEmpty)
        #expect(try seqs(again) == ["1", "2", "3"])
        try again.close()
        #expect(try chunks(crashed).count == 1)
    }

    /// As after bringing back an old catalog, or losing it: what is not in the log is nowhere else.
    @Test func aChunkThatTheLogDoesNotHaveIsLeftAlone() throws {
        let store = try open(folder)
        try store.append(batch(#"{"seq":1}"#))
        try store.seal()
        try store.append(batch(#"{"seq":2}"# + "\n" + #"{"seq":3}"#))
        try store.sync()
        let restored = try TemporaryDirectory(copyOf: folder.path)
        for name in try FileManager.default.contentsOfDirectory(atPath: restored.path) where name.hasPrefix("catalog") {
            try FileManager.default.removeItem(atPath: restored.file(name))
        }
        let again = try open(restored)
        #expect(again.recovery.removedChunks.isEmpty)
        #expect(try again.recovery.unknownChunks == chunks(restored))
        #expect(try chunks(restored).count == 1)
    }

    // MARK: -

    private func open(_ folder: TemporaryDirectory) throws -> Store {
        try Store(folder: folder.path, options: StoreOptions(correlationIDs: []))
    }

    /// Makes a statement of every publication fail, as a full disk would.
    private func breakCatalog(_ event: String) throws {
        try changeCatalog("CREATE TRIGGER broken BEFORE \(event) BEGIN SELECT RAISE(ABORT, 'broken'); END")
    }

    private func mendCatalog() throws { try changeCatalog("DROP TRIGGER broken") }

    private func changeCatalog(_ sql: String) throws {
        let catalog = try DatabaseQueue(path: folder.file("catalog.sqlite"))
        try catalog.write { try $0.execute(sql: sql) }
        try catalog.close()
    }

    private func chunks(_ folder: TemporaryDirectory) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: folder.file("data"))?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".parquet") }.map { "data/\($0)" }
    }

    private func seqs(_ store: Store) throws -> [String] {
        try rows(of: store.snapshot()).compactMap { $0["seq"]?.text }.sorted()
    }
}
