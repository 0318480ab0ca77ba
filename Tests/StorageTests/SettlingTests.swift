import Catalog
import Foundation
import Records
import Stitching
import Synchronization
import SystemIO
import TestSupport
import Testing

@testable import Storage

/// What becomes of hot chunks, with a sampler that drops every third request.
@Suite struct SettlingTests {
    private let folder: TemporaryDirectory
    private let clock = ManualClock(now: RandomRows.firstDay)

    init() throws { folder = try TemporaryDirectory() }

    private func open(
        _ fileSystem: any FileSystem = SimulatedFileSystem(), _ sampler: ThirdsSampler? = ThirdsSampler(),
        _ change: (inout StoreOptions) -> Void = { _ in }
    ) throws -> Store {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        options.rowGroupRows = 16
        options.pageRows = 4
        change(&options)
        let store = try Store(opening: folder.path, options: options, fileSystem: fileSystem, clock: clock)
        store.use(sampler)
        try store.recover()
        return store
    }

    /// Rows of the request `number`, a second apart.
    private func lines(_ request: Int, _ count: Int = 2) -> String {
        (0..<count).map { row in
            let time = Timestamp.text(RandomRows.firstDay + Int64(request * 10 + row) * 1_000_000_000)
            return #"{"time":"\#(time)","trace_id":"\#(ThirdsSampler.id(request))","seq":\#(request * 10 + row)}"#
        }.joined(separator: "\n")
    }

    private func seal(_ requests: [Int], in store: Store) throws {
        try store.append(batch(requests.map { lines($0) }.joined(separator: "\n")))
        try store.seal()
    }

    /// The rows there are: `seq` to weight, nil for rows without one.
    private func weights(_ store: Store) throws -> [Int: String?] {
        let found = try rows(of: store.snapshot()).map { row in
            (row["seq"].flatMap { Int($0.text) } ?? -1, row["_weight"].map(\.text))
        }
        #expect(Set(found.map(\.0)).count == found.count, "a row is there twice")
        return Dictionary(found) { first, _ in first }
    }

    private func expected(_ requests: [Int]) -> [Int: String?] {
        var rows: [Int: String?] = [:]
        for request in requests where ThirdsSampler.weight(request) > 0 {
            for row in 0..<2 { rows[request * 10 + row] = "1.5" }
        }
        return rows
    }

    @Test func rowsAreAllThereUntilTheyAreSettled() throws {
        let store = try open()
        for first in 0..<4 { try seal([first, first + 4], in: store) }
        #expect(store.hotCounts.chunks == 4 && store.hotCounts.rows == 16)
        #expect(try store.compactIfDue() == nil, "hot chunks are not merged")
        clock.advance(seconds: 540)
        #expect(try store.settleIfDue() == nil)
        #expect(store.hotCounts.surveyBytes > 0)
        #expect(try weights(store) == Dictionary(uniqueKeysWithValues: (0..<8).flatMap { [($0 * 10, nil), ($0 * 10 + 1, nil)] }))
        clock.advance(seconds: 60)
        let settlement = try #require(try store.settleIfDue())
        #expect(settlement.chunks == 4 && settlement.rows == 16 && settlement.keptRows == 10 && settlement.early == nil)
        #expect(try weights(store) == expected(Array(0..<8)))
        #expect(store.hotCounts.chunks == 0 && store.hotCounts.surveyBytes == 0)
        #expect(store.liveChunks.map(\.record.level) == [1])
        // The id index and the counts by minute are those of what stayed.
        #expect(try seqs(withID: ThirdsSampler.id(0), in: "trace_id", store.snapshot()) == [])
        #expect(try seqs(withID: ThirdsSampler.id(1), in: "trace_id", store.snapshot()) == [10, 11])
        #expect(try store.catalog.rollup(minutes: .min ... .max).cells.reduce(0) { $0 + $1.weight } == 15)
        #expect(store.maintenanceMetrics.current.settledRows == 16 && store.maintenanceMetrics.current.keptRows == 10)
    }

    @Test func aSingleChunkWaitsForOthersForAsLongAgain() throws {
        let store = try open()
        try seal([1], in: store)
        clock.advance(seconds: 1140)
        #expect(try store.settleIfDue() == nil)
        clock.advance(seconds: 60)
        #expect(try store.settleIfDue()?.chunks == 1)
    }

    @Test func laterRowsFollowTheDecisionAlsoAfterARestart() throws {
        let disk = SimulatedFileSystem()
        var store = try open(disk)
        for request in 0..<4 { try seal([request], in: store) }
        clock.advance(seconds: 600)
        #expect(try store.settleIfDue()?.chunks == 4)
        try store.close()
        let sampler = ThirdsSampler()
        store = try open(disk, sampler)
        try store.append(batch(#"{"trace_id":"\#(ThirdsSampler.id(0))","seq":5}"# + "\n" + #"{"trace_id":"\#(ThirdsSampler.id(1))","seq":15}"#))
        try store.seal()
        clock.advance(seconds: 1200)
        #expect(try store.settleIfDue()?.chunks == 1)
        #expect(try weights(store) == expected([1, 2, 3]).merging([15: "1.5"]) { $1 })
        #expect(sampler.followed.withLock { $0 } == [0, 1.5])
    }

    /// The verdict sees chunks that stay hot and rows in memory too.
    @Test func theVerdictSeesAllThatIsNotSettled() throws {
        let sampler = ThirdsSampler()
        let store = try open(SimulatedFileSystem(), sampler)
        for request in 0..<4 { try seal([request], in: store) }
        clock.advance(seconds: 600)
        try seal([10, 11, 12], in: store)
        try store.append(batch(lines(20, 5)))
        #expect(try store.settleIfDue()?.chunks == 4)
        #expect(sampler.others.withLock { $0 } == [[6, 5]])
    }

    @Test(arguments: [Settlement.Early.disk, .memory])
    func whatIsTooMuchIsSettledBeforeItsTime(_ short: Settlement.Early) throws {
        let sampler = ThirdsSampler(
            window: short == .disk ? HotWindow(bytesMax: 6_000) : HotWindow(surveyBytesMax: ThirdsSampler.surveyBytes))
        let store = try open(SimulatedFileSystem(), sampler)
        try seal([1], in: store)
        #expect(try store.settleIfDue() == nil)
        while store.hotCounts.bytes <= 6_000 { try seal([Int(store.counts.chunkRows)], in: store) }
        let settlement = try #require(try store.settleIfDue())
        #expect(settlement.early == short)
        #expect(store.maintenanceMetrics.current.earlyRows == [short: settlement.rows])
    }

    @Test func chunksOfOneDayAreSettledTogether() throws {
        let store = try open()
        let days = (0..<3).map { "{\"time\":\"\(Timestamp.text(RandomRows.firstDay + Int64($0) * RandomRows.day))\",\"seq\":\($0 * 3 + 1)}" }
        for _ in 0..<4 {
            try store.append(batch(days.joined(separator: "\n")))
            try store.seal()
        }
        clock.advance(seconds: 600)
        for _ in 0..<3 { #expect(try store.settleIfDue()?.chunks == 4) }
        #expect(Set(store.liveChunks.map(\.record.day)).count == 3 && store.counts.chunks == 3)
    }

    @Test func withoutASamplerHotChunksBecomeLikeAllOthers() throws {
        let disk = SimulatedFileSystem()
        var store = try open(disk)
        for request in 0..<4 { try seal([request], in: store) }
        let before = try weights(store)
        store.use(nil)
        #expect(try store.settleIfDue() == nil)
        #expect(store.hotCounts.chunks == 0)
        #expect(try store.compactIfDue()?.chunks == 4)
        #expect(try weights(store) == before)
        try store.close()
        store = try open(disk)
        clock.advance(seconds: 1200)
        #expect(try store.settleIfDue() == nil)
        #expect(try weights(store) == before)
    }

    @Test func anotherSamplerSurveysAnew() throws {
        let store = try open()
        for request in 0..<4 { try seal([request], in: store) }
        _ = try store.settleIfDue()
        let second = ThirdsSampler()
        store.use(second)
        clock.advance(seconds: 600)
        #expect(try store.settleIfDue()?.chunks == 4)
        #expect(second.surveys.withLock { $0 } == 4)
    }

    @Test func aDeletionLeavesAHotChunkHot() throws {
        let store = try open()
        for request in 0..<4 { try seal([request, request + 4], in: store) }
        _ = try store.settleIfDue()
        let isFifth = Deletion(query: "", who: "", times: nil) { segment, rows in
            try segment.column("seq", rows: rows).rows(equalIgnoringCase: "50").reduce(into: .init(repeating: false, count: rows.count)) { $0[$1] = true }
        }
        #expect(try store.delete(isFifth).rows == 1)
        #expect(store.hotCounts.chunks == 4 && store.hotCounts.rows == 15)
        clock.advance(seconds: 600)
        #expect(try store.settleIfDue()?.chunks == 4)
        #expect(try weights(store) == expected(Array(0..<8)).filter { $0.key != 50 })
    }

    @Test func aFullDiskLeavesAllAsItWas() throws {
        let disk = ChunkFaults()
        let sampler = ThirdsSampler()
        let store = try open(disk, sampler)
        for request in 0..<4 { try seal([request], in: store) }
        let before = try weights(store)
        clock.advance(seconds: 600)
        disk.failsChunks = true
        #expect(throws: (any Error).self) { try store.settleIfDue() }
        #expect(try weights(store) == before && sampler.settled.withLock { $0 } == 0)
        disk.failsChunks = false
        #expect(try store.settleIfDue()?.chunks == 4)
        #expect(sampler.settled.withLock { $0 } == 1)
        #expect(try weights(store) == expected(Array(0..<4)))
    }

    /// No row is lost that stays, none is there twice, none comes back, and weights are all or nothing.
    @Test(arguments: 0..<3) func aPowerCutAnywhereNeitherLosesNorBringsBackARow(_: Int) throws {
        var random = SeededRandom.seeded()
        let power = PowerCut()
        var store = try open(power)
        var synced: Set<Int> = []
        var settled: Set<Int> = []
        var requestOf: [Int] = []
        for _ in 0..<25 {
            power.cut(after: random.chance(80) ? 1 + random.below(60) : .max)
            var appended: Set<Int> = []
            do {
                while !power.isCut {
                    switch random.below(6) {
                    case 0..<3:
                        let request = random.below(requestOf.count / 4 + 1)
                        appended.insert(requestOf.count)
                        requestOf.append(request)
                        try store.append(batch(#"{"trace_id":"\#(ThirdsSampler.id(request))","seq":\#(requestOf.count - 1)}"#))
                    case 3, 4:
                        try store.seal()
                        synced.formUnion(appended)
                    default:
                        clock.advance(seconds: 1200)
                        _ = try store.settleIfDue()
                        try store.removeReplacedChunks()
                    }
                    if random.oneIn(30) { break }
                }
            } catch is SystemIOError {
                #expect(power.isCut)
            }
            power.restore(&random)
            store = try open(power)
            let found = try rows(of: store.snapshot())
            let seqs = found.map { $0["seq"].flatMap { Int($0.text) } ?? -1 }
            #expect(Set(seqs).count == seqs.count, "a row is there twice")
            for (seq, row) in zip(seqs, found) {
                let weight = ThirdsSampler.weight(row["trace_id"]?.text ?? "")
                let isSettled = row["_weight"] != nil
                if isSettled { #expect(row["_weight"]?.text == "1.5" && weight == 1.5) }
                #expect(isSettled || !settled.contains(seq), "row \(seq) came back")
                if isSettled { settled.insert(seq) }
            }
            let there = Set(seqs)
            for seq in synced.subtracting(there) { #expect(ThirdsSampler.weight(requestOf[seq]) == 0, "row \(seq) is lost") }
            settled.formUnion(synced.subtracting(there))
            synced.formUnion(there)
            #expect(store.recovery.unknownChunks.isEmpty)
        }
        #expect(!settled.isEmpty)
        try store.close()
    }
}

/// Drops every third request, by the last digit of its trace id. A row without one stays.
final class ThirdsSampler: RowSampler {
    static let surveyBytes = 1_000

    struct Survey: SampleSurvey {
        let ids: [String]
        var memoryBytes: Int { surveyBytes }
    }

    let window: HotWindow
    /// How many surveys were made, and how many verdicts came to disk.
    let surveys = Mutex(0)
    let settled = Mutex(0)
    /// For each verdict, the rows of each of the other surveys.
    let others = Mutex<[[Int]]>([])
    /// Earlier decisions that were found.
    let followed = Mutex<[Double]>([])

    init(window: HotWindow = HotWindow()) { self.window = window }

    static func id(_ request: Int) -> String { String(repeating: "0", count: 24) + String(10_000_000 + request) }
    static func weight(_ request: Int) -> Double { request % 3 == 0 ? 0 : 1.5 }
    static func weight(_ id: String) -> Double { Int(id.suffix(7)).map { weight($0) } ?? 1.5 }

    func survey(_ segments: [any Segment], name: String) throws -> any SampleSurvey {
        surveys.withLock { $0 += 1 }
        return Survey(
            ids: try segments.flatMap { segment in
                let column = try segment.column("trace_id", rows: 0..<segment.rowCount)
                return (0..<segment.rowCount).map { column.text($0) ?? "" }
            })
    }

    func verdict(
        on due: [any SampleSurvey], among others: [any SampleSurvey], decided: (UInt64) -> Double?
    ) throws -> SampleVerdict {
        let ids = due.compactMap { ($0 as? Survey)?.ids }
        self.others.withLock { $0.append(others.compactMap { ($0 as? Survey)?.ids.count }) }
        for id in Set(ids.joined()).sorted() {
            if let weight = decided(CorrelationIDs.hash(id)) { followed.withLock { $0.append(weight) } }
        }
        return SampleVerdict(
            weights: ids.map { $0.map { Self.weight($0) } },
            decisions: Set(ids.joined()).filter { !$0.isEmpty }.map {
                SamplingDecision(idHash: CorrelationIDs.hash($0), weight: Self.weight($0))
            },
            whenSettled: { [self] in settled.withLock { $0 += 1 } })
    }
}
