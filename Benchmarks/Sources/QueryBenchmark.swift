import ArgumentParser
import Foundation
import LogsQL
import QueryEngine
import Records
import Storage

/// A query over many chunks of the same rows, of which the last has one row more.
struct QueryBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "A query over many chunks; by default for a word that one row has.")

    @Argument(help: "Files of lines; each chunk has all of them.") var files: [String]
    @Option(help: "Chunks.") var chunks = 20
    @Option(help: "The query.") var query = needle
    @Option(help: "Runs; the median is printed.") var runs = 5

    private static let needle = "5f3c9a71needle"

    func run() throws {
        let inputs = try files.map { try Input($0, repeated: 1) }
        let batches = inputs.flatMap(SealBenchmark.batches)
        for hasFilters in [true, false] {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
            options.wordFilters = hasFilters
            let store = try Store(folder: folder.path, options: options)
            for chunk in 0..<chunks {
                for batch in batches { try store.append(batch) }
                if chunk == chunks - 1 { try store.append(Self.row) }
                try store.seal()
            }
            let parsed = try LogsQL.parse(query)
            var rows = 0
            let measured = try (0..<runs).map { _ in
                try Measurement.of {
                    rows = try QueryEngine().records(parsed, over: store.snapshot(), now: store.now()).count
                }
            }
            let median = measured.sorted { $0.cpuSeconds < $1.cpuSeconds }[runs / 2]
            print(
                String(
                    format: "%@: %.1f ms wall, %.1f ms CPU, %d rows of %d in %d chunks of %.2f MB",
                    hasFilters ? "with word filters" : "without", median.wallSeconds * 1e3, median.cpuSeconds * 1e3, rows,
                    store.counts.chunkRows, store.counts.chunks,
                    Double(store.counts.chunkBytes) / 1e6 / Double(store.counts.chunks)))
            try store.close()
        }
    }

    private static let row: RecordBatch = {
        let text = Array("the \(needle) in the haystack".utf8)
        let column = TextColumn(
            name: FieldNames.message, kinds: .string, bytes: text, ends: [UInt32(text.count)], rows: nil)
        return RecordBatch(times: [1_700_000_000_000_000_000], columns: [column])
    }()
}
