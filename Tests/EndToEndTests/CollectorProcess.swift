import Foundation
import FoundationNetworking

/// `lockstitch collect` as a process of its own, on free ports.
final class CollectorProcess {
    private struct Announcement: Decodable {
        let tcp: String
        let udp: String
        let http: String
    }

    let folder: String
    let tcp: String
    let udp: String
    let http: String
    private let process = Process()

    /// Starts it and waits until all listeners are bound.
    convenience init(folder: String, _ arguments: String...) throws {
        try self.init(folder: folder, failpoint: nil, arguments: arguments)
    }

    /// - Parameter failpoint: where it is to die, see `Failpoint`.
    init(folder: String, failpoint: String?, arguments: [String]) throws {
        self.folder = folder
        process.executableURL = try Project.lockstitch
        process.arguments =
            ["collect", "--data", folder, "--tcp-port", "0", "--udp-port", "0", "--http-port", "0", "--announce", "-"]
            + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            failpoint.map { ["LOCKSTITCH_FAILPOINT": $0] } ?? [:]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw TestFailure("the collector ended before it listened") }
            line += more
        }
        let announcement = try JSONDecoder().decode(Announcement.self, from: line)
        tcp = announcement.tcp
        udp = announcement.udp
        http = announcement.http
    }

    var isRunning: Bool { process.isRunning }

    var url: String { "http://\(http)" }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// SIGTERM, and the exit status.
    func terminate() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// SIGHUP: definitions are read again.
    func hangUp() { kill(process.processIdentifier, SIGHUP) }

    /// For one that ends by itself, as at a failpoint.
    func waitUntilItEnds() { process.waitUntilExit() }

    /// SIGKILL: no chance to tidy up.
    func killHard() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs a command against this collector.
    func command(_ arguments: String..., input: Data? = nil) throws -> CommandResult {
        try CommandResult.run(try Project.lockstitch, arguments + address(for: arguments.first), input: input)
    }

    private func address(for command: String?) -> [String] {
        command == "ship" ? [] : ["--url", url]
    }

    /// The rows of a query, as JSON objects.
    func query(_ query: String) throws -> [[String: Any]] {
        let result = try command("query", query, "--limit", "0", "--output", "json")
        guard result.status == 0 else { throw TestFailure("query failed: \(result.errors)") }
        return try result.output.split(separator: "\n").map { line in
            guard let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw TestFailure("no JSON object: \(line)")
            }
            return row
        }
    }

    func count(_ filter: String) throws -> Int {
        try query("\(filter) | stats count() rows").first?["rows"] as? Int ?? -1
    }

    /// Waits until a query counts at least `rows`: what came without acknowledgement is there a moment later.
    func wait(forRows rows: Int, matching filter: String) throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while true {
            let found = try count(filter)
            if found >= rows { return }
            guard Date() < deadline else { throw TestFailure("\(found) of \(rows) rows match '\(filter)' after a minute") }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// Waits until something that the collector does by itself is done.
    func wait(until what: String, _ isSo: (CollectorProcess) throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while try !isSo(self) {
            guard Date() < deadline else { throw TestFailure("not so after a minute: \(what)") }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// A counter of `/metrics`; labels are part of the name.
    func metric(_ name: String) async throws -> Int? {
        let (data, _) = try await URLSession.shared.data(from: try endpoint("/metrics"))
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line?.split(separator: " ").last.flatMap { Int($0) }
    }

    func endpoint(_ path: String) throws -> URL {
        guard let endpoint = URL(string: url + path) else { throw TestFailure("no URL: \(url)\(path)") }
        return endpoint
    }

    var chunks: [String] {
        let files = FileManager.default.enumerator(atPath: "\(folder)/data")?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".parquet") }
    }
}
