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
