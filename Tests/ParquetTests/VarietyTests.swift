import Foundation
import TestSupport
import Testing

@testable import Parquet

/// Files of other writers in all their variety: scripts/python/write_variety.py.
struct VarietyFiles {
    struct Description: Decodable {
        let name: String
        let rowGroups: [Int]
        /// Path, physical and logical type.
        let leaves: [[String?]]
        let codecs: [String]
        let encodings: [String]
    }

    struct File {
        let description: Description
        let bytes: [UInt8]
        /// One line of JSON for each row, as pyarrow reads it.
        let rowLines: [Substring]
    }

    let files: [File]

    init(seed: Int, rows: Int = 120) throws {
        files = try Python.withFolder { folder in
            let output = try Python.run("write_variety.py", [folder.path, "\(seed)", "\(rows)"])
            return try output.split(separator: "\n").map { line in
                let description = try JSONDecoder().decode(Description.self, from: Data(line.utf8))
                let name = description.name
                let expected = try Data(contentsOf: folder.appending(path: "\(name).ndjson"))
                return File(
                    description: description,
                    bytes: [UInt8](try Data(contentsOf: folder.appending(path: "\(name).parquet"))),
                    rowLines: String(decoding: expected, as: UTF8.self).split(separator: "\n"))
            }
        }
    }
}

struct VarietyTests {
    /// Schema and rows are what pyarrow finds, whoever wrote the file; any rows are a slice of all.
    @Test(arguments: [1, Int.random(in: 2...1_000_000)])
    func whatOthersWriteIsRead(seed: Int) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: UInt64(seed))
        let files = try VarietyFiles(seed: seed).files
        for file in files { try check(file, &random) }
        // The files are worth something only if each of these came at least once.
        #expect(Set(files.flatMap(\.description.codecs)) == ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4"])
        let encodings: Set = [
            "PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY",
            "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT",
        ]
        #expect(Set(files.flatMap(\.description.encodings)).isSuperset(of: encodings))
    }

    private func check(_ file: VarietyFiles.File, _ random: inout SeededRandom) throws {
        let name = file.description.name
        let reader = try FileReader(MemorySource(file.bytes))
        #expect(
            reader.leaves.map { [$0.name, $0.type.description, $0.logicalType?.description] } == file.description.leaves,
            "\(name)")
        #expect(reader.rowGroups.map(\.rowCount) == file.description.rowGroups, "\(name)")
        for (index, group) in reader.rowGroups.enumerated() {
            let lines = try reader.rowLines(index)
            let expected = file.rowLines[group.firstRow..<group.firstRow + group.rowCount]
            try #require(lines.count == expected.count, "\(name)")
            for (row, (line, expected)) in zip(lines, expected).enumerated() {
                try #require(line == expected, "\(name), row group \(index), row \(row)")
            }
            guard index < 3 else { continue }
            let start = Int.random(in: 0...lines.count, using: &random)
            let rows = start..<min(lines.count, start + Int.random(in: 0...50, using: &random))
            try #require(try reader.rowLines(index, rows) == Array(lines[rows]), "\(name), rows \(rows)")
        }
    }

    @Test func fieldsAreChosen() throws {
        let files = try VarietyFiles(seed: 1, rows: 9).files
        let file = try #require(files.first { $0.description.name == "polars-zstd" })
        let reader = try FileReader(MemorySource(file.bytes))
        var all = try reader.records(rowGroup: 0)
        var some = try reader.records(rowGroup: 0, fields: ["struct", "int"])
        let names = reader.root.children.map(\.name)
        let (structure, int) = try (#require(names.firstIndex(of: "struct")), #require(names.firstIndex(of: "int")))
        while let record = try all.next() { #expect(try some.next() == [record[structure], record[int]]) }
        #expect(try some.next() == nil)
        #expect(throws: ParquetError.self) { try reader.records(rowGroup: 0, fields: ["nowhere"]) }
        #expect(throws: ParquetError.self) { try reader.records(rowGroup: 0, fields: ["int", "int"]) }
    }
}
