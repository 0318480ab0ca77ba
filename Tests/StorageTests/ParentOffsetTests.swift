import Foundation
import Records
import Stitching
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

    // MARK: Chunks made of others

    /// A merged chunk has the rows of its inputs, finds their parents by id, and so does a catalog made of it.
    @Test(arguments: Array(21...32) as [UInt64]) func everyIDComesBackFromMergedChunks(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let ids = FieldNames.correlationIDs + [FieldNames.parentSpanID]
        let (rowGroupRows, bytes) = (random.pick([7, 100, 1_000]), random.pick([5_000, 1 << 20]))
        func open() throws -> Store {
            var options = StoreOptions(correlationIDs: ids)
            options.rowGroupRows = rowGroupRows
            options.pageRows = 16
            options.compactionRowGroupBytes = bytes
            return try Store(folder: folder.path, options: options)
        }
        func found(_ store: Store) throws -> [[Int]] {
            let parents = Set(try rows(of: store.snapshot()).compactMap { $0[FieldNames.parentSpanID]?.text })
            return try parents.sorted().map { try Self.durations(ofChildrenOf: $0, store.snapshot()) }
        }
        var store = try open()
        for _ in 0..<4 {
            // Ids of their own, so that the type of the columns is not the same in all.
            try store.append(batch(RandomSpans(&random).lines(1 + random.below(200), &random)))
            try store.seal()
        }
        let (before, foundBefore) = (try rows(of: store.snapshot()), try found(store))
        #expect(try store.compactIfDue()?.chunks == 4, "seed \(seed)")
        #expect(store.counts.chunks == 1)
        #expect(try rows(of: store.snapshot()) == before, "seed \(seed)")
        #expect(try found(store) == foundBefore, "seed \(seed)")
        try store.removeReplacedChunks()
        try store.close()
        #expect(ChunkCheck(path: try chunkPath(), fileSystem: POSIXFileSystem()).problems() == [])
        #expect(try CatalogRebuild(folder: folder.path, stitching: StitchingRules(ids: ids)).run().chunks == 1)
        store = try open()
        #expect(try rows(of: store.snapshot()) == before, "seed \(seed)")
        #expect(try found(store) == foundBefore, "seed \(seed)")
    }

    private static func durations(ofChildrenOf parent: String, _ snapshot: Snapshot) throws -> [Int] {
        guard !parent.isEmpty else { return [] }
        return try snapshot.locate(id: parent).flatMap { location in
            let parents = try location.segment.column(FieldNames.parentSpanID, rows: location.rows)
            let durations = try location.segment.column(FieldNames.duration, rows: location.rows)
            return parents.rows(equalIgnoringCase: parent).compactMap { durations.text($0).flatMap { Int($0) } }
        }.sorted()
    }

    @Test func parentsOfOtherChunksBecomeDistances() throws {
        let store = try open()
        for line in Self.chain {
            try store.append(batch(line))
            try store.seal()
        }
        #expect(try store.compactIfDue()?.chunks == 4)
        try store.removeReplacedChunks()
        let layout = try layout()
        let offsets = try layout.column(try #require(layout.parents).offsets, rowGroup: 0, 0..<4)
        #expect(offsets.values == .int32([-1, 1]))
        let kept = try layout.column(try #require(layout.parents).parents, rowGroup: 0, 0..<4)
        #expect(kept.validity?.words == [0b1000])
        #expect(layout.reader.schema[try #require(layout.parents).parents].type == .fixedLenByteArray(8))
    }

    /// All parents of both chunks are near, so that their column has no values, and then one is in another row group.
    @Test func parentsThatComeToLieInAnotherRowGroupAreIDsAgain() throws {
        let store = try open(rowGroupRows: 4)
        func line(_ first: Int, _ index: Int) -> String {
            let id = index == 0 ? "a\(first)" : "b\(index)"
            let parent = index == 0 ? "" : #","parent_span_id":"00000000000000a\#(first)""#
            return #"{"time":\#(first + index * 10),"span_id":"00000000000000\#(id)","duration_ns":1\#(parent)}"#
        }
        for first in [1, 2] {
            try store.append(batch((0..<4).map { line(first, $0) }.joined(separator: "\n")))
            try store.seal()
        }
        let before = try rows(of: store.snapshot())
        #expect(try store.compactIfDue()?.rows == 8)
        try store.removeReplacedChunks()
        #expect(try rows(of: store.snapshot()) == before)
        let layout = try layout()
        let parents = try #require(layout.parents)
        let kept = try (0..<2).map { try layout.column(parents.parents, rowGroup: $0, 0..<4).values.count }
        let near = try (0..<2).map { try layout.column(parents.offsets, rowGroup: $0, 0..<4).values.count }
        #expect(kept == [0, 4] && near == [2, 0])
    }

    private static let chain = [
        #"{"time":1,"span_id":"00000000000000aa","duration_ns":1}"#,
        #"{"time":2,"span_id":"00000000000000bb","parent_span_id":"00000000000000aa","duration_ns":1}"#,
        #"{"time":3,"span_id":"00000000000000cc","parent_span_id":"00000000000000dd","duration_ns":1}"#,
        #"{"time":4,"span_id":"00000000000000dd","parent_span_id":"00000000000000ff","duration_ns":1}"#,
    ]

    private func layout() throws -> ChunkLayout {
        try ChunkFile(path: try chunkPath(), fileSystem: POSIXFileSystem(), open: OpenChunks()).layout()
    }

    private func chunkPath() throws -> String {
        let data = folder.file("data")
        let names = FileManager.default.enumerator(atPath: data)?.compactMap { $0 as? String } ?? []
        let path = try #require(names.first { $0.hasSuffix(".parquet") })
        return "\(data)/\(path)"
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
