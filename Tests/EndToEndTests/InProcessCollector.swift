import Collector
import Foundation
import HTTPAPI
import Logging

/// A collector with its HTTP API within the tests, with limits that they can wait for.
enum InProcessCollector {
    /// Runs `body` beside it, on a thread of its own as it may block, then stops it.
    ///
    /// - Parameter body: gets the address of the HTTP API.
    static func run(
        folder: String, limits: HTTPLimits, _ body: @escaping @Sendable (_ http: String) throws -> Void
    ) async throws {
        var configuration = CollectorConfiguration(folder: folder)
        configuration.tcpPort = 0
        configuration.udpPort = 0
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let collector = try Collector(configuration, logger: logger)
        try await collector.recover()
        _ = try await collector.start()
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = APIServer(collector: collector, host: "127.0.0.1", port: 0, limits: limits, logger: logger) {
            announce.yield($0)
        }
        let running = Task { try await server.run() }
        var result = Result<Void, any Error>.success(())
        for await port in ports {
            result = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: Result { try body("127.0.0.1:\(port)") }) }
            }
            break
        }
        running.cancel()
        _ = await running.result
        try await collector.shutdown()
        try result.get()
    }
}
