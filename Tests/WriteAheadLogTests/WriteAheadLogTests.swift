import Glibc
import Records
import SystemIO
import TestSupport
import Testing

@testable import WriteAheadLog

@Suite struct WriteAheadLogTests {
    private let disk = SimulatedFileSystem()

    private func open(after retired: UInt64 = 0) throws -> (log: WriteAheadLog, batches: [RecordBatch], report: ReplayReport) {
        let log = try WriteAheadLog(folder: "wal", fileSystem: disk)
        var batches: [RecordBatch] = []
        let report = try log.replay(after: retired) { batches.append($1) }
        return (log, batches, report)
    }

    private func batches(_ count: Int, seed: UInt64) -> [RecordBatch] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in RandomBatches.next(&random, rows: 3) }
    }

    @Test func replaysWhatWasAppendedInOrder() throws {
        let written = batches(10, seed: 1)
        let (log, _, _) = try open()
        for batch in written[..<5] { try log.append(batch) }
        _ = try log.rotate()
        for batch in written[5...] { try log.append(batch) }
        try log.close()
        let (_, found, report) = try open()
        #expect(found == written)
        #expect(report == ReplayReport(segments: 2, records: 10, rows: 30))
        #expect(report.isClean)
    }

    @Test func forgetsRetiredSegments() throws {
        let written = batches(3, seed: 2)
        let (log, _, _) = try open()
        try log.append(written[0])
        let first = try log.rotate()
        try log.append(written[1])
        try log.retire(through: first)
        try log.close()
        let (again, found, _) = try open(after: first)
        #expect(found == [written[1]])
        // The catalog may know a retirement whose files are still there.
        try again.append(written[2])
        try again.close()
        #expect(try open(after: first + 1).batches == [written[2]])
    }

    @Test func neverUsesARetiredNumberAgain() throws {
        let (log, _, _) = try open(after: 41)
        try log.append(batches(1, seed: 3)[0])
        #expect(try log.rotate() == 42)
    }

    @Test func cutsATornTailAndSaysSo() throws {
        let written = batches(3, seed: 4)
        let (log, _, _) = try open()
        for batch in written { try log.append(batch) }
        try log.close()
        let name = "wal/" + SegmentFormat.fileName(1)
        let whole = try disk.open(name).byteCount
        try disk.truncate(name, to: whole - 5)
        let (again, found, report) = try open()
        #expect(found == Array(written[..<2]))
        #expect(report.tornBytes > 0)
        #expect(report.damagedBytes == 0)
        try again.close()
        #expect(try open().report.isClean, "the tail was cut off")
    }

    @Test func readsOnAfterDamageAndKeepsACopy() throws {
        let written = batches(3, seed: 5)
        let (log, _, _) = try open()
        try log.append(written[0])
        try log.sync()
        let name = "wal/" + SegmentFormat.fileName(1)
        let second = try disk.open(name).byteCount
        try log.append(written[1])
        try log.append(written[2])
        try log.close()
        disk.corrupt(name, at: second + 20)
        let (_, found, report) = try open()
        #expect(found == [written[0], written[2]])
        #expect(report.damagedBytes > 0)
        #expect(report.tornBytes == 0)
        #expect(report.damagedCopies == [name + ".damaged"])
        #expect(disk.exists(name + ".damaged"))
    }

    @Test func refusesAnotherVersionAndDeletesNothing() throws {
        let name = "wal/" + SegmentFormat.fileName(3)
        let file = try disk.create(name)
        try file.append(Array("LSTWAL".utf8) + [9, 0])
        #expect(throws: WriteAheadLogError.self) { try open() }
        #expect(disk.exists(name))
    }

    @Test func aFullDiskLeavesNothingOfTheBatch() throws {
        let written = batches(3, seed: 6)
        let (log, _, _) = try open()
        try log.append(written[0])
        disk.faults.capacity = 60
        #expect { try log.append(written[1]) } throws: { ($0 as? SystemIOError)?.isDiskFull == true }
        disk.faults = SimulatedFileSystem.Faults()
        try log.append(written[2])
        try log.close()
        let (_, found, report) = try open()
        #expect(found == [written[0], written[2]])
        #expect(report.isClean)
    }

    @Test func afterAFailedSyncNothingIsAcknowledgedUntilItIsRetired() throws {
        let written = batches(3, seed: 7)
        let (log, _, _) = try open()
        try log.append(written[0])
        disk.faults.syncError = EIO
        #expect(throws: SystemIOError.self) { try log.sync() }
        disk.faults = SimulatedFileSystem.Faults()
        try log.append(written[1])
        #expect(throws: SystemIOError.self) { try log.sync() }
        let last = try log.rotate()
        try log.append(written[2])
        #expect(throws: SystemIOError.self) { try log.sync() }
        try log.retire(through: last)
        try log.sync()
        try log.close()
        #expect(try open(after: last).batches == [written[2]])
    }

    /// Random work, faults and crashes against a plain list: what was synced is replayed once and in order; what was
    /// not is there whole or not at all, and only as far as it goes without a gap.
    @Test(arguments: 0..<300) func keepsWhatWasSyncedThroughAnyCrash(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var expected: [RecordBatch] = []
        var syncedCount = 0
        var retired: UInt64 = 0
        for _ in 0..<4 {
            let (log, found, _) = try open(after: retired)
            #expect(found.count >= syncedCount, "seed \(seed): an acknowledged batch is missing")
            #expect(found == Array(expected.prefix(found.count)), "seed \(seed)")
            expected = found
            syncedCount = 0
            for _ in 0..<Int.random(in: 0..<30, using: &random) {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<6:
                    disk.faults.appendError = random.chance(10) ? EIO : nil
                    let batch = RandomBatches.next(&random)
                    if (try? log.append(batch)) != nil { expected.append(batch) }
                case 6, 7:
                    try log.sync()
                    syncedCount = expected.count
                case 8:
                    _ = try log.rotate()
                    syncedCount = expected.count
                default:
                    retired = try log.rotate()
                    try log.retire(through: retired)
                    expected = []
                    syncedCount = 0
                }
            }
            disk.crash(&random)
        }
    }
}
