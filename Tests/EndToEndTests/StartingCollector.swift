import Foundation
import Glibc

/// `lockstitch collect` as a process of its own, on a port for HTTP that is known before it listens.
final class StartingCollector {
    let folder: String
    let http: String
    private let process = Process()
    private let announcement: String

    /// Starts it, and waits until HTTP answers.
    init(folder: String, announcement: String, failpoint: String? = nil, arguments: [String] = []) throws {
        self.folder = folder
        self.announcement = announcement
        let port = try Self.freePort()
        http = "127.0.0.1:\(port)"
        process.executableURL = try Project.lockstitch
        process.arguments =
            ["collect", "--data", folder, "--tcp-port", "0", "--udp-port", "0", "--http-port", String(port)]
            + ["--announce", announcement] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            failpoint.map { ["LOCKSTITCH_FAILPOINT": $0] } ?? [:]) { $1 }
        process.standardError = FileHandle.nullDevice
        try process.run()
        try wait("HTTP answers") { (try? TCPConnection(http)) != nil }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    func get(_ target: String) throws -> HTTPAnswer {
        try HTTPAnswer.of("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", from: http)
    }

    func post(_ target: String, _ body: String) throws -> HTTPAnswer {
        try HTTPAnswer.of(
            "POST \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
            from: http)
    }

    /// `/health`, or `/ready`, as JSON.
    func health(_ target: String = "/health") throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(try get(target).body.utf8)) as? [String: Any] ?? [:]
    }

    /// Whether the other listeners are bound.
    var hasAnnounced: Bool { FileManager.default.fileExists(atPath: announcement) }

    func wait(_ what: String, until condition: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while try !condition() {
            guard Date() < deadline else { throw TestFailure("not within a minute: \(what)") }
            guard process.isRunning else { throw TestFailure("the collector ended before: \(what)") }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    /// For one that ends by itself, as at a failpoint.
    func waitUntilItEnds() { process.waitUntilExit() }

    /// SIGTERM, and the exit status.
    func terminate() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// One that nobody listens on now.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw TestFailure("there is no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
