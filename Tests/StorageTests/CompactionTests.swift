import Catalog
import Foundation
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

@Suite struct CompactionTests {
    private let folder: TemporaryDirectory
    private let clock = ManualClock(now: 1_700_000_000_000_000_000 + 10 * 86_400_000_000_000)

    init() throws { folder = try TemporaryDirectory() }

    private func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> Store {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        change(&options)
        return try Store(folder: folder.path, options: options, clock: clock)
    }

    /// A chunk for each text of lines, all of one day.
    private func fill(_ store: Store, _ chunks: [String]) throws {
        for lines in chunks {
            try store.append(batch(lines))
            try store.seal()
        }
    }

    /// Values with what they are shown as.
    private func values(_ field: String, _ store: Store) throws -> [FieldValue?] {
        try store.snapshot().segments(overlapping: nil).flatMap { segment in
            let column = try segment.column(field, rows: 0..<segment.rowCount)
            return (0..<column.count).map { column.value($0) }
        }
    }

    @Test func valuesStayWhatTheyAre() throws {
        let store = try open()
        try fill(
            store,
            [
                #"{"time":1700000000001,"n":1,"d":1.5,"b":true,"a":[1, "x"],"s":"","big":12345678901234567890,"h":"0123456789abcdef"}"#,
                #"{"time":1700000000000,"n":2,"d":2,"b":false,"a":[],"s":null,"big":1,"h":"fedcba9876543210"}"#,
            ])
        #expect(try store.compactIfDue()?.chunks == 2)
        #expect(store.counts.chunks == 1 && store.liveChunks[0].record.level == 1)
        func number(_ text: String) -> FieldValue { FieldValue(text, kind: .number) }
        #expect(try values("n", store) == [number("2"), number("1")])
        #expect(try values("d", store) == [number("2"), number("1.5")])
        #expect(try values("b", store) == [FieldValue("false", kind: .bool), FieldValue("true", kind: .bool)])
        #expect(try values("a", store) == [FieldValue("[]", kind: .json), FieldValue(#"[1, "x"]"#, kind: .json)])
        #expect(try values("s", store) == [nil, FieldValue("")])
        #expect(try values("big", store) == [number("1"), number("12345678901234567890")])
        #expect(try values("h", store) == [FieldValue("fedcba9876543210"), FieldValue("0123456789abcdef")])
        let types = try store.catalog.columns(ofChunk: store.liveChunks[0].record.id)
        let byName = Dictionary(uniqueKeysWithValues: types.map { ($0.name, $0.type) })
        #expect(byName["n"] == "INT64" && byName["d"] == "DOUBLE" && byName["h"] == "FIXED_LEN_BYTE_ARRAY(8)")
        #expect(byName["big"] == "BYTE_ARRAY")
    }

    /// More fields than a chunk has columns, other ones in each chunk, ids among them.
    @Test func fieldsBeyondTheColumnLimitStay() throws {
        let store = try open { $0.rowGroupRestBytes = 2_000 }
        let chunks = (0..<3).map { chunk in
            (0..<4).map { (row: Int) -> String in
                let names = (0..<Limits.columnsPerChunkMax - 100 * chunk + row * 20).map { "field_\(chunk % 2)_\($0)" }
                let fields = names.map { (name: String) -> String in ",\"\(name)\":\"v \(name) \\\" ü\"" }.joined()
                return "{\"time\":\(1_700_000_000_000 + row),\"seq\":\(chunk * 10 + row),\"request_id\":\"r\(chunk)\(row)\",\"_rest\":\"mine\"\(fields)}"
            }.joined(separator: "\n")
        }
        try fill(store, chunks)
        let before = try rows(of: store.snapshot())
        #expect(try store.compactIfDue()?.rows == 12)
        #expect(try rows(of: store.snapshot()) == before)
        #expect(try seqs(withID: "r13", in: "request_id", store.snapshot()) == [13])
        _ = try store.compactIfDue()
        #expect(try rows(of: store.snapshot()) == before)
    }

    @Test func rowsOfTheSameTimeKeepTheOrderOfTheChunks() throws {
        let store = try open {
            $0.rowGroupRows = 3
            $0.pageRows = 2
        }
        let lines = (0..<20).map { (seq: Int) -> String in "{\"time\":1700000000000,\"seq\":\(seq)}" }
        try fill(store, stride(from: 0, to: 20, by: 5).map { lines[$0..<$0 + 5].joined(separator: "\n") })
        _ = try store.compactIfDue()
        #expect(store.counts.chunks == 1)
        #expect(try values("seq", store).map { $0?.text } == (0..<20).map { String($0) })
    }

    @Test func rowGroupsAreBoundedInBytes() throws {
        let store = try open { $0.compactionRowGroupBytes = 100_000 }
        let text = String(repeating: "x", count: 20_000)
        let lines = (0..<40).map { (row: Int) -> String in "{\"time\":\(1_700_000_000_000 + row),\"message\":\"\(text)\"}" }
        try fill(store, [lines[..<20].joined(separator: "\n"), lines[20...].joined(separator: "\n")])
        _ = try store.compactIfDue()
        let groups = try store.snapshot().segments(overlapping: nil).map(\.rowCount)
        #expect(groups.reduce(0, +) == 40)
        #expect(groups.allSatisfy { $0 <= 10 }, "twice the bound at most")
    }

    @Test func oneThatIsStoppedLeavesAllAsItWas() throws {
        let store = try open()
        try fill(store, ["{\"seq\":1}", "{\"seq\":2}"])
        let before = store.liveChunks.map(\.record)
        let stop = MaintenanceStop()
        stop.stop()
        #expect(try store.compactIfDue(stop) == nil)
        #expect(store.liveChunks.map(\.record) == before)
        #expect(try files().count == 2)
        #expect(try store.compactIfDue() != nil)
    }

    @Test func aDamagedChunkStaysAsItIs() throws {
        let store = try open()
        try fill(store, ["{\"seq\":1,\"message\":\"hello\"}", "{\"seq\":2}"])
        let path = folder.file(store.liveChunks[0].record.path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for offset in 40..<120 { bytes[offset] ^= 0x55 }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try store.compactIfDue() }
        #expect(store.counts.chunks == 2)
        #expect(try files().count == 2, "nothing half written is left")
    }

    private func files() throws -> [String] {
        (FileManager.default.enumerator(atPath: folder.file("data"))?.compactMap { $0 as? String } ?? [])
            .filter { $0.contains(".parquet") }
    }

    // MARK: What is merged

    private func record(_ id: Int64, _ bytes: Int, day: Int64? = 10) -> ChunkRecord {
        ChunkRecord(id: id, path: "\(id)", minTime: id, maxTime: id, rows: 1, bytes: bytes, day: day, level: 0)
    }

    private func chosen(_ sizes: [Int], today: Int64 = 10) -> [Int] {
        let chunks = sizes.enumerated().map { record(Int64($0), $1) }
        return CompactionPolicy(targetBytes: 1_000).next(chunks, today: today).map(\.bytes)
    }

    @Test func takesFourOfADayThatFills() {
        #expect(chosen([10, 10, 10]) == [])
        #expect(chosen([10, 10, 10, 10]) == [10, 10, 10, 10])
        #expect(chosen([10, 100, 10, 10]) == [])
        #expect(chosen([100, 100, 1, 100, 100]) == [100, 100, 1, 100, 100])
    }

    @Test func takesTwoOfADayThatIsOver() {
        #expect(chosen([10], today: 11) == [])
        #expect(chosen([10, 40], today: 11) == [10, 40])
        #expect(chosen([10, 41], today: 11) == [], "a late row does not rewrite a large chunk")
    }

    @Test func leavesLargeChunksAlone() {
        #expect(chosen([500, 600, 700, 800], today: 11) == [])
        #expect(chosen([400, 400, 400, 400], today: 11) == [400, 400], "up to the target")
    }

    @Test func mergesNoDaysWithEachOther() {
        let days: [Int64?] = [nil, 1, 2, nil, 1, 2, nil, 1]
        let chunks = days.enumerated().map { record(Int64($0.offset), 10, day: $0.element) }
        #expect(CompactionPolicy(targetBytes: 1_000).next(chunks, today: 5).map(\.day) == [1, 1, 1])
    }

    /// However chunks come, there are few in the end, and each byte is written a bounded number of times.
    @Test func fewChunksAreLeft() {
        var random = SeededRandom.seeded()
        var chunks: [ChunkRecord] = []
        var (id, written, came) = (Int64(0), 0, 0)
        let policy = CompactionPolicy(targetBytes: 100_000)
        for _ in 0..<3_000 {
            let bytes = 1 + random.below(random.pick([3, 100, 2_000]))
            chunks.append(record(id, bytes))
            id += 1
            came += bytes
            while case let merged = policy.next(chunks, today: random.pick([10, 11])), !merged.isEmpty {
                let sum = merged.reduce(0) { $0 + $1.bytes }
                chunks.removeAll(where: merged.contains)
                chunks.append(record(id, sum))
                id += 1
                written += sum
            }
        }
        #expect(chunks.filter { $0.bytes < 50_000 }.count < 40)
        #expect(written < 25 * came)
    }
}
