import Kernels
import Testing

@testable import Parquet

/// Nested files put together page by page: forms of old writers, and lies.
struct NestedFileTests {
    private struct Leaf {
        var definitions: [UInt8]
        var repetitions: [UInt8]
        var values: [Int32]
        /// Entries of each page; nil for one of all.
        var pages: [Int]?
        /// The definition level of a value.
        var greatest: UInt8 = 3
    }

    /// A file of one row group with INT32 leaves, all encoded plainly.
    private func file(
        _ schema: [SchemaElement], _ leaves: [Leaf], rows: Int64, repetition: UInt8 = 1,
        _ encoding: Parquet.Encoding = .runLength
    ) throws -> FileReader {
        var file = Array("PAR1".utf8)
        var chunks: [ColumnChunkMetadata] = []
        for leaf in leaves {
            var chunk = ColumnChunkMetadata(type: 1, path: ["c"], valueCount: Int64(leaf.definitions.count))
            chunk.dataPageOffset = Int64(file.count)
            var (entry, value) = (0, 0)
            for count in leaf.pages ?? [leaf.definitions.count] {
                let definitions = Array(leaf.definitions[entry..<entry + count])
                let values = definitions.count { $0 == leaf.greatest }
                var body = encoded(Array(leaf.repetitions[entry..<entry + count]), repetition, encoding)
                body += encoded(definitions, leaf.greatest, encoding)
                body += leaf.values[value..<min(leaf.values.count, value + values)].flatMap(littleEndian)
                let header = DataPageHeader(
                    valueCount: Int32(count), definitionLevels: encoding, repetitionLevels: encoding)
                file += PageHeader(
                    kind: .data(header), byteCount: Int32(body.count), compressedByteCount: Int32(body.count)
                ).encoded() + body
                (entry, value) = (entry + count, value + values)
            }
            chunk.compressedByteCount = Int64(file.count) - chunk.dataPageOffset
            chunks.append(chunk)
        }
        let root = SchemaElement(name: "root", childCount: 1)
        let footer = FileMetadata(
            schema: [root] + schema, rowCount: rows, rowGroups: [RowGroupMetadata(columns: chunks, rowCount: rows)]
        ).encoded()
        return try FileReader(
            MemorySource(file + footer + littleEndian(Int32(footer.count)) + Array("PAR1".utf8)))
    }

    private func encoded(_ levels: [UInt8], _ greatest: UInt8, _ encoding: Parquet.Encoding) -> [UInt8] {
        guard greatest > 0 else { return [] }
        let width = 8 - greatest.leadingZeroBitCount
        guard encoding == .runLength else {
            var bytes = [UInt8](repeating: 0, count: (levels.count * width + 7) / 8)
            for (index, level) in levels.enumerated() {
                for bit in 0..<width where level >> UInt8(width - 1 - bit) & 1 == 1 {
                    bytes[(index * width + bit) / 8] |= 0x80 >> UInt8((index * width + bit) % 8)
                }
            }
            return bytes
        }
        var bytes: [UInt8] = []
        let words = levels.map(UInt32.init)
        appendRunLengthHybrid(words.span, width: width, to: &bytes)
        return littleEndian(Int32(bytes.count)) + bytes
    }

    private func littleEndian(_ value: Int32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32($0 * 8)) }
    }

    private func records(_ reader: FileReader, _ rows: Range<Int>? = nil) throws -> [Value] {
        var records = try reader.records(rowGroup: 0, rows: rows)
        var values: [Value] = []
        while let record = try records.next() { values.append(record[0]) }
        return values
    }

    private func ints(_ values: Int32...) -> Value { .list(values.map { .int32($0) }) }

    // MARK: Forms

    /// A list of optional numbers: [1, null], null, [], [2, 3].
    private let numbers = Leaf(
        definitions: [3, 2, 0, 1, 3, 3], repetitions: [0, 1, 0, 0, 0, 1], values: [1, 2, 3])
    private let list = [
        SchemaElement(repetition: 1, name: "l", childCount: 1, logicalType: .list),
        SchemaElement(repetition: 2, name: "list", childCount: 1), SchemaElement(type: 1, repetition: 1, name: "element"),
    ]

    @Test(arguments: [Parquet.Encoding.runLength, .bitPacked], [nil, [1, 1, 3, 1], [6], [0, 6]])
    func listsCrossPages(_ encoding: Parquet.Encoding, _ pages: [Int]?) throws {
        var leaf = numbers
        leaf.pages = pages
        let reader = try file(list, [leaf], rows: 4, encoding)
        let expected: [Value] = [.list([.int32(1), .null]), .null, .list([]), ints(2, 3)]
        #expect(try records(reader) == expected)
        for start in 0...4 {
            for end in start...4 { #expect(try records(reader, start..<end) == Array(expected[start..<end])) }
        }
        let nested = try reader.readNested(leaf: 0, rowGroup: 0, rows: 1..<3)
        #expect(nested == NestedColumn(definitionLevels: [0, 1], repetitionLevels: [0, 0], values: .int32([])))
    }

    /// The forms of LogicalTypes.md, "Backward-compatibility rules", by their numbers.
    @Test func oldListsAreLists() throws {
        func outer(_ name: String = "l") -> SchemaElement {
            SchemaElement(repetition: 0, name: name, childCount: 1, convertedType: 3)
        }
        let element = SchemaElement(type: 1, repetition: 0, name: "e")
        let leaf = Leaf(definitions: [1, 1], repetitions: [0, 1], values: [1, 2], greatest: 1)
        let wrapped: [Value] = [.list([.structure([.int32(1)]), .structure([.int32(2)])])]
        let forms: [(String, [SchemaElement], [Value])] = [
            ("1", [outer(), SchemaElement(type: 1, repetition: 2, name: "element")], [ints(1, 2)]),
            ("4, array", [outer(), SchemaElement(repetition: 2, name: "array", childCount: 1), element], wrapped),
            ("4, tuple", [outer(), SchemaElement(repetition: 2, name: "l_tuple", childCount: 1), element], wrapped),
            ("5", [outer(), SchemaElement(repetition: 2, name: "other", childCount: 1), element], [ints(1, 2)]),
            ("no LIST", [SchemaElement(type: 1, repetition: 2, name: "r")], [ints(1, 2)]),
            ("no LIST, group", [SchemaElement(repetition: 2, name: "r", childCount: 1), element], wrapped),
        ]
        for (name, schema, expected) in forms {
            #expect(try records(try file(schema, [leaf], rows: 1)) == expected, "\(name)")
        }
        let two = [outer(), SchemaElement(repetition: 2, name: "element", childCount: 2), element, element]
        #expect(
            try records(try file(two, [leaf, leaf], rows: 1))
                == [.list([.structure([.int32(1), .int32(1)]), .structure([.int32(2), .int32(2)])])], "2")
        let deep = [
            outer(), SchemaElement(repetition: 2, name: "array", childCount: 1, convertedType: 3),
            SchemaElement(type: 1, repetition: 2, name: "array"),
        ]
        let lists = Leaf(definitions: [2, 2, 1], repetitions: [0, 2, 1], values: [1, 2], greatest: 2)
        #expect(try records(try file(deep, [lists], rows: 1, repetition: 2)) == [.list([ints(1, 2), .list([])])], "3")
    }

    @Test func groupsWithoutColumnsAreNull() throws {
        let empty = [SchemaElement(repetition: 1, name: "nothing", childCount: 0)]
        #expect(try records(try file(empty, [], rows: 2)) == [.null, .null])
        let repeated = [SchemaElement(repetition: 2, name: "nothing", childCount: 0)]
        #expect(try records(try file(repeated, [], rows: 1)) == [.list([])])
    }

    // MARK: Lies

    @Test func liesAreRefused() throws {
        func leaf(_ definitions: [UInt8], _ repetitions: [UInt8], _ values: Int) -> Leaf {
            Leaf(definitions: definitions, repetitions: repetitions, values: [Int32](repeating: 7, count: values))
        }
        let lies: [(String, Leaf, Int64)] = [
            ("begins within a row", leaf([3, 3], [1, 0], 2), 2), ("too few rows", leaf([3, 3], [0, 1], 2), 2),
            ("too many rows", leaf([3, 3], [0, 0], 2), 1), ("no values", leaf([3, 3], [0, 0], 0), 2),
            ("fewer entries than rows", leaf([3], [0], 1), 2),
        ]
        for (name, leaf, rows) in lies {
            #expect(throws: ParquetError.self, "\(name)") {
                try records(try file(list, [leaf], rows: rows))
            }
        }
        #expect(throws: ParquetError.self, "level beyond the greatest") {
            try records(try file(Array(list[1...]), [leaf([3], [0], 1)], rows: 1))
        }
    }

    /// Two columns of one list that do not have the same elements.
    @Test func columnsThatDisagreeAreRefused() throws {
        let schema = [
            SchemaElement(repetition: 1, name: "l", childCount: 1, logicalType: .list),
            SchemaElement(repetition: 2, name: "list", childCount: 1), SchemaElement(repetition: 1, name: "element", childCount: 2),
            SchemaElement(type: 1, repetition: 0, name: "a"), SchemaElement(type: 1, repetition: 1, name: "b"),
        ]
        let a = Leaf(definitions: [3, 3, 0], repetitions: [0, 1, 0], values: [1, 2])
        func read(_ b: Leaf) throws -> [Value] { try records(try file(schema, [a, b], rows: 2)) }
        let good = Leaf(definitions: [4, 3, 0], repetitions: [0, 1, 0], values: [9], greatest: 4)
        #expect(
            try read(good)
                == [.list([.structure([.int32(1), .int32(9)]), .structure([.int32(2), .null])]), .null])
        let lies = [
            Leaf(definitions: [4, 0], repetitions: [0, 0], values: [9], greatest: 4),
            Leaf(definitions: [4, 3, 3, 0], repetitions: [0, 1, 1, 0], values: [9], greatest: 4),
            Leaf(definitions: [4, 3, 1], repetitions: [0, 1, 0], values: [9], greatest: 4),
            Leaf(definitions: [4, 2, 0], repetitions: [0, 1, 0], values: [9], greatest: 4),
            Leaf(definitions: [0, 4, 3], repetitions: [0, 0, 1], values: [9], greatest: 4),
        ]
        for (number, lie) in lies.enumerated() {
            let error = #expect(throws: ParquetError.self, "\(number)") { try read(lie) }
            #expect(error?.reason.contains("l.list.element") == true)
        }
    }

    // MARK: Limits

    @Test func whatIsTooLargeIsRefused() throws {
        var limits = ReaderLimits()
        limits.columnBytesMax = 1_000
        // A run of a million nulls takes a few bytes.
        var bytes: [UInt8] = []
        appendVarint(1 << 21, to: &bytes)
        bytes.append(0)
        let body = littleEndian(Int32(bytes.count)) + bytes
        var file = Array("PAR1".utf8)
        var chunk = ColumnChunkMetadata(type: 1, path: ["c"], valueCount: 1 << 20)
        chunk.dataPageOffset = 4
        file += PageHeader(
            kind: .data(DataPageHeader(valueCount: 1 << 20)), byteCount: Int32(body.count),
            compressedByteCount: Int32(body.count)
        ).encoded() + body
        chunk.compressedByteCount = Int64(file.count) - 4
        let footer = FileMetadata(
            schema: [SchemaElement(name: "root", childCount: 1), SchemaElement(type: 1, repetition: 1, name: "c")],
            rowCount: 1 << 20, rowGroups: [RowGroupMetadata(columns: [chunk], rowCount: 1 << 20)]
        ).encoded()
        let source = MemorySource(file + footer + littleEndian(Int32(footer.count)) + Array("PAR1".utf8))
        let error = #expect(throws: ParquetError.self) {
            _ = try FileReader(source, limits: limits).readNested(leaf: 0, rowGroup: 0)
        }
        guard case .unsupported = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try FileReader(source).readNested(leaf: 0, rowGroup: 0).entryCount == 1 << 20)
        limits.footerBytesMax = 10
        #expect(throws: ParquetError.self) { try FileReader(source, limits: limits) }
    }
}
