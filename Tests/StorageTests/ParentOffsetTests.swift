import Foundation
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

/// `parent_span_id` as the distance to the parent's row.
@Suite struct ParentOffsetTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func open(rowGroupRows: Int = 100, pageRows: Int = 16) throws -> Store {
        var options = StoreOptions(correlationIDs: [FieldNames.traceID])
        options.rowGroupRows = rowGroupRows
        options.pageRows = pageRows
        return try Store(folder: folder.path, options: options)
    }

    @Test(arguments: Array(1...12) as [UInt64]) func everyIDComesBack(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let store = try open(rowGroupRows: random.pick([7, 100, 1_000]), pageRows: random.pick([1, 16, 300]))
        try store.append(batch(RandomSpans(&random).lines(700, &random)))
        let before = try rows(of: store.snapshot())
        try store.seal()
        #expect(try rows(of: store.snapshot()) == before, "seed \(seed)")
        for segment in try store.snapshot().segments(overlapping: nil) {
            let whole = try segment.column(FieldNames.parentSpanID, rows: 0..<segment.rowCount)
            for _ in 0..<10 {
                let start = random.below(segment.rowCount)
                let end = start + random.below(segment.rowCount - start + 1)
                let part = try segment.column(FieldNames.parentSpanID, rows: start..<end)
                #expect((0..<part.count).map(part.value) == (start..<end).map(whole.value), "seed \(seed) \(start)..<\(end)")
            }
        }
    }

    @Test func nearParentsTakeNoIDs() throws {
        let store = try open()
        try store.append(batch(Self.chain.joined(separator: "\n")))
        try store.seal()
        let layout = try layout()
        let offsets = try layout.column(try #require(layout.parents).offsets, rowGroup: 0, 0..<4)
        #expect(offsets.values == .int32([-1, 1]))
        #expect(offsets.validity?.words == [0b0110])
        let kept = try layout.column(try #require(layout.parents).parents, rowGroup: 0, 0..<4)
        #expect(kept.validity?.words == [0b1000], "its parent has not come")
        let segment = try #require(try store.snapshot().segments(overlapping: nil).first)
        let names = try segment.fieldNames
        #expect(names.contains("parent_span_id") && !names.contains("parent_row_offset"))
        #expect(try segment.column("parent_row_offset", rows: 0..<4).text(1) == nil)
    }

    @Test func aParentIsASpanOfTheSameTrace() throws {
        let store = try open()
        try store.append(
            batch(
                #"""
                {"time":1,"trace_id":"t1","span_id":"a","message":"no span"}
                {"time":2,"trace_id":"t2","span_id":"a","duration_ns":1}
                {"time":3,"trace_id":"t1","span_id":"a","duration_ns":1}
                {"time":4,"trace_id":"t1","span_id":"b","parent_span_id":"a"}
                {"time":5,"trace_id":"t3","span_id":"c","parent_span_id":"a"}
                """#))
        let before = try rows(of: store.snapshot())
        try store.seal()
        let layout = try layout()
        let offsets = try layout.column(try #require(layout.parents).offsets, rowGroup: 0, 0..<5)
        #expect(offsets.values == .int32([-1]))
        #expect(offsets.validity?.words == [0b1000])
        #expect(try rows(of: store.snapshot()) == before)
    }

    @Test func aFieldMayHaveTheNameOfTheDistances() throws {
        let store = try open()
        let lines = Self.chain + [#"{"time":9,"parent_row_offset":7}"#]
        try store.append(batch(lines.joined(separator: "\n")))
        let before = try rows(of: store.snapshot())
        try store.seal()
        #expect(try layout().parents == nil)
        #expect(try rows(of: store.snapshot()) == before)
    }

    @Test func idsThatAreNumbersStay() throws {
        let store = try open()
        try store.append(
            batch(#"{"span_id":1,"duration_ns":1}"# + "\n" + #"{"span_id":2,"parent_span_id":1,"duration_ns":1}"#))
        let before = try rows(of: store.snapshot())
        try store.seal()
        #expect(try layout().parents == nil)
        #expect(try rows(of: store.snapshot()) == before)
    }

    private static let chain = [
        #"{"time":1,"span_id":"00000000000000aa","duration_ns":1}"#,
        #"{"time":2,"span_id":"00000000000000bb","parent_span_id":"00000000000000aa","duration_ns":1}"#,
        #"{"time":3,"span_id":"00000000000000cc","parent_span_id":"00000000000000dd","duration_ns":1}"#,
        #"{"time":4,"span_id":"00000000000000dd","parent_span_id":"00000000000000ff","duration_ns":1}"#,
    ]

    private func layout() throws -> ChunkLayout {
        let data = folder.file("data")
        let names = FileManager.default.enumerator(atPath: data)?.compactMap { $0 as? String } ?? []
        let path = try #require(names.first { $0.hasSuffix(".parquet") })
        return try ChunkFile(path: "\(data)/\(path)", fileSystem: POSIXFileSystem(), open: OpenChunks()).layout()
    }
}

/// Spans whose parents are near, far, missing, themselves, each other, or several.
private struct RandomSpans {
    private let ids: [String]
    private let emptyRoots: Bool
    private let hasDurations: Bool

    init(_ random: inout SeededRandom) {
        var made: [String] = []
        let style = random.below(4)
        for index in 0..<500 {
            let hex = String(random.next(), radix: 16)
            let full = String(repeating: "0", count: 16 - hex.count) + hex
            switch style {
            case 0, 1: made.append(full)
            case 2: made.append(full + full)
            default: made.append(index % 7 == 0 ? full.uppercased() : "span-\(index % 90)")
            }
        }
        ids = made
        emptyRoots = random.oneIn(2)
        hasDurations = random.chance(80)
    }

    func lines(_ count: Int, _ random: inout SeededRandom) -> String {
        (0..<count).map { index in
            var fields = ["\"time\":\(1_700_000_000_000 + random.below(5_000))"]
            if random.chance(85) { fields.append("\"span_id\":\"\(random.pick(ids))\"") }
            if random.chance(70) { fields.append("\"trace_id\":\"trace-\(random.below(3))\"") }
            if random.chance(70) {
                let isRoot = emptyRoots && random.oneIn(8)
                fields.append("\"parent_span_id\":\"\(isRoot ? "" : random.pick(ids))\"")
            }
            if hasDurations, random.chance(60) { fields.append("\"duration_ns\":\(index)") }
            return "{" + fields.joined(separator: ",") + "}"
        }.joined(separator: "\n")
    }
}
