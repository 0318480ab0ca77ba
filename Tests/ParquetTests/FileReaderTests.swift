import Synchronization
import TestSupport
import Testing

@testable import Parquet

struct FileReaderTests {
    /// Every form of file that pyarrow writes reads as what it wrote, and any rows as a slice of all rows.
    @Test(arguments: [1, Int.random(in: 2...1_000_000)])
    func whatPyarrowWritesIsRead(seed: Int) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: UInt64(seed))
        let files = try PyarrowFiles(seed: seed).files
        for file in files {
            try check(file, &random)
        }
        // The files are worth something only if pyarrow took each of these at least once.
        let encodings = Set(files.flatMap(\.description.encodings))
        let wanted: Set = [
            "PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
            "BYTE_STREAM_SPLIT",
        ]
        #expect(encodings.isSuperset(of: wanted))
    }

    private func check(_ file: PyarrowFiles.File, _ random: inout SeededRandom) throws {
        let name = file.description.name
        let reader = try FileReader(MemorySource(file.bytes))
        #expect(reader.schema.map(\.name) == file.description.columns, "\(name)")
        #expect(reader.unsupportedColumns == file.description.nested, "\(name)")
        #expect(reader.rowGroups.map(\.rowCount) == file.description.rowGroups, "\(name)")
        #expect(reader.rowCount == file.rowLines.count, "\(name)")
        #expect(reader.createdBy?.hasPrefix("parquet-cpp-arrow") == true, "\(name)")
        for (index, group) in reader.rowGroups.enumerated() {
            let columns = try reader.schema.indices.map { column in
                cells(try reader.read(column: column, rowGroup: index), reader.schema[column])
            }
            for row in 0..<group.rowCount {
                let line = "{\"row\":[\(columns.map { $0[row].json }.joined(separator: ","))]}"
                try #require(line == file.rowLines[group.firstRow + row], "\(name), row \(group.firstRow + row)")
            }
            for column in columns.indices {
                try checkRanges(reader, column, index, columns[column], hasIndex: file.description.hasIndex, &random)
            }
        }
    }

    private func checkRanges(
        _ reader: FileReader, _ column: Int, _ rowGroup: Int, _ all: [Cell], hasIndex: Bool,
        _ random: inout SeededRandom
    ) throws {
        let pages = try reader.pageRows(column: column, rowGroup: rowGroup)
        #expect(pages.flatMap(Array.init) == Array(all.indices))
        #expect(hasIndex || pages.count <= 1)
        for _ in 0..<4 {
            let start = Int.random(in: 0...all.count, using: &random)
            let rows = start..<Int.random(in: start...all.count, using: &random)
            let part = try reader.read(column: column, rowGroup: rowGroup, rows: rows)
            try #require(part.rowCount == rows.count)
            try #require(
                cells(part, reader.schema[column]) == Array(all[rows]),
                "column \(reader.schema[column].name), rows \(rows)")
        }
    }

    @Test func typesCarryTheirMeaning() throws {
        let files = try PyarrowFiles(seed: 1, rowsMax: 3).files
        let file = try #require(files.first { $0.description.name == "default" })
        let schema = try FileReader(MemorySource(file.bytes)).schema
        let columns = Dictionary(uniqueKeysWithValues: schema.map { ($0.name, $0) })
        func expect(_ name: String, _ type: PhysicalType, _ logicalType: LogicalType?) {
            #expect(
                columns[name] == ColumnSchema(name: name, type: type, logicalType: logicalType, isOptional: true))
            let required = name + " required"
            #expect(
                columns[required]
                    == ColumnSchema(name: required, type: type, logicalType: logicalType, isOptional: false))
        }
        expect("time", .int64, .timestamp(unit: .nanoseconds, isAdjustedToUTC: true))
        expect("local", .int64, .timestamp(unit: .nanoseconds, isAdjustedToUTC: false))
        expect("millis", .int64, .timestamp(unit: .milliseconds, isAdjustedToUTC: true))
        expect("wide", .int64, nil)
        expect("unsigned", .int64, .integer(bitWidth: 64, isSigned: false))
        expect("tiny", .int32, .integer(bitWidth: 8, isSigned: true))
        expect("day", .int32, .date)
        expect("level", .byteArray, .string)
        expect("raw", .byteArray, nil)
        expect("id", .fixedLenByteArray(16), nil)
    }

    /// Texts of few values come as codes; when a dictionary became too large, as texts.
    @Test func dictionariesAreKept() throws {
        let files = try PyarrowFiles(seed: 1).files
        for (name, isDictionary) in [("indexed", true), ("plain-indexed", false), ("dictionaries-fall-back", false)] {
            let file = try #require(files.first { $0.description.name == name })
            let reader = try FileReader(MemorySource(file.bytes))
            let column = try #require(reader.schema.firstIndex { $0.name == "message required" })
            let values = try reader.read(column: column, rowGroup: 0).values
            if case .dictionary(_, _, let ends) = values {
                #expect(isDictionary && ends.count < values.count)
            } else {
                #expect(!isDictionary)
            }
        }
    }

    @Test func statisticsAreGiven() throws {
        let files = try PyarrowFiles(seed: 1).files
        let file = try #require(files.first { $0.description.name == "indexed" })
        let reader = try FileReader(MemorySource(file.bytes))
        let column = try #require(reader.schema.firstIndex { $0.name == "status" })
        for (index, group) in reader.rowGroups.enumerated() {
            let cells = cells(try reader.read(column: column, rowGroup: index), reader.schema[column])
            let values: [Int64] = cells.compactMap { if case .integer(let value) = $0 { value } else { nil } }
            let statistics = try #require(group.statistics(column))
            #expect(statistics.nullCount == cells.count - values.count)
            #expect(statistics.min == littleEndian(try #require(values.min())))
            #expect(statistics.max == littleEndian(try #require(values.max())))
            #expect(group.byteCount > 0 && group.byteCount < file.bytes.count)
        }
    }

    /// Each page's bounds are those of its values, whoever wrote them.
    @Test func boundsOfPagesAreGiven() throws {
        let file = try #require(try PyarrowFiles(seed: 1).files.first { $0.description.name == "indexed" })
        var own: [UInt8] = []
        let numbers = TestColumn("status", .int64, (0..<1_000).map { $0 < 250 ? .null : .integer(Int64($0 * $0 % 977)) })
        var writer = try FileWriter(schema: [numbers.schema], options: WriterOptions(pageRows: 100)) { own += $0 }
        try writer.beginRowGroup(rowCount: 1_000)
        try writer.write(numbers.column)
        try writer.endRowGroup()
        _ = try writer.finish()
        for bytes in [file.bytes, own] {
            let reader = try FileReader(MemorySource(bytes))
            let column = try #require(reader.schema.firstIndex { $0.name == "status" })
            let pages = try #require(try reader.pageStatistics(column: column, rowGroup: 0))
            #expect(pages.map(\.rows) == (try reader.pageRows(column: column, rowGroup: 0)))
            let all = cells(try reader.read(column: column, rowGroup: 0), reader.schema[column])
            for page in pages {
                let values: [Int64] = all[page.rows].compactMap { if case .integer(let value) = $0 { value } else { nil } }
                #expect(page.isNull == values.isEmpty)
                #expect(page.statistics.nullCount == page.rows.count - values.count)
                #expect(page.statistics.min == values.min().map(littleEndian))
                #expect(page.statistics.max == values.max().map(littleEndian))
            }
            #expect(pages.contains { !$0.isNull } && (bytes == file.bytes || pages.count == 10))
        }
        let plain = try #require(try PyarrowFiles(seed: 1).files.first { $0.description.name == "default" })
        #expect(try FileReader(MemorySource(plain.bytes)).pageStatistics(column: 0, rowGroup: 0) == nil)
    }

    /// With an offset index, few rows cost few bytes.
    @Test func onlyNeededPagesAreRead() throws {
        let file = try #require(try PyarrowFiles(seed: 1).files.first { $0.description.name == "plain-indexed" })
        let source = CountingSource(file.bytes)
        let reader = try FileReader(source)
        let column = try #require(reader.schema.firstIndex { $0.name == "id required" })
        let pages = try reader.pageRows(column: column, rowGroup: 0)
        try #require(pages.count > 2)
        let all = try source.counting { _ = try reader.read(column: column, rowGroup: 0) }
        let few = try source.counting { _ = try reader.read(column: column, rowGroup: 0, rows: pages[1]) }
        #expect(few < all / 2)
        #expect(try source.counting { _ = try reader.read(column: column, rowGroup: 0, rows: 5..<5) } == 0)
    }

    // MARK: Errors

    @Test func otherCodecsAreNamed() throws {
        let reader = try FileReader(MemorySource(try PyarrowFiles(seed: 1, rowsMax: 3).brotli))
        let error = try #require(throws: ParquetError.self) { _ = try reader.read(column: 0, rowGroup: 0) }
        #expect(error.description.contains("BROTLI"))
        guard case .unsupported = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func aChangedPageIsFound() throws {
        let file = try #require(try PyarrowFiles(seed: 1).files.first { $0.description.name == "version2" })
        var bytes = file.bytes
        // Within the pages of the first column.
        bytes[200] ^= 1
        let reader = try FileReader(MemorySource(bytes))
        let error = #expect(throws: ParquetError.self) { _ = try reader.read(column: 0, rowGroup: 0) }
        guard case .checksumMismatch = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["", "PAR1PAR1", "PAR1....PAR1", "PAR1....\u{1}\0\0\0PAR2", "NOPE....\u{1}\0\0\0PAR1"])
    func whatIsNoParquetIsRefused(_ text: String) {
        let error = #expect(throws: ParquetError.self) { _ = try FileReader(MemorySource(Array(text.utf8))) }
        if text == "PAR1....PAR1" {
            // A footer longer than the file.
            #expect(error.map { if case .malformed = $0 { true } else { false } } == true)
        } else {
            #expect(error.map { if case .notParquet = $0 { true } else { false } } == true)
        }
    }

    @Test func aFailingSourceIsReported() throws {
        struct Broken: ByteSource {
            let byteCount = 100
            func read(_ range: Range<Int>) throws -> [UInt8] { throw CancellationError() }
        }
        struct Short: ByteSource {
            let byteCount = 100
            func read(_ range: Range<Int>) -> [UInt8] { [] }
        }
        for source in [Broken(), Short()] as [any ByteSource] {
            let error = #expect(throws: ParquetError.self) { _ = try FileReader(source) }
            #expect(error.map { if case .unreadable = $0 { true } else { false } } == true)
        }
    }
}

private func littleEndian(_ value: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
}

/// Counts the bytes that are read.
private final class CountingSource: ByteSource {
    private let bytes: [UInt8]
    private let readCount = Mutex(0)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var byteCount: Int { bytes.count }

    func read(_ range: Range<Int>) -> [UInt8] {
        readCount.withLock { $0 += range.count }
        return Array(bytes[range])
    }

    func counting(_ body: () throws -> Void) rethrows -> Int {
        let before = readCount.withLock { $0 }
        try body()
        return readCount.withLock { $0 } - before
    }
}
