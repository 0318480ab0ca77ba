import Foundation
import Testing

@testable import Parquet

private let corpus = ProcessInfo.processInfo.environment["LOCKSTITCH_PARQUET_CORPUS"]

/// All Parquet files below the folder `LOCKSTITCH_PARQUET_CORPUS`, such as a checkout of apache/parquet-testing: they read
/// as pyarrow reads them, or say why not.
@Suite(.enabled(if: corpus != nil))
struct CorpusTests {
    private struct Description: Decodable {
        let name: String
        let number: Int
        let error: String?
        let leaves: [[String?]]?
    }

    @Test func filesReadAsPyarrowReadsThem() throws {
        let folder = try #require(corpus)
        try Python.withFolder { output in
            var counts: [String: Int] = [:]
            for line in try Python.run("read_corpus.py", [folder, output.path]).split(separator: "\n") {
                let description = try JSONDecoder().decode(Description.self, from: Data(line.utf8))
                let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder).appending(path: description.name)))
                let outcome = outcome(description, bytes, output)
                counts[String(outcome.prefix { $0 != ":" }), default: 0] += 1
                if outcome != "same rows" { print("\(description.name): \(outcome)") }
                #expect(!outcome.hasPrefix("other"), "\(description.name)")
            }
            print(counts)
        }
    }

    private func outcome(_ description: Description, _ bytes: [UInt8], _ output: URL) -> String {
        do {
            let reader = try FileReader(MemorySource(bytes))
            var lines: [String] = []
            for group in reader.rowGroups.indices { lines += try reader.rowLines(group) }
            if let error = description.error { return "only read here: \(lines.count) rows; pyarrow: \(error)" }
            let leaves = reader.leaves.map { [$0.name, $0.type.description, $0.logicalType?.description] }
            if leaves != description.leaves { return "other schema: \(leaves) for \(description.leaves ?? [])" }
            let expected = try String(contentsOf: output.appending(path: "\(description.number).ndjson"), encoding: .utf8)
                .split(separator: "\n").map(String.init)
            if let row = zip(lines, expected).enumerated().first(where: { $1.0 != $1.1 }) {
                return "other rows: row \(row.offset): \(row.element.0.prefix(400)) for \(row.element.1.prefix(400))"
            }
            return lines.count == expected.count ? "same rows" : "other rows: \(lines.count) for \(expected.count)"
        } catch {
            return description.error == nil ? "refused: \(error)" : "refused by both: \(error)"
        }
    }
}
