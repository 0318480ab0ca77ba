import ArgumentParser
import Collector
import Foundation
import HTTPAPI
import Logging
import Shipping
import Synchronization

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole path on a sample: collect, ship, query, trace.",
        discussion: "Starts a collector in a temporary folder, removed at the end; with --keep it stays and goes on.")

    @Option(help: "The sample to ship.")
    var sample: String = "Samples/trainticket.ndjson"

    @Flag(help: "Keep the collector running afterwards, on the standard ports, to try commands on it.")
    var keep = false

    @Option(help: "auto, always or never.")
    var color: ColorChoice = .auto

    func run() async throws {
        try await CommandFailure.exiting {
            guard FileManager.default.isReadableFile(atPath: sample) else {
                throw CommandFailure("cannot read '\(sample)'; run the demo in the project's folder, or give --sample FILE", code: 2)
            }
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-demo-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try await serve(in: folder.path)
        }
    }

    private func serve(in folder: String) async throws {
        var configuration = CollectorConfiguration(folder: folder)
        if !keep {
            configuration.tcpPort = 0
            configuration.udpPort = 0
        }
        let server = try CollectorServer(configuration, httpPort: keep ? 5171 : 0, logger: .standardError(.warning))
        let (listening, announce) = AsyncStream.makeStream(of: CollectorServer.Addresses.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await server.run { announce.yield($0) }
            }
            for await addresses in listening {
                do {
                    try await show(addresses)
                } catch {
                    await server.stop()
                    throw error
                }
                if !keep { await server.stop() }
            }
            try await group.waitForAll()
        }
    }

    private func show(_ addresses: CollectorServer.Addresses) async throws {
        let client = try APIClient("http://\(addresses.http)")
        try heading("A collector listens on tcp \(addresses.tcp), udp \(addresses.udp), http \(addresses.http)")

        var options = ShipOptions(address: addresses.tcp)
        options.rewriteTime = .now
        let report = try await Shipper(options: options).run(inputs: [.file(sample)]) { _ in }
        try Terminal.write("\(report.lines) records of \(sample) shipped in \(Self.milliseconds(report.seconds)), each acknowledged on disk.\n")

        try await query(
            "Which services are there?",
            "* | stats by (service) count() records, count(duration_ns) spans, count_uniq(trace_id) requests | sort by (records desc) | limit 10",
            client)
        try await showErrorRates(client)
        try await query(
            "What do the errors say?",
            "level:error | fields time, service, message | sort by (time) | limit 5", client)
        try await showTrace(client)
        try showNextCommands(addresses)
    }

    private func query(_ title: String, _ query: String, _ client: APIClient) async throws {
        try heading(title)
        try command("lockstitch query '\(query)'")
        try await client.post(
            "/query", form: ["query": query, "output": "table", "width": String(Terminal.width)],
            output: StandardOutput.write)
    }

    private func showErrorRates(_ client: APIClient) async throws {
        struct Row: Decodable {
            let service: String
            let logs: Int
            let errors: Int
        }
        let text = "level:* | stats by (service) count() logs, count() if (level:error) errors | filter errors:>0 | sort by (errors desc)"
        try heading("Which of them log errors, and how often?")
        try command("lockstitch query '\(text)'")
        let answer = try await client.post("/query", form: ["query": text])
        try Terminal.write("service                        logs  errors  error rate\n")
        for line in answer.split(separator: UInt8(ascii: "\n")) {
            let row = try JSONDecoder().decode(Row.self, from: Data(line))
            let rate = Double(row.errors) / Double(row.logs) * 100
            let service = row.service.padding(toLength: max(28, row.service.count), withPad: " ", startingAt: 0)
            try Terminal.write(service + String(format: "%7d  %6d  %9.1f%%\n", row.logs, row.errors, rate))
        }
    }

    /// The request with the most errors, as a waterfall.
    private func showTrace(_ client: APIClient) async throws {
        let answer = try await client.post(
            "/query",
            form: [
                "query": "level:error trace_id:* | stats by (trace_id) count() errors | sort by (errors desc, trace_id) | limit 1"
            ])
        struct Row: Decodable { let trace_id: String }
        guard let id = try? JSONDecoder().decode(Row.self, from: Data(answer)).trace_id else {
            throw CommandFailure("the sample has no request with an error", code: 1)
        }
        try heading("What happened to the request with the most errors?")
        try command("lockstitch trace \(id)")
        let items = [
            "id": id, "output": "tree", "logs": "errors", "width": String(Terminal.width), "color": color.isOn ? "1" : "0",
        ]
        try await client.get("/trace", items, output: StandardOutput.write)
    }

    private func showNextCommands(_ addresses: CollectorServer.Addresses) throws {
        try heading("Next")
        if keep {
            try Terminal.write("The collector goes on until Ctrl-C. In another terminal:\n")
        } else {
            try Terminal.write("  lockstitch demo --keep                     the same, and the collector stays for you to try\n")
            try Terminal.write("  lockstitch collect                         a collector of your own, data in ./lockstitch-data\n")
        }
        try Terminal.write(
            """
              lockstitch ship app.log                    send it your logs; or point a TCP or UDP shipper at port 5170
              lockstitch query 'level:error _time:5m'    LogsQL; see docs/LOGSQL.md
              lockstitch trace ID                        one request across all services

            """)
    }

    private func heading(_ text: String) throws { try Terminal.write("\n" + (color.isOn ? "\u{1b}[1m\(text)\u{1b}[0m" : text) + "\n") }

    private func command(_ text: String) throws { try Terminal.write((color.isOn ? "\u{1b}[2m$ \(text)\u{1b}[0m" : "$ \(text)") + "\n") }

    private static func milliseconds(_ seconds: Double) -> String { "\(Int(seconds * 1_000)) ms" }
}
