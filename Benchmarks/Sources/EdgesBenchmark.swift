import ArgumentParser
import Foundation
import Parsing
import Records
import Storage
import Traces

/// Requests found over many records with two ids each, of small requests and of hubs.
struct EdgesBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edges", abstract: "Lookups of requests over a million records that join two ids each, with hubs.")

    @Option(help: "Records.") var records = 1_000_000
    @Option(help: "Of every hundred records, those that join an id with one of ten hubs.") var hubs = 10
    @Option(help: "Lookups.") var lookups = 500

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(folder: folder.path, options: StoreOptions())
        var random = SystemRandomNumberGenerator()
        // Requests of four ids on average; records of one come at any time.
        let requests = max(1, records / 8)
        for start in stride(from: 0, to: records, by: 8_192) {
            var lines = ""
            for record in start..<min(start + 8_192, records) {
                let request = Int.random(in: 0..<requests, using: &random)
                let (left, right) = (Int.random(in: 0..<4, using: &random), Int.random(in: 0..<4, using: &random))
                let isHub = Int.random(in: 0..<100, using: &random) < hubs
                let other = isHub ? "hub-\(request % 10)" : "r\(request)-\(right)"
                lines += "{\"time\":\(1_700_000_000_000 + record),\"service\":\"s\",\"request_id\":\"r\(request)-\(left)\",\"correlation_id\":\"\(other)\"}\n"
            }
            var parser = LineParser()
            _ = parser.parse(Array(lines.utf8), receivedAt: 0)
            try store.append(parser.takeBatch())
            if start / 8_192 % 16 == 15 { try store.seal() }
        }
        try store.seal()
        while try store.mergeIndexIfDue() {}
        let lookup = TraceLookup(snapshot: store.snapshot())
        var milliseconds: [Double] = []
        var ids = 0
        for _ in 0..<lookups {
            let id = "r\(Int.random(in: 0..<requests, using: &random))-0"
            let measured = try Measurement.of { ids += try lookup.request(id: id).links.count }
            milliseconds.append(measured.wallSeconds * 1e3)
        }
        milliseconds.sort()
        print(
            String(
                format: "%d records in %d chunks: %.1f ids a request; lookup median %.2f ms, 99th percentile %.2f ms, worst %.2f ms",
                records, store.counts.chunks, Double(ids) / Double(lookups), milliseconds[lookups / 2],
                milliseconds[lookups * 99 / 100], milliseconds[lookups - 1]))
        try store.close()
    }
}
