import ArgumentParser
import Collector
import Foundation
import Parsing
import Records
import Sampling
import Stitching
import Storage

struct SamplingExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show which rule of sampling decides on each request of a file, and how.",
        discussion: """
            Lines are parsed as the collector parses them. All of them are taken for the rows of one chunk that is settled: \
            no others, and no earlier decisions.

            Examples:
              lockstitch sampling explain --config lockstitch.yaml app.log
              lockstitch sampling explain --config lockstitch.yaml --output json - < app.log
            """)

    @Option(help: "The configuration file with the rules.") var config: String

    @Argument(help: "Files; '-' is standard input.") var files: [String]

    @Option(help: "table, or json (one object a request). Default: table on a terminal, else json.")
    var output: OutputFormat?

    @OptionGroup var parserOptions: ParserOptions

    func run() async throws {
        try await CommandFailure.exiting {
            let file = try ConfigurationOptions.load(config)
            guard let sampling = file.sampling else {
                throw CommandFailure("'\(config)' has no rules of sampling", code: 2)
            }
            let batches = try parsed()
            guard !batches.isEmpty else { throw CommandFailure("there are no lines in the files", code: 1) }
            let rows = try Sampler(sampling, stitching: file.stitching.rules()).explain(batches.compactMap(\.segment))
            let requests = ExplainedRequest.requests(rows, batches, file.stitching.rules())
            if output ?? (Terminal.isInteractive ? .table : .json) == .json {
                for request in requests { try StandardOutput.write(request.json()) }
            } else {
                try Terminal.write(Self.table(requests))
            }
            for line in Self.summary(requests) { Terminal.writeError(line) }
        }
    }

    private func parsed() throws -> [RecordBatch] {
        var parser = LineParser(parsers: try parserOptions.load())
        var batches: [RecordBatch] = []
        for file in files {
            try parser.parse(file: file) { if $0.rowCount > 0 { batches.append($0) } }
        }
        return batches
    }

    private static func table(_ requests: [ExplainedRequest]) -> String {
        var table = TextTable(["ids", "services", "rows", "rule", "because of", "randomness", "threshold", "verdict"])
        for request in requests { table.add(request.cells) }
        return table.text
    }

    private static func summary(_ requests: [ExplainedRequest]) -> [String] {
        Dictionary(grouping: requests, by: \.rule).sorted { $0.key < $1.key }.map { rule, requests in
            let kept = requests.filter { $0.keptRows > 0 }
            let rows = requests.reduce(0) { $0 + $1.rows }
            return "\(rule): kept \(kept.count) of \(requests.count) requests, \(kept.reduce(0) { $0 + $1.keptRows }) of \(rows) rows"
        }
    }
}

/// A request of a file, and what becomes of it.
private struct ExplainedRequest {
    private(set) var ids: [String] = []
    private(set) var services: [String] = []
    private(set) var rows = 0
    private(set) var keptRows = 0
    private(set) var rule = SamplingMetrics.noRule
    /// The first record that matches the rule, counted from 1.
    private(set) var record: Int?
    private(set) var weight = 0.0
    private var randomness: UInt64 = 0
    private var threshold: UInt64 = 0

    /// In the order in which they come.
    static func requests(_ rows: [ExplainedRow], _ batches: [RecordBatch], _ stitching: StitchingRules) -> [ExplainedRequest] {
        var requests: [ExplainedRequest] = []
        var number = 0
        for batch in batches {
            let idColumns = batch.columns.filter { stitching.hasIDs($0.name) }
            let services = batch.column(FieldNames.service)
            for place in 0..<batch.rowCount {
                let row = rows[number]
                number += 1
                if row.request == requests.count { requests.append(ExplainedRequest()) }
                let ids = idColumns.flatMap { column in
                    column.index(ofRow: place).map { stitching.ids(in: column.text($0), field: column.name) } ?? []
                }
                let service = services.flatMap { column in column.index(ofRow: place).map { column.text($0) } }
                requests[row.request].add(row, number: number, ids: ids, service: service)
            }
        }
        return requests
    }

    private mutating func add(_ row: ExplainedRow, number: Int, ids: [String], service: String?) {
        for id in ids where !self.ids.contains(id) && self.ids.count < 10 { self.ids.append(id) }
        if let service, !services.contains(service) { services.append(service) }
        rows += 1
        if row.weight > 0 { keptRows += 1 }
        weight = max(weight, row.weight)
        // What a rule about records takes from a request does not tell what became of the request.
        if rows == 1 || row.weight > 0 { (rule, randomness, threshold) = (row.rule ?? rule, row.randomness, row.threshold) }
        if row.matchesRule, row.rule == rule, record == nil { record = number }
    }

    private var verdict: String {
        guard keptRows > 0 else { return "dropped" }
        let kept = keptRows == rows ? "kept" : "kept \(keptRows) of \(rows) rows"
        return weight == 1 ? kept : "\(kept), weight \(String(format: "%.4g", weight))"
    }

    private static func hex(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 14 - text.count)) + text
    }

    var cells: [String] {
        [
            ids.joined(separator: " "), services.joined(separator: " "), String(rows), rule, record.map { "record \($0)" } ?? "",
            Self.hex(randomness), threshold == 0 ? "" : Self.hex(threshold), verdict,
        ]
    }

    private struct JSON: Encodable {
        let ids: [String]
        let services: [String]
        let rows: Int
        let kept_rows: Int
        let rule: String
        let record: Int?
        let randomness: String
        let threshold: String
        let weight: Double
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(
            JSON(
                ids: ids, services: services, rows: rows, kept_rows: keptRows, rule: rule, record: record,
                randomness: Self.hex(randomness), threshold: Self.hex(threshold), weight: weight)) + Data("\n".utf8)
    }
}
