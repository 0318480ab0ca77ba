import Testing

@testable import Parquet

struct MetadataTests {
    /// What the encoder writes is decoded to the same, unknown fields aside.
    @Test func metadataSurvivesEncoding() throws {
        let logicalTypes: [LogicalType?] = [
            nil, .string, .json, .uuid, .timestamp(unit: .milliseconds, isAdjustedToUTC: true),
            .timestamp(unit: .microseconds, isAdjustedToUTC: false),
            .timestamp(unit: .nanoseconds, isAdjustedToUTC: true), .integer(bitWidth: 8, isSigned: true),
            .integer(bitWidth: 64, isSigned: false),
        ]
        let elements = logicalTypes.enumerated().map { index, type in
            SchemaElement(
                type: Int32(index % 8), typeLength: index == 7 ? 16 : nil, repetition: Int32(index % 2),
                name: "c\(index) größe", convertedType: type?.convertedType, logicalType: type)
        }
        let statistics = Statistics(min: [1, 2], max: [], nullCount: 3, isMinExact: true, isMaxExact: false)
        let chunk = ColumnChunkMetadata(
            type: 6, encodings: [.plain, .runLength], path: ["a", "b"], codec: .zstd, valueCount: 1 << 40,
            byteCount: 5, compressedByteCount: 4, dataPageOffset: 99, dictionaryPageOffset: 7, statistics: statistics,
            offsetIndexOffset: 1, offsetIndexLength: 2, columnIndexOffset: 3, columnIndexLength: 4)
        let group = RowGroupMetadata(
            columns: (0..<20).map { _ in chunk } + [ColumnChunkMetadata()], byteCount: 1, compressedByteCount: 2,
            rowCount: 3, sortingColumn: 1, fileOffset: 4, ordinal: 5)
        let metadata = FileMetadata(
            schema: [SchemaElement(name: "root", childCount: Int32(elements.count))] + elements, rowCount: .max,
            rowGroups: [group, RowGroupMetadata()],
            keyValues: [KeyValue(key: "k", value: "v"), KeyValue(key: "", value: nil)], createdBy: "x")
        #expect(try decode(metadata.encoded()) == metadata)
    }

    @Test func pageHeadersSurviveEncoding() throws {
        let kinds: [PageHeader.Kind] = [
            .data(DataPageHeader(valueCount: 3, encoding: .deltaByteArray, definitionLevels: .bitPacked)),
            .dataV2(
                DataPageHeaderV2(
                    valueCount: 1, nullCount: 2, rowCount: 3, encoding: .byteStreamSplit, definitionLevelsByteCount: 4,
                    repetitionLevelsByteCount: 5, isCompressed: false)),
            .dictionary(DictionaryPageHeader(valueCount: 9, encoding: .plainDictionary)), .other(1), .other(77),
        ]
        for kind in kinds {
            let header = PageHeader(kind: kind, byteCount: .max, compressedByteCount: 0, crc: -1)
            #expect(try decode(header.encoded()) == header)
        }
    }

    @Test func pageIndexesSurviveEncoding() throws {
        let pages = (0..<40).map { OffsetIndex.PageLocation(offset: Int64($0) << 33, compressedByteCount: 5, firstRow: 6) }
        #expect(try decode(OffsetIndex(pages: pages).encoded()) == OffsetIndex(pages: pages))
        for nullCounts in [nil, [Int64](0..<20)] {
            let index = ColumnIndex(
                isNullPage: (0..<20).map { $0 % 3 == 0 }, mins: (0..<20).map { [UInt8](repeating: 1, count: $0) },
                maxs: (0..<20).map { _ in [] }, boundaryOrder: 2, nullCounts: nullCounts)
            #expect(try decode(index.encoded()) == index)
        }
    }

    private func decode<Value: ThriftReadable>(_ bytes: [UInt8]) throws -> Value {
        var reader = ThriftReader(bytes)
        let value = try Value(from: &reader)
        #expect(reader.position == bytes.count)
        return value
    }

    /// Fields of every type that a version to come may add, by the letter of the specification.
    @Test func unknownFieldsAreSkipped() throws {
        let unknown: [[UInt8]] = [
            [0x11], [0x12], [0x13, 0xff], [0x14, 0x80, 0x01], [0x15, 0x01], [0x16, 0x01],
            [0x17, 1, 2, 3, 4, 5, 6, 7, 8], [0x18, 2, 0x41, 0x42], [0x19, 0x25, 1, 1], [0x19, 0xf1, 2, 1, 2],
            [0x1a, 0x00], [0x1b, 0x00], [0x1b, 1, 0x58, 9, 1, 0x41], [0x1c, 0x15, 2, 0x1c, 0x00, 0x00],
            [0x1d] + [UInt8](repeating: 7, count: 16), [0x19, 0x2c, 0x15, 2, 0x00, 0x00],
        ]
        for field in unknown {
            // Field 17 after a long-form header, unknown from 18 on, and then the end.
            var reader = ThriftReader([0x05, 34, 10] + field + [0x00])
            try reader.beginStruct()
            var found: [Int16] = []
            while let field = try reader.nextField() {
                found.append(field.id)
                try reader.skip(field)
            }
            #expect(found == [17, 18])
            #expect(reader.position == 4 + field.count)
        }
    }

    @Test(arguments: [
        [], [0x15], [0x15, 0x80], [0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x18, 5, 1],
        [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x19, 0xf5, 0xff, 0xff, 0xff, 0x0f],
        [0x1b, 0xff, 0xff, 0x0f, 0x55], [0x1e, 0], [UInt8](repeating: 0x1c, count: 200),
        [0x19] + [UInt8](repeating: 0x19, count: 200), [0x1b] + [UInt8](repeating: 1, count: 200),
    ] as [[UInt8]])
    func malformedThriftThrows(_ bytes: [UInt8]) {
        #expect(throws: ParquetError.self) {
            var reader = ThriftReader(bytes)
            try reader.beginStruct()
            while let field = try reader.nextField() {
                if field.type == .i32 { _ = try reader.i32() } else { try reader.skip(field) }
            }
        }
    }

    /// Writers older than logical types.
    @Test func convertedTypesAreMapped() throws {
        let expected: [Int32: LogicalType] = [
            0: .string, 4: .enumeration, 5: .decimal(precision: 5, scale: 2), 6: .date,
            7: .time(unit: .milliseconds, isAdjustedToUTC: true),
            8: .time(unit: .microseconds, isAdjustedToUTC: true),
            9: .timestamp(unit: .milliseconds, isAdjustedToUTC: true),
            10: .timestamp(unit: .microseconds, isAdjustedToUTC: true), 11: .integer(bitWidth: 8, isSigned: false),
            14: .integer(bitWidth: 64, isSigned: false), 16: .integer(bitWidth: 16, isSigned: true), 19: .json,
            20: .bson, 21: .interval, 22: .other, -1: .other, .max: .other,
        ]
        let elements = expected.keys.sorted().map {
            SchemaElement(type: 2, repetition: 1, name: "\($0)", convertedType: $0, scale: 2, precision: 5)
        }
        let leaves = try FileSchema([SchemaElement(name: "", childCount: Int32(elements.count))] + elements)
        #expect(leaves.columns.map(\.logicalType) == expected.keys.sorted().map { expected[$0] })
    }

    @Test func nestedLeavesAreSetAside() throws {
        let schema = [
            SchemaElement(name: "root", childCount: 4), SchemaElement(type: 1, repetition: 0, name: "a"),
            SchemaElement(repetition: 1, name: "g", childCount: 2), SchemaElement(type: 1, repetition: 1, name: "x"),
            SchemaElement(repetition: 1, name: "h", childCount: 1), SchemaElement(type: 1, repetition: 1, name: "y"),
            SchemaElement(type: 1, repetition: 2, name: "r"),
            SchemaElement(type: 7, typeLength: 3, repetition: 1, name: "z"),
        ]
        let leaves = try FileSchema(schema)
        #expect(leaves.columns.map(\.name) == ["a", "z"])
        #expect(leaves.leafNumbers == [0, 4])
        #expect(leaves.unsupported == ["g.x", "g.h.y", "r"])
        #expect(throws: ParquetError.self) { _ = try FileSchema(schema.dropLast()) }
        let deep = (0..<100).map { _ in SchemaElement(repetition: 1, name: "g", childCount: 1) }
        #expect(throws: ParquetError.self) { _ = try FileSchema(deep + [schema[1]]) }
    }
}
