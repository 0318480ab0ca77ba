import Records
import SystemIO
import TestSupport
import Testing

@testable import Catalog
@testable import Storage

@Suite struct RetentionTests {
    private let folder: TemporaryDirectory
    private let clock = ManualClock(now: start)

    /// 2023-11-14T00:00:00Z
    private static let start: Int64 = 1_699_920_000_000_000_000
    private static let day: Int64 = 86_400_000_000_000

    init() throws { folder = try TemporaryDirectory() }

    private func open(_ change: (inout RetentionPolicy) -> Void) throws -> Store {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        options.pageRows = 4
        options.rowGroupRows = 16
        change(&options.retention)
        return try Store(folder: folder.path, options: options, clock: clock)
    }

    /// One chunk a day, `ages` days before now.
    private func fill(_ store: Store, ages: [Int64], service: String = "s") throws {
        for age in ages {
            let time = clock.now() - age * Self.day
            try store.append(batch("{\"time\":\"\(Timestamp.text(time))\",\"age\":\(age),\"service\":\"\(service)\"}"))
            try store.seal()
        }
    }

    private func ages(_ store: Store) throws -> [String] {
        try rows(of: store.snapshot()).compactMap { $0["age"]?.text }.sorted()
    }

    @Test func dropsChunksOfWhichAllRowsAreTooOld() throws {
        let store = try open { $0.age = 30 * Self.day }
        try fill(store, ages: [0, 29, 31, 400])
        let report = try store.applyRetention()
        #expect(report.removals.map(\.reason) == [.age])
        #expect(report.removals.first?.rows == 2 && report.removals.first?.chunks == 2)
        #expect(try ages(store) == ["0", "29"])
        #expect(try store.catalog.rollup(minutes: .min ... .max).cells == rollup(of: rows(of: store.snapshot())))
        clock.advance(seconds: 86_400 * 2)
        #expect(try store.applyRetention().removals.first?.rows == 1)
        #expect(try ages(store) == ["0"])
        #expect(store.maintenanceMetrics.current.retentionRows == ["age": 3])
        try store.close()
        #expect(try ages(open { _ in }) == ["0"])
    }

    @Test func aQueryKeepsWhatRetentionDrops() throws {
        let store = try open { $0.age = Self.day }
        try fill(store, ages: [5])
        let snapshot = store.snapshot()
        let path = "\(folder.path)/\(store.liveChunks[0].record.path)"
        #expect(try store.applyRetention().removals.count == 1)
        try store.removeReplacedChunks()
        #expect(try rows(of: snapshot).count == 1, "first opened after it was dropped")
        #expect(store.fileSystem.exists(path))
        withExtendedLifetime(snapshot) {}
    }

    @Test func whatNobodyReadsGoes() throws {
        let store = try open { $0.age = Self.day }
        try fill(store, ages: [5])
        let path = "\(folder.path)/\(store.liveChunks[0].record.path)"
        do {
            let snapshot = store.snapshot()
            _ = try store.applyRetention()
            #expect(try rows(of: snapshot).count == 1)
        }
        try store.removeReplacedChunks()
        #expect(!store.fileSystem.exists(path))
        #expect(try store.catalog.replacedChunks().isEmpty)
    }

    @Test func dropsTheOldestBeyondSoManyBytes() throws {
        let store = try open { $0.bytes = 1 }
        try fill(store, ages: [3, 1, 2])
        let bytes = store.counts.chunkBytes
        let each = store.liveChunks.map(\.record.bytes)
        let second = try Store(
            folder: TemporaryDirectory(copyOf: folder.path).path, options: store.options, clock: clock)
        try second.close()
        #expect(each.count == 3 && each.reduce(0, +) == bytes)
        #expect(try store.applyRetention().removals.first?.rows == 3)
        #expect(store.counts.chunks == 0)
        try store.close()
        let keepsTwo = try open { $0.bytes = each[1] + each[2] }
        try fill(keepsTwo, ages: [3, 1, 2])
        #expect(try keepsTwo.applyRetention().removals.first?.reason == .bytes)
        #expect(try ages(keepsTwo) == ["1", "2"])
        #expect(try keepsTwo.applyRetention().removals.isEmpty)
    }

    @Test func rowsOfAServiceGoBeforeTheOthers() throws {
        let store = try open { $0.serviceAges = ["debug": 3 * Self.day] }
        for age in [Int64(0), 2, 5] {
            let time = Timestamp.text(clock.now() - age * Self.day)
            let lines = ["debug", "shop", "debug"].map { "{\"time\":\"\(time)\",\"age\":\"\(age) \($0)\",\"service\":\"\($0)\"}" }
            try store.append(batch(lines.joined(separator: "\n")))
            try store.seal()
        }
        try fill(store, ages: [5], service: "debug")
        let report = try store.applyRetention()
        #expect(report.removals.map(\.reason) == [.service("debug")])
        #expect(report.removals.first?.rows == 3 && report.removals.first?.chunks == 2)
        #expect(try ages(store) == ["0 debug", "0 debug", "0 shop", "2 debug", "2 debug", "2 shop", "5 shop"])
        #expect(store.counts.chunks == 3, "the chunk that had only such rows is gone")
        #expect(try store.catalog.rollup(minutes: .min ... .max).cells == rollup(of: rows(of: store.snapshot())))
        #expect(try store.applyRetention().removals.isEmpty)
    }

    // MARK: The clock

    @Test func aClockThatJumpsDropsNothing() throws {
        let store = try open { $0.age = 30 * Self.day }
        try fill(store, ages: [0, 29])
        #expect(try store.applyRetention().doubt == nil)
        let now = clock.now()
        clock.jump(to: now + 4_000 * Self.day)
        let report = try store.applyRetention()
        #expect(report.removals.isEmpty && report.doubt != nil)
        #expect(store.maintenanceMetrics.current.isClockDoubted)
        clock.jump(to: now)
        #expect(try store.applyRetention().doubt == nil)
        #expect(try ages(store).count == 2)
    }

    @Test func aClockThatStaysWhereItJumpedIsBelievedAfterADay() throws {
        let store = try open { $0.age = 30 * Self.day }
        try fill(store, ages: [0, 29])
        _ = try store.applyRetention()
        clock.jump(to: clock.now() + 60 * Self.day)
        #expect(try store.applyRetention().doubt != nil)
        clock.advance(seconds: 86_000)
        #expect(try store.applyRetention().doubt != nil)
        // Another jump begins the day anew.
        clock.jump(to: clock.now() + Self.day)
        clock.advance(seconds: 1_000)
        #expect(try store.applyRetention().doubt != nil)
        clock.advance(seconds: 86_399)
        #expect(try store.applyRetention().doubt != nil)
        #expect(try ages(store).count == 2)
        clock.advance(seconds: 2)
        #expect(try store.applyRetention().removals.first?.rows == 2)
    }

    @Test func aClockFarAheadAtTheStartIsNotBelieved() throws {
        let store = try open { $0.age = 30 * Self.day }
        try fill(store, ages: [1])
        _ = try store.applyRetention()
        try store.close()
        clock.jump(to: clock.now() + 60 * Self.day)
        #expect(try open { $0.age = 30 * Self.day }.applyRetention().doubt != nil)
    }

    @Test func chunksThatWereThereBeforeAnyClockWasBelievedWait() throws {
        let folder = try MigrationTests.folder("v1")
        clock.advance(seconds: 86_400 * 60)
        var options = StoreOptions(correlationIDs: [])
        options.retention.age = 30 * Self.day
        let store = try Store(folder: folder.path, options: options, clock: clock)
        #expect(try store.applyRetention().doubt != nil)
        clock.advance(seconds: 86_400)
        #expect(try store.applyRetention().removals.first?.rows == 104)
    }

    @Test func aClockThatGoesBackKeepsMore() throws {
        let store = try open { $0.age = 30 * Self.day }
        try fill(store, ages: [31])
        clock.jump(to: clock.now() - 10 * Self.day)
        #expect(try store.applyRetention().removals.isEmpty)
    }

    @Test func theEndsOfTimeAreTakenAsWell() {
        for wall in [Int64.min, -1, 0, Int64.max] {
            var clock = RetentionClock(believed: .init(wall: 0, monotonic: 0))
            for monotonic in [0, Int64.max] { _ = clock.verdict(.init(wall: wall, monotonic: monotonic)) }
        }
        #expect(Int64.min.clampedSubtracting(1) == .min && Int64.max.clampedAdding(1) == .max)
    }
}
