import Foundation
import TestSupport
import Testing

@testable import Parquet

struct BloomFilterTests {
    private static let filtered = ["wide", "small", "ratio", "zero", "message", "token", "day"]

    /// No value of a chunk is denied, and of others few are not.
    @Test(arguments: [1, UInt64.random(in: 0 ... .max)])
    func writtenFiltersKnowTheirValues(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let columns = randomColumns(rowCount: 3_000, &random)
        let bytes = try write(columns, [0..<1_000, 1_000..<3_000])
        let reader = try FileReader(MemorySource(bytes))
        for (number, column) in columns.enumerated() {
            for (rowGroup, rows) in [0..<1_000, 1_000..<3_000].enumerated() {
                let filter = try reader.bloomFilter(column: number, rowGroup: rowGroup)
                guard Self.filtered.contains(column.schema.name) else {
                    #expect(filter == nil)
                    continue
                }
                let found = try #require(filter)
                let values = try reader.read(column: number, rowGroup: rowGroup).values
                for index in 0..<values.count { try #require(found.mayContain(values.value(at: index))) }
                #expect(values.count == column.cells[rows].count { $0 != .null })
                guard column.schema.name == "wide" else { continue }
                // 1 % is expected; 5 % of 2000 would be a rare accident.
                let wrong = (0..<2_000).count { _ in found.mayContain(.int64(.random(in: .min ... .max, using: &random))) }
                #expect(wrong < 100)
            }
        }
    }

    /// DuckDB excludes the same row groups as we do.
    @Test func duckDBReadsWrittenFilters() throws {
        var random = SeededRandom(seed: 5)
        let texts = (0..<300).map { "word \($0)" }
        let columns = [
            TestColumn("text", .byteArray, .string, texts.map { .bytes(Array($0.utf8)) }),
            TestColumn("number", .int64, texts.indices.map { .integer(Int64($0) * 1_001) }),
        ]
        let bytes = try write(columns, [0..<100, 100..<300], filters: ["text", "number"])
        let reader = try FileReader(MemorySource(bytes))
        let asked = (0..<40).map { _ in Int.random(in: 0..<600, using: &random) }
        try Python.withFolder { folder in
            let path = folder.appending(path: "a.parquet")
            try Data(bytes).write(to: path)
            for (column, name) in ["text", "number"].enumerated() {
                let words = asked.map { name == "text" ? "word \($0)" : "\($0 * 1_001)" }
                let values = asked.map { name == "text" ? Value.bytes(Array("word \($0)".utf8)) : .int64(Int64($0) * 1_001) }
                let expected = try values.map { value in
                    try (0..<2).map { group in
                        "\(try #require(try reader.bloomFilter(column: column, rowGroup: group)).mayContain(value) == false)"
                    }.joined(separator: ",")
                }
                let found = try Python.run("bloom_filters.py", ["probe", path.path, name] + words)
                #expect(found.split(separator: "\n").map(String.init) == expected)
                #expect(Set(expected).count > 1, "some row groups are excluded")
            }
        }
    }

    @Test func duckDBsFiltersAreRead() throws {
        let bytes = try Python.withFolder { folder in
            let path = folder.appending(path: "a.parquet")
            _ = try Python.run("bloom_filters.py", ["write", path.path])
            return [UInt8](try Data(contentsOf: path))
        }
        let reader = try FileReader(MemorySource(bytes))
        let others: [String: Value] = [
            "int64": .int64(1), "int32": .int32(1), "text": .bytes(Array("word x".utf8)), "double": .double(0.1),
            "float": .float(0.1), "raw": .bytes([0]),
        ]
        #expect(reader.schema.count == others.count)
        for (number, column) in reader.schema.enumerated() {
            let filter = try #require(try reader.bloomFilter(column: number, rowGroup: 0))
            let values = try reader.read(column: number, rowGroup: 0).values
            for index in 0..<values.count { try #require(filter.mayContain(values.value(at: index))) }
            #expect(!filter.mayContain(try #require(others[column.name])), "\(column.name)")
        }
    }

    @Test func sizesFollowTheOptions() throws {
        let columns = [TestColumn("n", .int64, (0..<10_000).map { .integer(Int64($0)) })]
        func byteCount(_ options: BloomFilterOptions) throws -> Int? {
            try FileReader(MemorySource(try write(columns, [0..<10_000], ["n": options]))).bloomFilter(column: 0, rowGroup: 0)?.byteCount
        }
        #expect(try byteCount(BloomFilterOptions()) == 16_384)
        #expect(try byteCount(BloomFilterOptions(falsePositiveRate: 0.0005)) == 32_768)
        #expect(try byteCount(BloomFilterOptions(byteCountMax: 1_000)) == 992)
    }

    @Test func filtersThatCannotBeAreRefused() {
        let flag = ColumnSchema(name: "flag", type: .boolean, isOptional: false)
        var options = WriterOptions()
        for name in ["flag", "nowhere"] {
            options.bloomFilters = [name: BloomFilterOptions()]
            let options = options
            #expect(throws: ParquetError.self) { _ = try FileWriter(schema: [flag], options: options) { _ in } }
        }
    }

    private func write(
        _ columns: [TestColumn], _ groups: [Range<Int>], filters: [String] = filtered
    ) throws -> [UInt8] {
        try write(columns, groups, Dictionary(uniqueKeysWithValues: filters.map { ($0, BloomFilterOptions()) }))
    }

    private func write(
        _ columns: [TestColumn], _ groups: [Range<Int>], _ filters: [String: BloomFilterOptions]
    ) throws -> [UInt8] {
        var options = WriterOptions()
        options.bloomFilters = filters
        var file: [UInt8] = []
        var writer = try FileWriter(schema: columns.map(\.schema), options: options) { file += $0 }
        for group in groups {
            try writer.beginRowGroup(rowCount: group.count)
            for column in columns { try writer.write(column.column, rows: group) }
            try writer.endRowGroup()
        }
        _ = try writer.finish()
        return file
    }
}
