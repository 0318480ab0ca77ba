import Foundation
import Parquet
import TestSupport
import Testing

extension EndToEnd {
    /// `lockstitch chunks inspect`.
    @Suite struct InspectTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func inspect(_ arguments: String...) throws -> CommandResult {
            try CommandResult.run(try Project.lockstitch, ["chunks", "inspect"] + arguments)
        }

        private func write(_ bytes: [UInt8], _ name: String = "a.parquet") throws -> String {
            let path = folder.file(name)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }

        /// A file of two row groups.
        private func file() throws -> [UInt8] {
            let schema = [
                ColumnSchema(
                    name: "time", type: .int64, logicalType: .timestamp(unit: .nanoseconds, isAdjustedToUTC: true),
                    isOptional: false),
                ColumnSchema(name: "price", type: .int32, logicalType: .decimal(precision: 5, scale: 2), isOptional: false),
                ColumnSchema(name: "word\n", type: .byteArray, logicalType: .string, isOptional: false),
            ]
            var options = WriterOptions()
            options.bloomFilters = ["word\n": BloomFilterOptions()]
            var bytes: [UInt8] = []
            var writer = try FileWriter(schema: schema, options: options) { bytes += $0 }
            for group in 0..<2 {
                try writer.beginRowGroup(rowCount: 2)
                let times = [0, 1].map { Int64(group * 2 + $0) * 1_500_000_000 }
                try writer.write(Column(values: .int64(times), validity: nil))
                try writer.write(Column(values: .int32([-5, 1_234]), validity: nil))
                try writer.write(Column(values: .byteArray(bytes: Array("abcd\u{1b}".utf8), ends: [3, 5]), validity: nil))
                try writer.endRowGroup()
            }
            let filter = try writer.append(foreign: Array("filter".utf8))
            _ = try writer.finish(keyValues: [("key", "value"), ("lockstitch.word_filters", "[null,[\(filter),6]]")])
            return bytes
        }

        @Test func theTableShowsEveryColumn() throws {
            let path = try write(file())
            let result = try inspect(path)
            #expect(result.status == 0 && result.errors == "")
            let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.contains("rows        4 in 2 row groups"))
            #expect(lines.contains("metadata    key = value"))
            #expect(lines.contains { $0.hasPrefix("row group 1: 2 rows, ") })
            let times = lines.filter { $0.hasPrefix("time ") && $0.contains("TIMESTAMP(NANOS,true)") }
            #expect(times.count == 2)
            #expect(times.last?.contains("1970-01-01T00:00:03Z") == true && times.last?.hasSuffix("1970-01-01T00:00:04.500Z") == true)
            let prices = lines.filter { $0.hasPrefix("price ") && $0.contains("DECIMAL(5,2)") }
            #expect(prices.allSatisfy { $0.contains("-0.05") && $0.hasSuffix("12.34") } && prices.count == 2)
            // What is in a file does not reach the terminal as it is.
            #expect(lines.contains { $0.hasPrefix("word\\n ") && $0.contains("bounds,offsets,bloom,crc") && $0.hasSuffix("d\\u{1b}") })
        }

        /// Every byte of the file is counted once.
        @Test func theBytesAddUp() throws {
            let path = try write(file())
            struct Report: Decodable {
                struct Share: Decodable {
                    let name: String
                    let bytes: Int
                    let share: Double
                }
                let bytes: Int
                let rows: Int
                let columns: [Share]
                let parts: [Share]
            }
            let result = try inspect(path, "--output", "json")
            #expect(result.status == 0 && result.output.split(separator: "\n").count == 1)
            let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
            #expect(report.rows == 4)
            #expect(report.bytes == (try FileSource(path: path)).byteCount)
            #expect((report.columns + report.parts).map(\.bytes).reduce(0, +) == report.bytes)
            #expect(abs((report.columns + report.parts).map(\.share).reduce(0, +) - 100) < 0.1)
            #expect(report.columns.map(\.bytes) == report.columns.map(\.bytes).sorted(by: >))
            #expect(report.parts.first { $0.name == "word filters" }?.bytes == 6)
            #expect(report.parts.first { $0.name == "other" }?.bytes == 0)
            #expect(report.parts.allSatisfy { $0.name == "other" || $0.bytes > 0 })
        }

        @Test func whatCannotBeReadIsNamed() throws {
            let gone = folder.file("gone")
            #expect(try inspect(gone).errors == "lockstitch: cannot read '\(gone)': no such file or directory\n")
            let directory = try inspect(folder.path)
            #expect(directory.errors == "lockstitch: cannot read '\(folder.path)': it is no regular file\n" && directory.status == 2)
            let text = try write(Array("no Parquet at all".utf8), "text")
            let refused = try inspect(text)
            #expect(refused.status == 2 && refused.output == "")
            #expect(refused.errors == "lockstitch: cannot read '\(text)': it does not start with PAR1\n")
            var bytes = try file()
            // The header of the first page.
            bytes[4] = 0xff
            let damaged = try inspect(try write(bytes, "damaged"))
            #expect(damaged.status == 2 && damaged.errors.contains("row group 0: "))
        }
    }
}
