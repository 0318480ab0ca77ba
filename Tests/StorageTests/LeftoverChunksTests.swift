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

    // MARK: Chunks made of chunks

    @Test func aMergedChunkThatCannotBePublishedIsMadeOnce() throws {
        let store = try twoChunks()
        try breakCatalog("UPDATE ON chunk")
        for _ in 0..<3 { #expect(throws: DatabaseError.self) { try store.compactIfDue() } }
        #expect(try chunks(folder).count == 3)
        #expect(try seqs(store) == ["1", "2"])
        try mendCatalog()
        _ = try store.compactIfDue()
        try store.removeReplacedChunks()
        #expect(try chunks(folder).count == 1)
        #expect(try seqs(store) == ["1", "2"])
        try store.close()
        #expect(try seqs(open(folder)) == ["1", "2"])
    }

    @Test func aCrashBeforeItsPublicationLeavesNoRowTwice() throws {
        let crashed = try unpublishedMerge()
        let again = try open(crashed)
        #expect(again.recovery.removedChunks.count == 1 && again.recovery.unknownChunks.isEmpty)
        #expect(try chunks(crashed).count == 2)
        #expect(try seqs(again) == ["1", "2"])
    }

    /// As after bringing back an old catalog: the merged chunk may be all that there is of its rows.
    @Test func aMergedChunkOneOfWhoseChunksIsGoneIsLeftAlone() throws {
        let crashed = try unpublishedMerge()
        let merged = try chunks(crashed).filter { $0 > "data/2023-11-14/" }.max() ?? ""
        let published = try chunks(crashed).filter { $0 != merged }
        try FileManager.default.removeItem(atPath: crashed.file(published[0]))
        let again = try open(crashed)
        #expect(again.recovery.unknownChunks == [merged] && again.recovery.removedChunks.isEmpty)
        #expect(try chunks(crashed).contains(merged))
    }

    @Test func filesOfReplacedChunksThatACrashLeftGo() throws {
        let store = try twoChunks()
        _ = try store.compactIfDue()
        let crashed = try TemporaryDirectory(copyOf: folder.path)
        #expect(try chunks(crashed).count == 3)
        let again = try open(crashed)
        #expect(again.recovery.unknownChunks.isEmpty && again.recovery.removedChunks.isEmpty)
        #expect(try chunks(crashed).count == 1)
        #expect(try seqs(again) == ["1", "2"])
    }

    private func twoChunks() throws -> Store {
        let store = try open(folder)
        for seq in 1...2 {
            try store.append(batch("{\"seq\":\(seq)}"))
            try store.seal()
        }
        return store
    }

    /// A folder as after a crash before a merged chunk was published.
    private func unpublishedMerge() throws -> TemporaryDirectory {
        let store = try twoChunks()
        try breakCatalog("UPDATE ON chunk")
        #expect(throws: DatabaseError.self) { try store.compactIfDue() }
        try mendCatalog()
        return try TemporaryDirectory(copyOf: folder.path)
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
