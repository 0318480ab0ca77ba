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
    @Option(help: "Only queries whose name has this in it.") var only: String?

    private struct NamedQuery: Decodable {
        let name: String
        let logsql: String
    }

    private struct Line: Encodable {
        let name: String
        let firstMilliseconds: Double
        let wallMilliseconds: Double
        let cpuMilliseconds: Double
        let rows: [[String: String]]
    }

    func run() throws {
        let named = try JSONDecoder().decode([NamedQuery].self, from: Data(contentsOf: URL(fileURLWithPath: queries)))
        let store = try Store(folder: data, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
        for query in named where only.map(query.name.contains) ?? true { try print(measure(query, store)) }
        try store.close()
    }

    private func measure(_ query: NamedQuery, _ store: Store) throws -> String {
        let parsed = try LogsQL.parse(query.logsql)
        let engine = QueryEngine()
        var rows: [Record] = []
        func ask() throws -> Measurement {
            try Measurement.of { rows = try engine.records(parsed, over: store.snapshot(), now: store.now()) }
        }
        let first = try ask()
        let later = try (0..<runs).map { _ in try ask() }
        let line = Line(
            name: query.name, firstMilliseconds: first.wallSeconds * 1e3,
            wallMilliseconds: later.map(\.wallSeconds).sorted()[runs / 2] * 1e3,
            cpuMilliseconds: later.map(\.cpuSeconds).sorted()[runs / 2] * 1e3,
            rows: rows.map { row in
                Dictionary(row.fields.map { ($0.name, $0.value.text) }, uniquingKeysWith: { first, _ in first })
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}
