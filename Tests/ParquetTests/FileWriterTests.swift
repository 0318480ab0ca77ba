import Kernels
import TestSupport
import Testing

@testable import Parquet

struct FileWriterTests {
    struct Shape: CustomTestStringConvertible {
        let seed: UInt64
        let rowCount: Int
        let rowGroups: Int
        let pageRows: Int

        static func random(rowCountMax: Int, pageRows: ClosedRange<Int>) -> Shape {
            Shape(
                seed: .random(in: 0 ... .max), rowCount: .random(in: 2...rowCountMax), rowGroups: 2,
                pageRows: .random(in: pageRows))
        }

        var testDescription: String { "seed \(seed): \(rowCount) rows, \(rowGroups) groups, pages of \(pageRows)" }
    }

    /// pyarrow and DuckDB read what was written, and statistics are what a plain loop over the cells finds.
    @Test(arguments: [
        Shape(seed: 1, rowCount: 0, rowGroups: 0, pageRows: 8_192),
        Shape(seed: 2, rowCount: 1, rowGroups: 1, pageRows: 8_192),
        Shape(seed: 3, rowCount: 2_000, rowGroups: 3, pageRows: 100),
        Shape(seed: 4, rowCount: 20_000, rowGroups: 1, pageRows: 8_192),
        .random(rowCountMax: 3_000, pageRows: 1...900),
        .random(rowCountMax: 9_000, pageRows: 9...9_000),
    ])
    func othersReadWhatIsWritten(_ shape: Shape) throws {
        print(shape.testDescription)
        var random = SeededRandom(seed: shape.seed)
        let columns = randomColumns(rowCount: shape.rowCount, &random)
        let groups = split(shape.rowCount, into: shape.rowGroups, &random)
        let options = WriterOptions(pageRows: shape.pageRows, createdBy: "test version 1.2.3")
        let bytes = try write(columns, groups, options, keyValues: [("key", "värde"), ("other", "")])

        let judge = try PythonJudge(bytes)
        #expect(judge.rowLines.count == shape.rowCount)
        for (row, line) in judge.rowLines.enumerated() {
            let cells = columns.map { $0.cells[row].json }.joined(separator: ",")
            try #require(line == "{\"row\":[\(cells)]}", "row \(row)")
        }
        #expect(judge.duckDB == PythonJudge.DuckDB(rows: shape.rowCount, differences: 0, wrongFilters: 0))
        #expect(judge.polars == PythonJudge.Polars(differences: 0))
        #expect(judge.file.createdBy == "test version 1.2.3")
        #expect(judge.file.rowGroups == groups.map(\.count))
        #expect(judge.file.keyValues["key"] == "värde" && judge.file.keyValues["other"] == "")
        #expect(judge.file.sortingColumns == groups.map { _ in [[.column(0), .flag(false), .flag(false)]] })
        #expect(judge.chunks.count == groups.count * columns.count)
        for chunk in judge.chunks {
            let column = try #require(columns.first { $0.schema.name == chunk.column })
            checkStatistics(chunk, column, Array(column.cells[groups[chunk.rowGroup]]))
        }
    }

    @Test func typesCarryTheirMeaning() throws {
        var random = SeededRandom(seed: 0)
        let judge = try PythonJudge(try write(randomColumns(rowCount: 3, &random), [0..<3], WriterOptions()))
        let types = [
            "timestamp[ns, tz=UTC]", "int64", "int64", "uint64", "int32", "uint32", "bool", "bool", "double", "double",
            "float", "string", "string", "binary", "fixed_size_binary[8]", "extension<arrow.uuid>", "string", "int64",
            "string", "double", "float",
            "timestamp[ns]", "date32[day]", "time32[ms]", "time64[us]", "decimal128(9, 2)", "decimal128(18, 4)",
            "decimal128(17, 0)", "halffloat", "binary",
        ]
        #expect(judge.file.types == types)
    }

    @Test func encodingsFollowTheValues() throws {
        var random = SeededRandom(seed: 9)
        let words = (0..<200).map { _ in String(random.next() % 9_999_999, radix: 36) }
        let rows = 0..<10_000
        let text = { (number: Int) in Cell.bytes(Array("user \(number) logged in".utf8)) }
        let columns = [
            TestColumn("sorted", .int64, isOptional: false, rows.map { .integer(Int64($0) * 1_000 + 3) }),
            TestColumn("few", .int64, rows.map { _ in .integer([1, 1 << 40, -7][random.below(3)]) }),
            TestColumn("spread", .int64, rows.map { _ in .integer(.random(in: .min ... .max, using: &random)) }),
            TestColumn("unique", .byteArray, .string, rows.map { text($0) }),
            TestColumn("shuffled", .byteArray, .string, rows.map {
                .bytes(Array("\($0 * 7_919 % 10_007 * 1_000_003) logged in".utf8))
            }),
            TestColumn("repeated", .byteArray, .string, rows.map { text($0 % 9) }),
            TestColumn("ids", .fixedLenByteArray(8), rows.map { _ in
                .bytes((0..<8).map { _ in .random(in: 0...255, using: &random) })
            }),
            TestColumn("ratios", .double, rows.map { _ in .double(Double(random.below(4)) / 4) }),
            TestColumn("paths", .byteArray, .string, rows.map {
                .bytes(Array("/var/log/containers/\(100_000 + $0)/\(random.below(1 << 40))".utf8))
            }),
            TestColumn("gauges", .double, rows.map { _ in .double(20 + .random(in: 0..<1, using: &random)) }),
            TestColumn("sentences", .byteArray, .string, rows.map { _ in
                .bytes(Array((0..<random.below(12)).map { _ in random.pick(words) }.joined(separator: " ").utf8))
            }),
            TestColumn("rising", .double, rows.map { .double(20 + Double($0) / 7) }),
            TestColumn("noise", .float, rows.map { _ in .float(Float(bitPattern: .random(in: 0..<0x7f00_0000, using: &random))) }),
        ]
        let chunks = try PythonJudge(try write(columns, [rows], WriterOptions())).chunks
        #expect(chunks.map { $0.encodings.first } == [
            "DELTA_BINARY_PACKED", "RLE_DICTIONARY", "DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY",
            "RLE_DICTIONARY", "PLAIN", "RLE_DICTIONARY", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT", "DELTA_LENGTH_BYTE_ARRAY",
            "BYTE_STREAM_SPLIT", "PLAIN",
        ])
        #expect(chunks.allSatisfy { $0.compression == "ZSTD" && $0.hasOffsetIndex && $0.hasColumnIndex })
        #expect(chunks[1].byteCount < 10_000 / 8 * 3, "three values take two bits each")
    }

    /// Fewer bits would do for services that take turns, but what repeats is found in whole bytes.
    @Test(arguments: [(services: 20, takesTurns: true, width: 8), (16, false, 4)])
    func codesTakeWholeBytesWhereThatIsSmaller(services: Int, takesTurns: Bool, width: Int) throws {
        var random = SeededRandom(seed: 3)
        let rows = 0..<8_000
        let turns = (0..<40).map { _ in (0..<13).map { _ in random.below(services) } }
        let values = rows.map { row in takesTurns ? turns[row / 13 * 7 % 40][row % 13] : random.below(services) }
        let column = TestColumn("service", .byteArray, .string, values.map { .bytes(Array("service-\($0)".utf8)) })
        let bytes = try write([column], [rows], WriterOptions())
        #expect(try PythonJudge(bytes).rowLines.map(String.init) == column.cells.map { "{\"row\":[\($0.json)]}" })
        var chooser = try EncodingChooser(pageRows: 8_192)
        guard case .dictionary(_, services, let codeWidth) = try chooser.choose(column.column.values, rows) else {
            Issue.record("no dictionary")
            return
        }
        #expect(codeWidth == width)
    }

    @Test func aReadersDictionaryIsWrittenAsItsEntries() throws {
        var validity = Bitmap(repeating: true, count: 6)
        validity[1] = false
        let values = ColumnValues.dictionary(codes: [2, 0, 1, 1, 2], bytes: Array("abbccc".utf8), ends: [1, 3, 6])
        let schema = [ColumnSchema(name: "word", type: .byteArray, logicalType: .string, isOptional: true)]
        let bytes = try written(schema) { writer in
            try writer.beginRowGroup(rowCount: 4)
            try writer.write(Column(values: values, validity: validity), rows: 1..<5)
            try writer.endRowGroup()
        }
        let cells = [Cell.null, .bytes(Array("a".utf8)), .bytes(Array("bb".utf8)), .bytes(Array("bb".utf8))]
        #expect(try PythonJudge(bytes).rowLines.map(String.init) == cells.map { "{\"row\":[\($0.json)]}" })
    }

    @Test func pagesLieEndToEnd() throws {
        let schema = ColumnSchema(name: "n", type: .int64, logicalType: nil, isOptional: true)
        let column = TestColumn("n", .int64, (0..<1_050).map { $0 < 300 ? .null : .integer(Int64($0 * $0)) }).column
        var writer = try ColumnChunkWriter(pageRows: 100, zstdLevel: 1)
        var output: [UInt8] = [1, 2, 3]
        let chunk = try writer.write(column, 10..<1_050, schema: schema, fileOffset: 1_000, to: &output)
        let pages = chunk.offsetIndex.pages
        #expect(pages.map(\.firstRow) == (0..<11).map { $0 * 100 })
        #expect(pages.first?.offset == chunk.metadata.dataPageOffset)
        for (page, next) in zip(pages, pages.dropFirst()) {
            #expect(page.offset + Int64(page.compressedByteCount) == next.offset)
        }
        #expect(pages.last.map { Int($0.offset) + Int($0.compressedByteCount) } == 1_000 + output.count)
        #expect(chunk.metadata.compressedByteCount == Int64(output.count - 3))
        let index = try #require(chunk.columnIndex)
        #expect(index.isNullPage == [true, true] + Array(repeating: false, count: 9))
        #expect(index.nullCounts == [100, 100, 90] + Array(repeating: 0, count: 8))
        #expect(index.boundaryOrder == 1)
    }

    @Test func longValuesMakeSmallPages() throws {
        let long = [UInt8](repeating: 0x61, count: 6 << 20)
        let schema = ColumnSchema(name: "long", type: .byteArray, isOptional: false)
        let cells = [Cell](repeating: .bytes(long), count: 3)
        let column = TestColumn("long", .byteArray, isOptional: false, cells).column
        var writer = try ColumnChunkWriter(pageRows: 100, zstdLevel: 1)
        var output: [UInt8] = []
        let chunk = try writer.write(column, 0..<3, schema: schema, fileOffset: 0, to: &output)
        #expect(chunk.offsetIndex.pages.map(\.firstRow) == [0, 2])
    }

    // MARK: Errors

    @Test func aFailingSinkIsReported() throws {
        struct Full: Error {}
        let schema = [ColumnSchema(name: "n", type: .int64, isOptional: false)]
        #expect(throws: Full.self) { _ = try FileWriter(schema: schema) { _ in throw Full() } }
        var calls = 0
        var writer = try FileWriter(schema: schema) { _ in
            calls += 1
            if calls == 2 { throw Full() }
        }
        try writer.beginRowGroup(rowCount: 1)
        do {
            try writer.write(Column(values: .int64([1]), validity: nil))
            Issue.record("the sink's error is lost")
        } catch is Full {}
    }

    @Test(arguments: [
        [],
        [ColumnSchema](repeating: ColumnSchema(name: "a", type: .int64, isOptional: false), count: 2),
        [ColumnSchema(name: "a", type: .int32, logicalType: .decimal(precision: 10, scale: 0), isOptional: false)],
        [ColumnSchema(name: "a", type: .int64, logicalType: .string, isOptional: false)],
        [ColumnSchema(name: "a", type: .fixedLenByteArray(8), logicalType: .uuid, isOptional: false)],
        [ColumnSchema(name: "a", type: .fixedLenByteArray(0), isOptional: false)],
        [ColumnSchema(name: "a", type: .byteArray, logicalType: .other, isOptional: false)],
    ])
    func aSchemaThatCannotBeIsRefused(_ schema: [ColumnSchema]) throws {
        do {
            _ = try FileWriter(schema: schema) { _ in }
            Issue.record("\(schema) is taken")
        } catch let error as ParquetError {
            #expect(error.description.hasPrefix("cannot write Parquet file: "))
        }
    }
}

// MARK: - Writing

private func written(
    _ schema: [ColumnSchema], _ options: WriterOptions = WriterOptions(),
    keyValues: [(key: String, value: String)] = [], _ body: (inout FileWriter) throws -> Void
) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = try FileWriter(schema: schema, options: options) { bytes += $0 }
    try body(&writer)
    let byteCount = try writer.finish(keyValues: keyValues, sortingColumn: 0)
    #expect(byteCount == bytes.count)
    return bytes
}

private func write(
    _ columns: [TestColumn], _ groups: [Range<Int>], _ options: WriterOptions,
    keyValues: [(key: String, value: String)] = []
) throws -> [UInt8] {
    let whole = columns.map(\.column)
    return try written(columns.map(\.schema), options, keyValues: keyValues) { writer in
        for rows in groups {
            try writer.beginRowGroup(rowCount: rows.count)
            for column in whole { try writer.write(column, rows: rows) }
            try writer.endRowGroup()
        }
    }
}

/// Ranges of one row or more.
private func split(_ rowCount: Int, into count: Int, _ random: inout SeededRandom) -> [Range<Int>] {
    guard count > 0 else { return [] }
    var cuts: Set<Int> = [0, rowCount]
    while cuts.count < count + 1 { cuts.insert(.random(in: 1..<rowCount, using: &random)) }
    let sorted = cuts.sorted()
    return zip(sorted, sorted.dropFirst()).map { $0..<$1 }
}

// MARK: - Statistics

private func checkStatistics(_ chunk: PythonJudge.Chunk, _ column: TestColumn, _ cells: [Cell]) {
    let values = cells.filter { $0 != .null }
    #expect(chunk.nullCount == cells.count - values.count)
    #expect(chunk.hasOffsetIndex)
    guard let bounds = naiveBounds(values, column.schema) else {
        #expect(chunk.min == nil && chunk.max == nil, "\(chunk.column) has no bounds")
        return
    }
    guard case (.bytes(let min), .bytes(let max)) = bounds, column.schema.type == .byteArray else {
        // pyarrow gives no `min_raw` of its own for each unsigned type: signed bits, as they lie in the file.
        #expect(chunk.min == signedJSON(bounds.0, column.schema.type), "least of \(chunk.column)")
        #expect(chunk.max == signedJSON(bounds.1, column.schema.type), "greatest of \(chunk.column)")
        return
    }
    let (writtenMin, writtenMax) = (unhex(chunk.min), unhex(chunk.max))
    #expect(
        min.count <= 64 ? writtenMin == min : writtenMin.map { min.starts(with: $0) && $0.count > 60 } == true,
        "least of \(chunk.column): \(chunk.min ?? "none") for \(hex(min))")
    #expect(chunk.isMinExact == (min.count <= 64))
    #expect(chunk.isMaxExact == (max.count <= 64))
    #expect(
        max.count <= 64
            ? writtenMax == max : writtenMax.map { $0.count <= 64 && max.lexicographicallyPrecedes($0) } == true,
        "greatest of \(chunk.column): \(chunk.max ?? "none") for \(hex(max))")
}

private func unhex(_ text: String?) -> [UInt8]? {
    text.map { text in
        let digits = text.utf8.map { UInt8($0 < 0x3a ? $0 - 0x30 : $0 - 0x57) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

private func signedJSON(_ cell: Cell, _ type: PhysicalType) -> String {
    var cell = cell
    if case .unsigned(let value) = cell {
        cell = .integer(type == .int32 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(truncatingIfNeeded: value))
    }
    return String(cell.json.dropFirst().dropLast())
}

/// The bounds by comparing cell by cell; nil without values, when one is not a number, and for types whose order is not
/// that of their bytes.
private func naiveBounds(_ values: [Cell], _ schema: ColumnSchema) -> (Cell, Cell)? {
    guard let first = values.first, !["int96", "half", "decimal bytes"].contains(schema.name) else { return nil }
    if values.contains(where: { if case .double(let value) = $0 { value.isNaN } else { false } }) { return nil }
    var bounds = (first, first)
    for value in values {
        if isLess(value, bounds.0) { bounds.0 = value }
        if isLess(bounds.1, value) { bounds.1 = value }
    }
    if case .double(0) = bounds.0 { bounds.0 = .double(-0.0) }
    if case .double(0) = bounds.1 { bounds.1 = .double(0.0) }
    if case .float(0) = bounds.0 { bounds.0 = .float(-0.0) }
    if case .float(0) = bounds.1 { bounds.1 = .float(0.0) }
    return bounds
}

private func isLess(_ a: Cell, _ b: Cell) -> Bool {
    switch (a, b) {
    case (.bool(let a), .bool(let b)): !a && b
    case (.integer(let a), .integer(let b)): a < b
    case (.unsigned(let a), .unsigned(let b)): a < b
    case (.float(let a), .float(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
    default: false
    }
}
