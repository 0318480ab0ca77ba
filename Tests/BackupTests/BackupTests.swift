import Catalog
import Foundation
import Synchronization
import SystemIO
import TestSupport
import Testing

@testable import Backup
@testable import Storage

@Suite struct BackupTests {
    private let source: BackedUpStore
    private let folder: TemporaryDirectory
    private let restored: TemporaryDirectory

    init() throws {
        source = try BackedUpStore()
        folder = try TemporaryDirectory()
        restored = try TemporaryDirectory()
    }

    private var target: FolderTarget { FolderTarget(folder.path) }

    @Test func aRestoredFolderHasTheSameRowsAndAnswersTheSame() async throws {
        try source.seal(100)
        try source.seal(200, day: 2)
        try source.append(50, day: 3)
        let report = try await source.back(up: target)
        #expect(report.manifest.rows == 350)
        #expect(report.copiedChunks == 3 && report.copiedBytes == report.manifest.bytes)

        let restore = try await restore(target, into: restored)
        #expect(restore.chunks == 3 && restore.rows == 350 && restore.damaged.isEmpty)
        let store = try open(restored)
        #expect(try allRows(of: store) == source.rows)
        #expect(store.recovery.unknownChunks.isEmpty)
        for seq in [0, 99, 100, 250, 349] { #expect(try rows(withID: "req-\(seq)", in: store) == 1) }
        #expect(try store.catalogText() == source.store.catalogText())
        #expect(try store.catalog.trustedTime == source.store.catalog.trustedTime)
        #expect(try store.catalog.retiredSegment == source.store.catalog.retiredSegment)
        try store.append(batch(#"{"seq":"new"}"#))
        try store.close()
        #expect(try allRows(of: open(restored)).count == 351)
    }

    @Test func aChunkIsCopiedOnce() async throws {
        try source.seal(100)
        try source.seal(100)
        #expect(try await source.back(up: target).copiedChunks == 2)
        #expect(try await source.back(up: target).copiedChunks == 0)
        try source.append(10)
        let third = try await source.back(up: target)
        #expect(third.copiedChunks == 1 && third.manifest.entries.count == 3)
        #expect(try target.list(.chunks).count == 3)
        #expect(try await target.manifests().manifests.map(\.rows) == [200, 200, 210])
        #expect(try target.list(.unfinished).isEmpty)
    }

    @Test func aChunkThatIsNoLongerInTheTargetIsCopiedAgain() async throws {
        try source.seal(100)
        let name = try await source.back(up: target).manifest.entries[0].name
        try target.remove([name])
        #expect(try await source.back(up: target).copiedChunks == 1)
        try Data("PAR1".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        #expect(try await source.back(up: target).copiedChunks == 1)
        #expect(try await BackupVerification(target).run(target.manifests().manifests).problems.isEmpty)
    }

    /// Chunks that are merged or dropped while they are copied stay until they are.
    @Test func mergingGoesOnMeanwhile() async throws {
        for _ in 0..<12 { try source.seal(30) }
        let before = try source.rows
        let merges = Mutex(0)
        let store = source.store
        try await source.back(up: target) { progress in
            guard progress.chunks == 3 else { return }
            merges.withLock { merges in
                while (try? store.compactIfDue()) != nil { merges += 1 }
            }
            #expect(throws: Never.self) { try store.removeReplacedChunks() }
        }
        #expect(merges.withLock { $0 } > 0)
        _ = try await restore(target, into: restored)
        #expect(try allRows(of: open(restored)) == before)
        try store.removeReplacedChunks()
        #expect(try await source.back(up: target).manifest.rows == 360)
        let files = FileManager.default.enumerator(atPath: source.data.file("data"))?.compactMap { $0 as? String } ?? []
        #expect(files.filter { $0.hasSuffix(".parquet") }.count == store.counts.chunks, "nothing holds replaced chunks any more")
    }

    @Test func onlyChunksThatBeginByATimeAreRestored() async throws {
        for day in 1...3 { try source.seal(100, day: day) }
        try await source.back(up: target)
        let report = try await restore(target, into: restored) { $0.until = 1_704_189_599_000_000_000 } // 2024-01-02T09:59:59Z
        #expect(report.chunks == 1 && report.laterChunks == 2)
        #expect(try allRows(of: open(restored)) == source.rows.filter { $0.contains("time=2024-01-01") })
        let second = try TemporaryDirectory()
        #expect(try await restore(target, into: second) { $0.until = 1_704_190_200_000_000_000 }.chunks == 2) // 10:10:00Z
    }

    @Test func anEarlierSnapshotCanBeRestored() async throws {
        try source.seal(100)
        let first = try await source.back(up: target)
        try source.seal(100)
        try await source.back(up: target)
        _ = try await restore(target, snapshot: first.manifest.id, into: restored)
        #expect(try allRows(of: open(restored)).count == 100)
        let error = await #expect(throws: BackupError.self) { try await target.snapshot("01ABC") }
        #expect(error?.description.contains("there is no snapshot '01ABC'") == true)
    }

    @Test func anEmptyStoreIsBackedUpAndRestored() async throws {
        #expect(try await source.back(up: target).manifest.entries.isEmpty)
        _ = try await restore(target, into: restored)
        #expect(try allRows(of: open(restored)).isEmpty)
    }

    @Test(arguments: ["file", "catalog.sqlite", "data"]) func aFolderThatIsNotEmptyIsRefused(_ name: String) async throws {
        try source.seal(1)
        try await source.back(up: target)
        try Data().write(to: URL(fileURLWithPath: restored.file(name)))
        let error = await #expect(throws: StorageError.self) { try await restore(target, into: restored) }
        #expect(error?.description.contains("it is not empty") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: restored.path) == [name])
        await #expect(throws: StorageError.self) { try await restore(target, into: source.data) }
    }

    // MARK: Damage

    private func damage(_ name: String, at part: Double = 0.5) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
        bytes[Int(Double(bytes.count - 1) * part)] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    @Test(arguments: [0, 0.1, 0.5, 1]) func aBitThatChangedIsFoundAndNamed(at part: Double) async throws {
        try source.seal(100)
        try source.seal(100)
        let manifest = try await source.back(up: target).manifest
        try damage(manifest.entries[1].name, at: part)
        let problems = try await BackupVerification(target).run([manifest]).problems
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix("'\(manifest.entries[1].name)' is damaged: its SHA-256 is "))

        let error = await #expect(throws: BackupError.self) { try await restore(target, into: restored) }
        #expect(error?.description.contains("--skip-damaged") == true)
        #expect(throws: StorageError.self) { try open(restored) }
        let report = try await restore(target, into: restored) { $0.skipsDamaged = true }
        #expect(report.rows == 100)
        #expect(report.damaged.count == 1 && report.damaged[0].hasPrefix("100 rows from 2024-01-01T10:10:00Z to"))
        #expect(try allRows(of: open(restored)).count == 100)
    }

    @Test func whatIsMissingOrShortIsFoundAndNamed() async throws {
        for _ in 0..<3 { try source.seal(10) }
        let manifest = try await source.back(up: target).manifest
        try target.remove([manifest.entries[0].name])
        try POSIXFileSystem().truncate(folder.file(manifest.entries[2].name), to: 100)
        let problems = try await BackupVerification(target).run([manifest]).problems
        #expect(problems == [
            "'\(manifest.entries[0].name)' is missing",
            "'\(manifest.entries[2].name)' has 100 bytes in place of \(manifest.entries[2].chunk.bytes)",
        ].sorted())
    }

    /// What was damaged when it was copied has the right hash.
    @Test func damageFromBeforeIsFoundByReadingThePages() async throws {
        try source.seal(100)
        let chunk = try source.store.beginBackup().contents.chunks[0]
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source.data.file(chunk.path))))
        bytes[bytes.count / 4] ^= 4
        try Data(bytes).write(to: URL(fileURLWithPath: source.data.file(chunk.path)))
        let manifest = try await source.back(up: target).manifest
        var verification = BackupVerification(target)
        #expect(try await verification.run([manifest]).problems.isEmpty)
        verification.isDeep = true
        let problems = try await verification.run([manifest]).problems
        #expect(problems.count == 1 && problems[0].contains("was damaged before it was copied"))
        #expect(problems[0].contains("row group 0, column '"))
    }

    /// What was copied well must not be replaced by what is damaged by now.
    @Test func aGoodCopyStaysWhenTheLatestManifestIsDamaged() async throws {
        try source.seal(100)
        let first = try await source.back(up: target).manifest
        let second = try await source.back(up: target).manifest
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.file(BackupNames.snapshot(second.id))))
        let chunk = source.data.file(first.entries[0].chunk.path)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: chunk)))
        bytes[bytes.count / 4] ^= 4
        try Data(bytes).write(to: URL(fileURLWithPath: chunk))
        #expect(try await source.back(up: target).copiedChunks == 0)
        #expect(try await BackupVerification(target).run([first]).problems.isEmpty)
    }

    @Test func aDamagedManifestIsNamed() async throws {
        try source.seal(1)
        try await source.back(up: target)
        let second = try await source.back(up: target)
        let name = BackupNames.snapshot(second.manifest.id)
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        let (manifests, problems) = try await target.manifests()
        #expect(manifests.count == 1 && problems.count == 1 && problems[0].contains(name))
        await #expect(throws: BackupError.self) { try await target.snapshot(nil) }
        await #expect(throws: BackupError.self) { try await BackupPruning(target).run(keep: 1) }
        #expect(try target.list(.chunks).count == 1, "what cannot be read may need them")
    }

    /// As a manifest from elsewhere might have them.
    @Test(arguments: ["data/../x.parquet", "/etc/x.parquet", "data/2024-01-01/../../x.parquet", "x.parquet", "data/a/b/c.parquet"])
    func pathsThatLeadElsewhereAreRefused(path: String) throws {
        #expect(!BackupNames.isChunk(path))
        #expect(BackupNames.isChunk("data/2024-01-01/01HMZ.parquet"))
    }

    // MARK: Pruning

    @Test func pruningRemovesWhatNoSnapshotNeeds() async throws {
        for _ in 0..<12 { try source.seal(30) }
        try await source.back(up: target)
        while try source.store.compactIfDue() != nil {}
        try source.seal(10)
        try await source.back(up: target)
        try source.seal(10)
        try await source.back(up: target)
        let before = try target.list(.chunks).count
        let planned = try await BackupPruning(target).run(keep: 2, dryRun: true)
        #expect(try target.list(.chunks).count == before)
        let report = try await BackupPruning(target).run(keep: 2)
        #expect(report == planned)
        #expect(report.snapshots == 1 && report.left == 2 && report.chunks > 1)
        #expect(try target.list(.chunks).count == before - report.chunks)
        #expect(try await BackupVerification(target).run(target.manifests().manifests).problems.isEmpty)
        _ = try await restore(target, into: restored)
        #expect(try allRows(of: open(restored)) == source.rows)
        #expect(try await BackupPruning(target).run(keep: 2).chunks == 0)
    }

    @Test func aTargetIsChangedByOneAtATime() async throws {
        try source.seal(1)
        let lock = try target.lock()
        await #expect(throws: SystemIOError.self) { try await source.back(up: target) }
        await #expect(throws: SystemIOError.self) { try await BackupPruning(target).run(keep: 1) }
        lock?.release()
        try await source.back(up: target)
    }

    // MARK: Disks that fail

    /// Each round the disk of the target goes one operation later.
    @Test func aTargetThatGoesAwayKeepsItsSnapshots() async throws {
        var random = SeededRandom.seeded()
        let disk = SimulatedFileSystem()
        let target = FolderTarget("/backup", fileSystem: disk)
        for _ in 0..<3 { try source.seal(40) }
        try await source.back(up: target)
        for _ in 0..<3 { try source.seal(20) }
        var (operations, failures) = (1, 0)
        while true {
            disk.faults.callsLeft = operations
            let report = try? await source.back(up: target, checkpointBytes: 1)
            disk.crash(&random)
            let manifests = try await target.manifests()
            #expect(manifests.problems.isEmpty)
            #expect(try await BackupVerification(target).run(manifests.manifests).problems.isEmpty)
            if report != nil { break }
            failures += 1
            operations += 1
        }
        #expect(failures > 10)
        let latest = try await target.snapshot(nil)
        #expect(latest.rows == source.rowCount)
        _ = try await restore(target, into: restored)
        #expect(try allRows(of: open(restored)) == source.rows)
        _ = try await BackupPruning(target).run(keep: 1)
        #expect(try target.list(.chunks).count == latest.entries.count)
    }

    @Test func aFullTargetIsSaidAndThenGoneOnWith() async throws {
        let disk = SimulatedFileSystem()
        let target = FolderTarget("/backup", fileSystem: disk)
        for _ in 0..<10 { try source.seal(40) }
        disk.faults.capacity = source.store.counts.chunkBytes
        let error = await #expect(throws: SystemIOError.self) { try await source.back(up: target, checkpointBytes: 1) }
        #expect(error?.isDiskFull == true)
        let copied = try target.list(.chunks).count
        #expect(copied > 0 && copied < 10)
        disk.faults.capacity = .max
        // The last chunk may be there without a note of it.
        #expect(try await (10 - copied...11 - copied).contains(source.back(up: target, checkpointBytes: 1).copiedChunks))
        #expect(try await BackupVerification(target).run(target.manifests().manifests).problems.isEmpty)
    }
}

extension Store {
    /// What the catalog has of each chunk, with all counts of rows.
    fileprivate func catalogText() throws -> [String] {
        let chunks = try catalog.chunks().flatMap { chunk in
            ["\(chunk.path) \(chunk.minTime) \(chunk.maxTime) \(chunk.rows) \(chunk.bytes) \(chunk.day ?? -1) \(chunk.level)"]
                + (try catalog.columns(ofChunk: chunk.id).map { "\($0.name) \($0.type) \($0.values)" })
        }
        let rollup = try catalog.rollup(minutes: .min ... .max)
        return chunks + rollup.cells.map { "\($0)" } + ["\(rollup.uncountedChunks.count) uncounted"]
    }
}
