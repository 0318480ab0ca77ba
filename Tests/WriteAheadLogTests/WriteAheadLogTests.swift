import Glibc
import Records
import SystemIO
import TestSupport
import Testing

@testable import WriteAheadLog

@Suite struct WriteAheadLogTests {
    private let disk = SimulatedFileSystem()

    private func open(after retired: UInt64 = 0) throws -> (log: WriteAheadLog, batches: [RecordBatch], report: ReplayReport) {
        let log = try WriteAheadLog(folder: "wal", quarantine: "quarantine", fileSystem: disk)
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
        #expect(report.damage.map(\.path) == [name])
        #expect(report.damage.map(\.offset) == [second])
        let kept = "quarantine/" + SegmentFormat.fileName(1)
        #expect(report.quarantined == [kept])
        #expect(try disk.open(kept).byteCount == disk.open(name).byteCount)
    }

    @Test func aDamagedSegmentIsKeptWhenItIsRetired() throws {
        let written = batches(3, seed: 8)
        let (log, _, _) = try open()
        for batch in written { try log.append(batch) }
        try log.close()
        let name = SegmentFormat.fileName(1)
        disk.corrupt("wal/" + name, at: 30)
        let (again, found, report) = try open()
        #expect(found == Array(written[1...]))
        try again.retire(through: 1)
        #expect(!disk.exists("wal/" + name))
        #expect(disk.exists("quarantine/" + name))
        #expect(report.damage.map(\.offset) == [SegmentFormat.headerBytes])
    }

    /// A full disk, a folder that cannot be made: the log is opened all the same, and nothing is removed.
    @Test func aSegmentThatCannotBeSetAsideStays() throws {
        let written = batches(2, seed: 9)
        let (log, _, _) = try open()
        for batch in written { try log.append(batch) }
        try log.close()
        let name = "wal/" + SegmentFormat.fileName(1)
        disk.corrupt(name, at: 30)
        disk.faults.createError = ENOSPC
        let (again, found, report) = try open()
        #expect(found == [written[1]])
        #expect(report.quarantined.isEmpty)
        #expect(report.quarantineFailures.count == 1)
        try again.retire(through: 1)
        #expect(disk.exists(name))
        disk.faults = SimulatedFileSystem.Faults()
        try again.retire(through: 1)
        #expect(!disk.exists(name))
        #expect(disk.exists("quarantine/" + SegmentFormat.fileName(1)))
    }

    @Test(arguments: [0, 1, 6]) func aDamagedHeaderHidesNoRecord(offset: Int) throws {
        let written = batches(2, seed: 10)
        let (log, _, _) = try open()
        for batch in written { try log.append(batch) }
        try log.close()
        disk.corrupt("wal/" + SegmentFormat.fileName(1), at: offset)
        let (_, found, report) = try open()
        #expect(found == written)
        #expect(report.damage.map(\.offset) == [0])
    }

    @Test func aSectorThatCannotBeReadHidesOnlyWhatIsInIt() throws {
        var random = SeededRandom(seed: 11)
        let written = (0..<200).map { _ in RandomBatches.next(&random, rows: 30) }
        let (log, _, _) = try open()
        for batch in written { try log.append(batch) }
        try log.close()
        disk.faults.unreadable = ("wal/" + SegmentFormat.fileName(1), 8_192..<12_288)
        let (_, found, report) = try open()
        #expect(found.count > 150)
        #expect(found.allSatisfy(written.contains))
        #expect(report.damagedBytes >= 4_096)
    }

    /// One bit anywhere: at most the record that has it is missing, and the report says where.
    @Test func everyFlippedBitIsFoundAndNamed() throws {
        let written = batches(4, seed: 12)
        let (log, _, _) = try open()
        var ends = [0, SegmentFormat.headerBytes]
        for batch in written {
            try log.append(batch)
            ends.append(try disk.open("wal/" + SegmentFormat.fileName(1)).byteCount)
        }
        try log.close()
        let name = "wal/" + SegmentFormat.fileName(1)
        let whole = try disk.open(name).read(at: 0, count: 1 << 20)
        for offset in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[offset] ^= 1 << UInt8(bit)
                let file = try disk.create(name)
                try file.append(bytes)
                let part = try #require(ends.lastIndex { $0 <= offset })
                let (_, found, report) = try open()
                #expect(found == written.enumerated().filter { $0.offset != part - 1 }.map(\.element), "\(offset).\(bit)")
                #expect(!report.isClean, "\(offset).\(bit)")
                #expect(!report.quarantined.isEmpty, "\(offset).\(bit): what was left out is kept")
                if report.tornBytes == 0 {
                    #expect(report.damage.map(\.offset) == [ends[part]], "\(offset).\(bit)")
                } else {
                    #expect(report.tornBytes == whole.count - ends[part] && part == ends.count - 2, "\(offset).\(bit)")
                }
                for name in try disk.list("quarantine") { try disk.remove("quarantine/" + name) }
            }
        }
    }

    /// Records of a batch whose values are such records: markers everywhere, each with bytes that its length claims.
    @Test func aFileFullOfMarkersIsGivenUp() throws {
        var bytes = SegmentFormat.header
        for _ in 0..<5_000 {
            bytes += SegmentFormat.marker
            appendInteger(UInt32(50_000), to: &bytes)
            appendInteger(UInt32(7), to: &bytes)
        }
        let file = try disk.create("wal/" + SegmentFormat.fileName(1))
        try file.append(bytes)
        var reader = try SegmentReader(try disk.open("wal/" + SegmentFormat.fileName(1)), path: "x", falseBytesMax: 1 << 20)
        let outcome = try reader.read { _, _ in }
        #expect(outcome.records == 0)
        #expect(outcome.damage == [SegmentFormat.headerBytes..<bytes.count])
    }

    @Test func segmentsEndAtTheirSizeAndLoseNothing() throws {
        let written = batches(50, seed: 13)
        let log = try WriteAheadLog(folder: "wal", quarantine: "quarantine", fileSystem: disk, segmentBytesMax: 500)
        _ = try log.begin(after: 0)
        let numbers = try written.map { try log.append($0) }
        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count > 5)
        try log.sync()
        var random = SeededRandom(seed: 13)
        disk.crash(&random)
        let (_, found, report) = try open()
        #expect(found == written)
        #expect(report.segments == Set(numbers).count)
    }

    @Test func aSegmentWhoseEndCannotBeSyncedIsNotForgotten() throws {
        let log = try WriteAheadLog(folder: "wal", quarantine: "quarantine", fileSystem: disk, segmentBytesMax: 10)
        _ = try log.begin(after: 0)
        let written = batches(2, seed: 14)
        let first = try log.append(written[0])
        disk.faults.syncError = EIO
        #expect(throws: SystemIOError.self) { try log.append(written[1]) }
        disk.faults = SimulatedFileSystem.Faults()
        try log.append(written[1])
        #expect(throws: SystemIOError.self) { try log.sync() }
        try log.retire(through: first)
        try log.sync()
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
                    disk.faults.appendError = random.chance(10) ? random.pick([EIO, ENOSPC]) : nil
                    disk.faults.shortAppend = random.below(200)
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

    /// As above with every call failing at times, and the disk going away at any: a sync that returned means that all
    /// appends before it are replayed, in order and once, whatever failed before or after.
    @Test(arguments: 0..<300) func aSyncThatReturnedHolds(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var (appended, acknowledged): ([[Int64]], Set<[Int64]>) = ([], [])
        var retired: UInt64 = 0
        var time: Int64 = 0
        for _ in 0..<4 {
            let log = try WriteAheadLog(
                folder: "wal", quarantine: "quarantine", fileSystem: disk, segmentBytesMax: random.pick([60, 300, 1 << 20]))
            var found: [[Int64]] = []
            _ = try log.replay(after: retired) { found.append($1.times) }
            #expect(Set(found).count == found.count, "seed \(seed): a batch twice")
            #expect(acknowledged.subtracting(found).isEmpty, "seed \(seed): an acknowledged batch is missing")
            #expect(found == appended.filter(Set(found).contains), "seed \(seed): out of order, or never appended")
            (appended, acknowledged) = (found, [])
            for _ in 0..<40 {
                disk.faults = faults(&random)
                switch random.below(10) {
                case 0..<6:
                    time += 1
                    let batch = RecordBatch(times: [time, time], columns: [])
                    if (try? log.append(batch)) != nil { appended.append(batch.times) }
                case 6..<9:
                    if (try? log.sync()) != nil { acknowledged = Set(appended) }
                default:
                    guard let last = try? log.rotate() else { continue }
                    guard random.chance(50) else { continue }
                    // Their rows are in a chunk from here on, whether the files can be removed or not.
                    retired = last
                    (appended, acknowledged) = ([], [])
                    try? log.retire(through: last)
                }
            }
            disk.crash(&random)
        }
    }

    private func faults(_ random: inout SeededRandom) -> SimulatedFileSystem.Faults {
        var faults = SimulatedFileSystem.Faults()
        guard random.chance(25) else { return faults }
        switch random.below(6) {
        case 0: faults.appendError = random.pick([EIO, ENOSPC, EDQUOT])
        case 1: faults.syncError = EIO
        case 2: faults.createError = random.pick([ENOSPC, EMFILE])
        case 3: faults.capacity = random.below(2_000)
        case 4: faults.callsLeft = 1 + random.below(3)
        default: (faults.appendError, faults.truncateError) = (ENOSPC, EIO)
        }
        faults.shortAppend = random.chance(50) ? random.below(60) : nil
        return faults
    }
}
