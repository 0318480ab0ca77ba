import Parquet
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

@Suite struct RestColumnTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// As a chunk that was written when a field `_rest` had a column of its own.
    @Test func aColumnIsTheRestOnlyWhereTheChunkSaysSo() throws {
        let plain = try segment(rest: ["mine", #"{"a":"b"}"#], keyValues: [])
        #expect(try plain.fieldNames == ["time", "_rest"])
        #expect(try texts(plain, "_rest") == ["mine", #"{"a":"b"}"#])
        #expect(try texts(plain, "a") == [nil, nil])
    }

    @Test func aCellThatIsNoObjectHasNoFields() throws {
        let rest = try segment(
            rest: ["no object", #"{"a":"b"}"#, "{", #"{"a":1}"#], keyValues: [(ChunkNames.restColumn, "_rest")])
        #expect(try rest.fieldNames == ["time", "a"])
        #expect(try texts(rest, "a") == [nil, "b", nil, nil])
        #expect(try texts(rest, "_rest") == [nil, nil, nil, nil])
    }

    /// However rare they are: whoever counts rows asks for them.
    @Test(arguments: [true, false]) func weightsAreNeverInIt(hasWeights: Bool) throws {
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []))
        let fields = (0..<600).map { ",\"f\($0)\":1" }
        let lines = (0..<4).map { "{\"time\":\(1_700_000_000_000 + $0)\(hasWeights && $0 == 3 ? ",\"_weight\":2.5" : "")\(fields.joined())}" }
        for _ in 0..<2 {
            try store.append(batch(lines.joined(separator: "\n")))
            #expect(try store.snapshot().segments(overlapping: nil).last?.mayHaveWeights == true)
            try store.seal()
        }
        #expect(try store.compactIfDue()?.chunks == 2)
        let segments = try store.snapshot().segments(overlapping: nil)
        for segment in segments {
            #expect(try segment.fieldNames.contains("f599"))
            #expect(try segment.mayHaveWeights == hasWeights)
            let weights = try segment.column("_weight", rows: 0..<segment.rowCount)
            #expect((0..<segment.rowCount).compactMap { weights.text($0) }.allSatisfy { $0 == "2.5" })
        }
        try store.close()
    }

    @Test(arguments: [UInt64(1), 2]) func rowGroupsEndWhereItGetsLarge(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var options = StoreOptions(correlationIDs: ["id"])
        options.rowGroupRestBytes = 1_000
        options.pageRows = 16
        let store = try Store(folder: folder.path, options: options)
        for _ in 0..<3 {
            let lines = (0..<30).map { _ in
                let fields = (0..<560).filter { _ in random.chance(20) }.map { ",\"field \($0)\":\"\(random.next() % 99) \\u0001ü\"" }
                return "{\"time\":\(1_700_000_000_000 + random.next() % 1_000),\"id\":\"\(random.next() % 20)\"\(fields.joined())}"
            }
            try store.append(batch(lines.joined(separator: "\n")))
        }
        let before = try rows(of: store.snapshot())
        try store.seal()
        let snapshot = store.snapshot()
        #expect(try rows(of: snapshot) == before, "seed \(seed)")
        #expect(try snapshot.segments(overlapping: nil).count > 10)
        for id in 0..<20 {
            let found = try snapshot.locate(id: "\(id)").reduce(0) { count, location in
                count + (try location.segment.column("id", rows: location.rows).rows(equalIgnoringCase: "\(id)").count)
            }
            #expect(found == before.count { $0["id"]?.text == "\(id)" }, "seed \(seed)")
        }
    }

    @Test(arguments: [(fields: 600, isDue: true), (fields: 400, isDue: false)])
    func namesThatEveryRowRepeatsMakeTheMemtableDue(fields: Int, isDue: Bool) throws {
        var options = StoreOptions(correlationIDs: [])
        options.memtableBytesMax = 4 << 20
        let store = try Store(folder: folder.path, options: options)
        let line = "{" + (0..<fields).map { "\"\(String(repeating: "n", count: 900))\($0)\":1" }.joined(separator: ",") + "}"
        try store.append(batch([String](repeating: line, count: 20).joined(separator: "\n")))
        #expect(store.counts.memtableBytes < options.memtableBytesMax)
        #expect(try store.sealIfDue() == isDue)
    }

    private func texts(_ segment: ChunkSegment, _ field: String) throws -> [String?] {
        let column = try segment.column(field, rows: 0..<segment.rowCount)
        return (0..<segment.rowCount).map(column.text)
    }

    private func segment(rest: [String], keyValues: [(key: String, value: String)]) throws -> ChunkSegment {
        let path = folder.file("chunk.parquet")
        let file = try POSIXFileSystem().create(path)
        var ends: [UInt32] = []
        for text in rest { ends.append((ends.last ?? 0) + UInt32(text.utf8.count)) }
        var writer = try FileWriter(
            schema: [
                ColumnSchema(name: "time", type: .int64, logicalType: nil, isOptional: false),
                ColumnSchema(name: "_rest", type: .byteArray, logicalType: .string, isOptional: true),
            ]) { try file.append($0) }
        try writer.beginRowGroup(rowCount: rest.count)
        try writer.write(Column(values: .int64(Array(0..<Int64(rest.count))), validity: nil))
        try writer.write(Column(values: .byteArray(bytes: Array(rest.joined().utf8), ends: ends), validity: nil))
        try writer.endRowGroup()
        _ = try writer.finish(keyValues: keyValues)
        try file.close()
        return try #require(ChunkFile(path: path, fileSystem: POSIXFileSystem(), open: OpenChunks()).segments().first)
    }
}
