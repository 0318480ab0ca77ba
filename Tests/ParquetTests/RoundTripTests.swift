import Kernels
import TestSupport
import Testing

@testable import Parquet

/// What our writer writes our reader reads: every type, nulls, several row groups, any rows.
struct RoundTripTests {
    @Test(arguments: (0..<8).map { _ in UInt64.random(in: 0 ... .max) } + [1])
    func readingGivesWhatWasWritten(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let rowCount = Int.random(in: 1...3_000, using: &random)
        let columns = randomColumns(rowCount: rowCount, &random)
        let groups = randomGroups(rowCount, &random)
        let pageRows = Int.random(in: 1...900, using: &random)
        let bytes = try write(columns, groups, WriterOptions(pageRows: pageRows, createdBy: "test"))

        let reader = try FileReader(MemorySource(bytes))
        #expect(reader.schema == columns.map(\.schema))
        #expect(reader.unsupportedColumns.isEmpty)
        #expect(reader.rowCount == rowCount)
        #expect(reader.rowGroups.map { $0.firstRow..<$0.firstRow + $0.rowCount } == groups)
        #expect(reader.keyValues.map(\.key) == ["key"] && reader.keyValues.map(\.value) == ["värde"])
        #expect(reader.createdBy == "test")
        for (index, group) in groups.enumerated() {
            for (number, column) in columns.enumerated() {
                let expected = Array(column.cells[group])
                try check(reader, number, index, expected, pageRows: pageRows, &random)
            }
        }
    }

    private func check(
        _ reader: FileReader, _ column: Int, _ rowGroup: Int, _ expected: [Cell], pageRows: Int,
        _ random: inout SeededRandom
    ) throws {
        let schema = reader.schema[column]
        let all = try reader.read(column: column, rowGroup: rowGroup)
        try #require(same(cells(all, schema), expected), "column \(schema.name)")
        #expect(all.validity == nil || all.validity?.count == expected.count)
        let nulls = expected.count { $0 == .null }
        #expect((all.validity == nil) == (nulls == 0))
        #expect(reader.rowGroups[rowGroup].statistics(column)?.nullCount == nulls)
        let pages = try reader.pageRows(column: column, rowGroup: rowGroup)
        #expect(pages.flatMap(Array.init) == Array(expected.indices))
        #expect(pages.dropLast().allSatisfy { $0.count == pageRows })
        for _ in 0..<4 {
            let start = Int.random(in: 0...expected.count, using: &random)
            let rows = start..<Int.random(in: start...expected.count, using: &random)
            let part = try reader.read(column: column, rowGroup: rowGroup, rows: rows)
            try #require(same(cells(part, schema), Array(expected[rows])), "column \(schema.name), rows \(rows)")
        }
    }

    /// Floats by their bits, since one that is not a number equals nothing.
    private func same(_ a: [Cell], _ b: [Cell]) -> Bool { a.map(\.json) == b.map(\.json) }

    private func randomGroups(_ rowCount: Int, _ random: inout SeededRandom) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        while start < rowCount {
            let end = min(rowCount, start + Int.random(in: 1...max(1, rowCount), using: &random))
            groups.append(start..<end)
            start = end
        }
        return groups
    }

    private func write(
        _ columns: [TestColumn], _ groups: [Range<Int>], _ options: WriterOptions
    ) throws -> [UInt8] {
        var file: [UInt8] = []
        let whole = columns.map(\.column)
        var writer = try FileWriter(schema: columns.map(\.schema), options: options) { file += $0 }
        for group in groups {
            try writer.beginRowGroup(rowCount: group.count)
            for column in whole { try writer.write(column, rows: group) }
            try writer.endRowGroup()
        }
        _ = try writer.finish(keyValues: [("key", "värde")])
        return file
    }
}
