import ArgumentParser
import Foundation
import LogsQL
import QueryEngine
import Records
import Storage

/// Some queries over a data folder, first with nothing in the caches, then again and again.
struct QueriesBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queries", abstract: "Queries over a data folder; prints a line of JSON for each.")

    @Argument(help: "A file of queries: JSON, a list of objects with a name and a text in LogsQL.") var queries: String
    @Option(help: "The data folder.") var data: String
    @Option(help: "Runs after the first; the median is printed.") var runs = 9
    @Option(help: "Bytes of the cache of columns; default: that of the collector.") var cacheBytes: Int?
    @Option(help: "Only queries whose name has this in it.") var only: String?

    private struct NamedQuery: Decodable {
        let name: String
        let logsql: String
    }

    private struct Line: Encodable {
        /// With nothing in the caches.
        let cold: Times
        /// With the columns in the cache, and no results.
        let warm: Times
        /// The same query again.
        let repeated: Times
        let name: String
        let rows: [[String: String]]
    }

    private struct Times: Encodable {
        let wallMilliseconds: Double
        let cpuMilliseconds: Double

        init(_ runs: [Measurement]) {
            wallMilliseconds = runs.map(\.wallSeconds).sorted()[runs.count / 2] * 1e3
            cpuMilliseconds = runs.map(\.cpuSeconds).sorted()[runs.count / 2] * 1e3
        }
    }

    func run() throws {
        let named = try JSONDecoder().decode([NamedQuery].self, from: Data(contentsOf: URL(fileURLWithPath: queries)))
        for query in named where only.map(query.name.contains) ?? true { try print(measure(query)) }
    }

    private func measure(_ query: NamedQuery) throws -> String {
        let parsed = try LogsQL.parse(query.logsql)
        var rows: [Record] = []
        func ask(_ store: Store) throws -> Measurement {
            try Measurement.of { rows = try QueryEngine().records(parsed, over: store.snapshot(), now: store.now()) }
        }
        let withoutResults = try store(resultCacheBytes: 0)
        let cold = try ask(withoutResults)
        let warm = try (0..<runs).map { _ in try ask(withoutResults) }
        try withoutResults.close()
        let store = try store(resultCacheBytes: 32 << 20)
        _ = try ask(store)
        let repeated = try (0..<runs).map { _ in try ask(store) }
        try store.close()
        let line = Line(
            cold: Times([cold]), warm: Times(warm), repeated: Times(repeated), name: query.name,
            rows: rows.map { row in
                Dictionary(row.fields.map { ($0.name, $0.value.text) }, uniquingKeysWith: { first, _ in first })
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }

    private func store(resultCacheBytes: Int) throws -> Store {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        options.resultCacheBytes = resultCacheBytes
        if let cacheBytes { options.queryCacheBytes = cacheBytes }
        return try Store(folder: data, options: options)
    }
}
