import Foundation
import Kernels
import Parquet
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

@Suite struct WordFilterTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private static func filter(_ texts: [String], pageRows: Int = 100) throws -> [UInt8] {
        var ends: [UInt32] = []
        for text in texts { ends.append((ends.last ?? 0) + UInt32(text.utf8.count)) }
        let column = RowTexts(bytes: texts.flatMap { Array($0.utf8) }, ends: ends, validity: nil)
        var builder = WordFilterBuilder(0..<texts.count, pageRows: pageRows)
        builder.add(column, number: 4, bytesInFile: 1 << 20)
        return try #require(builder.finish())
    }

    @Test func findsEveryWordWhereItIs() throws {
        let texts = (0..<2_000).map { "common word-\($0) Mixed_\($0 % 7)" }
        let filter = try #require(WordFilter(try Self.filter(texts)))
        for (row, text) in texts.enumerated() {
            #expect(filter.mayContain(wordHashes(Array(text.utf8)), column: 4, rows: row..<row + 1))
        }
        #expect(filter.mayContain(wordHashes(Array("nowhere".utf8)), column: 3, rows: 0..<1), "not in the filter")
    }

    @Test func rulesOutMostOfWhatIsNotThere() throws {
        let texts = (0..<20_000).map { "common id-\($0)" }
        let bytes = try Self.filter(texts, pageRows: 2_000)
        #expect(bytes.count < 20_001 * 2)
        let filter = try #require(WordFilter(bytes))
        let absent = (20_000..<30_000).count { filter.mayContain(wordHashes(Array("\($0)".utf8)), column: 4, rows: 0..<2_000) }
        #expect(absent < 200, "of 10000")
        let elsewhere = (2_000..<12_000).count { filter.mayContain(wordHashes(Array("id-\($0)".utf8)), column: 4, rows: 0..<2_000) }
        #expect(elsewhere < 200, "of 10000")
    }

    @Test func bytesThatWereChangedAreNoFilter() throws {
        var random = SeededRandom(seed: 5)
        let bytes = try Self.filter(["one", "two three"])
        #expect(WordFilter(bytes) != nil)
        for count in 0..<bytes.count { #expect(WordFilter(Array(bytes.prefix(count))) == nil) }
        for _ in 0..<200 {
            var changed = bytes
            changed[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            #expect(WordFilter(changed) == nil)
        }
    }

    @Test func aColumnWhoseFilterWouldNotPayIsLeftOut() throws {
        let texts = (0..<5_000).map { "\($0)" }
        var ends: [UInt32] = []
        for text in texts { ends.append((ends.last ?? 0) + UInt32(text.utf8.count)) }
        let column = RowTexts(bytes: texts.flatMap { Array($0.utf8) }, ends: ends, validity: nil)
        var builder = WordFilterBuilder(0..<texts.count, pageRows: 8_192)
        builder.add(column, number: 1, bytesInFile: 5_000)
        #expect(builder.finish() == nil)
    }

    @Test func aChunkTellsWhichWordsItCannotHave() throws {
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []))
        try store.append(
            batch(#"{"message":"request timed out","n":1,"span_id":"a","parent_span_id":"b","duration_ns":1}"# + "\n"
                + #"{"message":"fine","span_id":"b","parent_span_id":"nobody","duration_ns":1}"#))
        try store.seal()
        let segment = try #require(try store.snapshot().segments(overlapping: nil).first)
        let words = try #require(try segment.words())
        func may(_ text: String, _ field: String) -> Bool {
            words.mayContain(wordHashes(Array(text.utf8)), field: field, rows: 0..<2)
        }
        #expect(may("timed request", "message") && may("TIMED", "message") && may("fine", "message"))
        #expect(!may("timed in", "message") && !may("time", "message"))
        #expect(!may("fine", "nowhere"), "no row has the field")
        #expect(may("fine", "n"), "numbers are in no filter")
        #expect(may("b", "parent_span_id"), "its texts are not all there")
    }

    @Test func fieldsInTheRestMayHaveAnyWords() throws {
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []))
        try store.append(batch(#"{"_rest":"hidden","message":"seen"}"#))
        try store.seal()
        let segment = try #require(try store.snapshot().segments(overlapping: nil).first)
        let words = try #require(try segment.words())
        #expect(words.mayContain(wordHashes(Array("hidden".utf8)), field: "_rest", rows: 0..<1))
        #expect(words.mayContain(wordHashes(Array("any".utf8)), field: "nowhere", rows: 0..<1))
        #expect(!words.mayContain(wordHashes(Array("any".utf8)), field: "message", rows: 0..<1))
    }

    @Test func placesThatCannotBeAreAnError() throws {
        let path = folder.file("chunk.parquet")
        for places in ["", "[[1,2],", "[[-1,2]]", "[[1]]", "[[1,9223372036854775807]]", "{}"] {
            let file = try POSIXFileSystem().create(path)
            var writer = try FileWriter(
                schema: [ColumnSchema(name: "time", type: .int64, isOptional: false)]) { try file.append($0) }
            try writer.beginRowGroup(rowCount: 1)
            try writer.write(Column(values: .int64([0]), validity: nil))
            try writer.endRowGroup()
            _ = try writer.finish(keyValues: [(ChunkNames.wordFilters, places)])
            try file.close()
            let chunk = ChunkFile(path: path, fileSystem: POSIXFileSystem(), open: OpenChunks())
            #expect { try chunk.layout() } throws: { "\($0)".contains("does not tell where its word filters are") }
        }
        #expect(throws: Never.self) { try WordFilterPlaces([nil, 4..<9]).keyValues() }
        #expect(try WordFilterPlaces([nil, 4..<9]).keyValues().map(\.value) == ["[null,[4,5]]"])
        #expect(try WordFilterPlaces([nil]).keyValues().isEmpty)
    }
}
