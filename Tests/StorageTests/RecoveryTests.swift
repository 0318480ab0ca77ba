import Foundation
import Glibc
import GRDB
import Records
import Storage
import SystemIO
import TestSupport
import Testing

/// Opening a store whose log is larger than its memtable may be, on disks that are full or go away.
@Suite struct RecoveryTests {
    private let folder: TemporaryDirectory
    private let disk = SimulatedFileSystem()

    init() throws { folder = try TemporaryDirectory() }

    /// - Parameter megabytes: of the memtable.
    private func options(megabytes: Int) -> StoreOptions {
        var options = StoreOptions(correlationIDs: ["id"])
        options.memtableBytesMax = megabytes << 20
        return options
    }

    /// `count` batches of about 100 KB, each with a `seq` of its own, starting at `first`.
    private func fill(_ store: Store, _ numbers: Range<Int>) throws {
        for seq in numbers {
            try store.append(row(seq, padBytes: 100_000))
        }
        try store.sync()
    }

    /// Made by hand: parsing so many bytes takes its time in a debug build.
    private func row(_ seq: Int, padBytes: Int) -> RecordBatch {
        let fields = [
            ("seq", Array("\(seq)".utf8), ValueKinds.number), ("id", Array("id-\(seq)".utf8), .string),
            ("pad", [UInt8](repeating: UInt8(ascii: "x"), count: padBytes), .string),
        ]
        return RecordBatch(
            times: [1_700_000_000_000_000_000 + Int64(seq)],
            columns: fields.map { TextColumn(name: $0.0, kinds: $0.2, bytes: $0.1, ends: [UInt32($0.1.count)], rows: nil) })
    }

    private func seqs(_ store: Store) throws -> [Int] {
        try store.snapshot().segments(overlapping: nil).flatMap { segment in
            let column = try segment.column("seq", rows: 0..<segment.rowCount)
            return (0..<segment.rowCount).compactMap { column.text($0).flatMap { Int($0) } }
        }.sorted()
    }

    private func crash() {
        var random = SeededRandom(seed: 1)
        disk.crash(&random)
    }

    private func open(megabytes: Int) throws -> Store {
        try Store(opening: folder.path, options: options(megabytes: megabytes), fileSystem: disk)
    }

    @Test func aLargeLogIsSealedOnTheWayAndNotHeldInMemory() throws {
        try fill(try open(recovered: true, megabytes: 64), 0..<300)
        crash()
        let store = try open(megabytes: 4)
        try store.recover()
        #expect(store.replayProgress.phase == .done)
        #expect(store.replayProgress.rows == 300)
        // Under the larger limit segments were of 8 MiB, which none of the pieces exceeds.
        let pieces = try chunkRows() + [store.counts.memtableRows]
        #expect(pieces.reduce(0, +) == 300)
        #expect(pieces.allSatisfy { $0 * 100_000 <= (8 << 20) + 100_000 }, "\(pieces)")
        #expect(try seqs(store) == Array(0..<300))
        try store.close()
        #expect(try seqs(open(recovered: true, megabytes: 4)) == Array(0..<300))
    }

    @Test func aFullDiskStallsTheReplayAndTheStoreGoesOnByItself() throws {
        try fill(try open(recovered: true, megabytes: 8), 0..<200)
        crash()
        disk.faults.capacity = 0
        let store = try open(megabytes: 8)
        try store.recover()
        let progress = store.replayProgress
        #expect(progress.phase == .stalled)
        #expect(progress.failure?.contains("No space left") == true)
        #expect(progress.pendingSegments > 0)
        #expect(store.counts.memtableBytes <= 8 << 20)
        let some = try seqs(store)
        #expect(some == Array(0..<some.count) && some.count > 10, "queries work on what there is")
        #expect { try store.append(batch(#"{"seq":-1}"#)) } throws: { "\($0)".contains("not replayed yet") }
        for _ in 0..<3 { #expect(throws: SystemIOError.self) { try store.sealIfDue() } }
        #expect(store.replayProgress.phase == .stalled)
        #expect(store.replayProgress.rows == progress.rows)
        #expect(store.counts.memtableBytes <= 8 << 20)
        #expect(try seqs(store) == some)

        disk.faults = SimulatedFileSystem.Faults()
        while store.replayProgress.phase != .done { #expect(try store.sealIfDue()) }
        #expect(try seqs(store) == Array(0..<200))
        try fill(store, 200..<210)
        try store.close()
        #expect(try seqs(open(recovered: true, megabytes: 8)) == Array(0..<210))
    }

    @Test func aLogThatFitsInTheMemtableNeedsNoRoom() throws {
        let before = try open(recovered: true, megabytes: 8)
        try fill(before, 0..<10)
        try before.seal()
        try fill(before, 10..<30)
        crash()
        disk.faults.capacity = 0
        let store = try open(recovered: true, megabytes: 8)
        #expect(store.replayProgress.phase == .done)
        #expect(try seqs(store) == Array(0..<30))
        #expect { try store.append(batch(#"{"seq":-1}"#)) } throws: { ($0 as? SystemIOError)?.isDiskFull == true }
        disk.faults = SimulatedFileSystem.Faults()
        try fill(store, 30..<31)
        #expect(try seqs(store) == Array(0..<31))
    }

    @Test func aStoreThatIsClosedWhileStalledLosesNothing() throws {
        try fill(try open(recovered: true, megabytes: 8), 0..<150)
        crash()
        disk.faults.capacity = 0
        let stalled = try open(megabytes: 8)
        try stalled.recover()
        #expect(stalled.replayProgress.phase == .stalled)
        try stalled.close()
        crash()
        #expect(try seqs(open(recovered: true, megabytes: 8)) == Array(0..<150))
    }

    @Test func aReplayCanBeCancelled() throws {
        try fill(try open(recovered: true, megabytes: 8), 0..<20)
        crash()
        let store = try open(megabytes: 8)
        store.cancelRecovery()
        #expect(throws: CancellationError.self) { try store.recover() }
        try store.close()
        #expect(try seqs(open(recovered: true, megabytes: 8)) == Array(0..<20))
    }

    /// The disk goes away after any number of calls, again and again, while a log is written, sealed and replayed in pieces:
    /// what was synced is there once, and what was not at most once.
    @Test(arguments: 0..<40) func noRowIsLostOrTwiceWhereverItDies(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var (next, synced) = (0, Set<Int>())
        for round in 0..<8 {
            disk.faults.callsLeft = 1 + random.below(round.isMultiple(of: 2) ? 60 : 15)
            try? live(&random, &next, &synced)
            disk.crash(&random)
            let found = try seqs(open(recovered: true, megabytes: 1))
            #expect(Set(found).count == found.count, "seed \(seed): a row twice")
            #expect(synced.isSubset(of: found), "seed \(seed): \(synced.subtracting(found).sorted()) are missing")
            synced = Set(found)
            disk.crash(&random)
        }
    }

    /// Opens, appends, syncs and seals until something fails.
    private func live(_ random: inout SeededRandom, _ next: inout Int, _ synced: inout Set<Int>) throws {
        let store = try open(recovered: true, megabytes: 1)
        var unsynced: Set<Int> = []
        for _ in 0..<30 {
            switch random.below(8) {
            case 0: try store.seal()
            case 1, 2:
                try store.sync()
                synced.formUnion(unsynced)
            default:
                try store.append(row(next, padBytes: 60_000))
                unsynced.insert(next)
                next += 1
            }
        }
    }

    @Test func aDamagedSegmentKeepsTheLeftoverChunkToo() throws {
        let real = POSIXFileSystem()
        let store = try Store(folder: folder.path, options: options(megabytes: 8))
        try fill(store, 0..<3)
        let catalog = try DatabaseQueue(path: folder.file("catalog.sqlite"))
        try catalog.write {
            try $0.execute(sql: "CREATE TRIGGER broken BEFORE UPDATE ON wal_state BEGIN SELECT RAISE(ABORT, 'broken'); END")
        }
        #expect(throws: DatabaseError.self) { try store.seal() }
        try catalog.write { try $0.execute(sql: "DROP TRIGGER broken") }
        try catalog.close()
        let crashed = try TemporaryDirectory(copyOf: folder.path)
        let segment = try #require(try real.list(crashed.file("wal")).first)
        let handle = try #require(FileHandle(forUpdatingAtPath: crashed.file("wal/\(segment)")))
        try handle.seek(toOffset: 150_000)
        try handle.write(contentsOf: Data("damage".utf8))
        try handle.close()

        let again = try Store(folder: crashed.path, options: options(megabytes: 8))
        #expect(try seqs(again) == [0, 2])
        #expect(again.recovery.log.damage.map(\.path) == [crashed.file("wal/\(segment)")])
        #expect(again.recovery.quarantinedChunks.count == 1)
        #expect(again.recovery.removedChunks.isEmpty)
        let kept = try real.list(crashed.file("quarantine"))
        #expect(kept.count == 2 && kept.contains("wal") && kept.contains { $0.hasSuffix(".parquet") })
        #expect(try real.list(crashed.file("quarantine/wal")) == [segment])
        try again.close()
        #expect(try real.list(crashed.file("quarantine/wal")) == [segment])
    }

    private func chunkRows() throws -> [Int] {
        let catalog = try DatabaseQueue(path: folder.file("catalog.sqlite"))
        return try catalog.read { try Int.fetchAll($0, sql: "SELECT rows FROM chunk") }
    }

    private func open(recovered: Bool, megabytes: Int) throws -> Store {
        let store = try open(megabytes: megabytes)
        try store.recover()
        return store
    }
}
