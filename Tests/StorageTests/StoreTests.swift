import Foundation
import Parsing
import Records
import Storage
import SystemIO
import TestSupport
import Testing

@Suite struct StoreTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func open(_ fileSystem: any FileSystem = POSIXFileSystem()) throws -> Store {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        options.rowGroupRows = 1_000
        options.pageRows = 128
        return try Store(folder: folder.path, options: options, fileSystem: fileSystem)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func sealingChangesNothingThatAQuerySees(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let store = try open()
        for _ in 0..<6 { try store.append(batch(RandomLines.make(count: 700, &random))) }
        let before = try rows(of: store.snapshot())
        try store.seal()
        let snapshot = store.snapshot()
        #expect(store.counts.memtableRows == 0)
        #expect(try rows(of: snapshot) == before, "seed \(seed)")
        try store.append(batch(RandomLines.make(count: 10, &random)))
        #expect(try rows(of: snapshot) == before, "a snapshot does not change; seed \(seed)")
        try store.close()
        #expect(try rows(of: open().snapshot()).count == before.count + 10)
    }

    @Test func rowsComeInTimeOrderInsideASegment() throws {
        var random = SeededRandom(seed: 7)
        let store = try open()
        for _ in 0..<4 { try store.append(batch(RandomLines.make(count: 700, &random))) }
        try store.seal()
        var last = Int64.min
        for segment in try store.snapshot().segments(overlapping: nil) {
            guard case .timestamp(let times) = try segment.column("time", rows: 0..<segment.rowCount).values else {
                Issue.record("no times")
                continue
            }
            #expect(times == times.sorted())
            #expect(times.first == segment.timeRange.lowerBound && times.last == segment.timeRange.upperBound)
            #expect(last <= segment.timeRange.lowerBound)
            last = segment.timeRange.upperBound
        }
    }

    @Test func readsAnyRangeOfRowsAsItReadsAll() throws {
        var random = SeededRandom(seed: 11)
        let store = try open()
        try store.append(batch(RandomLines.make(count: 900, &random)))
        try store.append(batch(RandomLines.make(count: 900, &random)))
        let inMemory = try store.snapshot().segments(overlapping: nil)
        try store.seal()
        for segment in try inMemory + store.snapshot().segments(overlapping: nil) {
            for name in try segment.fieldNames {
                let whole = try segment.column(name, rows: 0..<segment.rowCount)
                for _ in 0..<5 {
                    let start = Int.random(in: 0..<segment.rowCount, using: &random)
                    let end = Int.random(in: start...segment.rowCount, using: &random)
                    let part = try segment.column(name, rows: start..<end)
                    #expect((0..<part.count).map(part.value) == (start..<end).map(whole.value), "\(name) \(start)..<\(end)")
                }
            }
        }
    }

    @Test func replaysWhatWasNotSealedOnce() throws {
        let store = try open()
        try store.append(batch(#"{"seq":1}"#))
        try store.seal()
        try store.append(batch(#"{"seq":2}"#))
        try store.sync()
        let crashed = try TemporaryDirectory(copyOf: folder.path)
        let again = try Store(folder: crashed.path, options: StoreOptions(correlationIDs: []))
        #expect(try values(of: "seq", in: again) == ["1", "2"])
        #expect(again.counts.memtableRows == 1)
        try again.close()
        #expect(
            try values(of: "seq", in: Store(folder: crashed.path, options: StoreOptions(correlationIDs: []))) == ["1", "2"])
    }

    @Test func skipsLogSegmentsWhoseChunkWasPublished() throws {
        let store = try open()
        try store.append(batch(#"{"seq":1}"#))
        try store.sync()
        let before = try TemporaryDirectory(copyOf: folder.path)
        try store.seal()
        // As after a crash between publishing the chunk and removing the segments: the old log beside the new chunk.
        let crashed = try TemporaryDirectory(copyOf: folder.path)
        try FileManager.default.removeItem(atPath: crashed.path + "/wal")
        try FileManager.default.copyItem(atPath: before.path + "/wal", toPath: crashed.path + "/wal")
        let again = try Store(folder: crashed.path, options: StoreOptions(correlationIDs: []))
        #expect(try values(of: "seq", in: again) == ["1"])
    }

    @Test func locatesAllRowsOfEveryID() throws {
        var random = SeededRandom(seed: 3)
        let store = try open()
        for part in 0..<5 {
            try store.append(batch(RandomLines.make(count: 600, &random)))
            if part == 1 || part == 3 { try store.seal() }
        }
        let snapshot = store.snapshot()
        let all = try rows(of: snapshot)
        for id in Set(all.compactMap { $0["trace_id"]?.text }).sorted() {
            let found = try snapshot.locate(id: id).flatMap { location in
                let column = try location.segment.column("trace_id", rows: location.rows)
                let seq = try location.segment.column("seq", rows: location.rows)
                return column.rows(equalIgnoringCase: id).compactMap { seq.text($0) }
            }
            #expect(found.sorted() == all.filter { $0["trace_id"]?.text == id }.compactMap { $0["seq"]?.text }.sorted())
        }
    }

    @Test func findsFieldsBeyondTheColumnLimit() throws {
        let store = try open()
        let names = (0..<Limits.columnsPerChunkMax + 20).map { "field_\($0)" }
        let line = "{" + names.map { "\"\($0)\":\"v \($0) \\\" ü\"" }.joined(separator: ",") + "}"
        try store.append(batch(line + "\n" + #"{"trace_id":"rare","field_3":"x"}"#))
        let before = try rows(of: store.snapshot())
        try store.seal()
        #expect(try rows(of: store.snapshot()) == before)
        #expect(try store.snapshot().locate(id: "rare").count == 1)
    }

    @Test(arguments: [0, Limits.columnsPerChunkMax + 20]) func aFieldMayHaveTheNameOfTheRest(others: Int) throws {
        let store = try open()
        let fields = (0..<others).map { ",\"field_\($0)\":\"v \($0)\"" }.joined()
        try store.append(batch("{\"_rest\":\"mine\"\(fields)}\n{\"_rest\":\"{\\\"a\\\":\\\"b\\\"}\"}\n{\"seq\":1}"))
        let before = try rows(of: store.snapshot())
        try store.seal()
        #expect(try rows(of: store.snapshot()) == before)
        #expect(try values(of: "_rest", in: store) == ["mine", #"{"a":"b"}"#])
        #expect(try values(of: "a", in: store).isEmpty, "the value is text, whatever it looks like")
    }

    @Test func aSealThatFailsLosesNothing() throws {
        let fileSystem = ChunkFaults()
        let store = try open(fileSystem)
        try store.append(batch(#"{"seq":1}"#))
        fileSystem.failsChunks = true
        #expect(throws: SystemIOError.self) { try store.seal() }
        try store.append(batch(#"{"seq":2}"#))
        #expect(try values(of: "seq", in: store) == ["1", "2"])
        fileSystem.failsChunks = false
        try store.seal()
        #expect(try values(of: "seq", in: store) == ["1", "2"])
        #expect(store.counts.memtableRows == 0)
    }

    @Test func twoStoresCannotShareAFolder() throws {
        let store = try open()
        #expect(throws: SystemIOError.self) { try open() }
        try store.close()
        try open().close()
    }

    // MARK: -

    private func values(of field: String, in store: Store) throws -> [String] {
        try rows(of: store.snapshot()).compactMap { $0[field]?.text }.sorted()
    }
}
