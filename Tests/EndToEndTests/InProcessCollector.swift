import Collector
import Foundation
import HTTPAPI
import Logging

/// A collector within the tests, with limits that they can wait for.
enum InProcessCollector {
    /// Runs `body` beside it, on a thread of its own as it may block, then stops it.
    static func run(
        folder: String, limits: HTTPLimits, _ body: @escaping @Sendable (CollectorServer.Addresses) throws -> Void
    ) async throws {
        var configuration = CollectorConfiguration(folder: folder)
        configuration.tcpPort = 0
        configuration.udpPort = 0
        let server = try CollectorServer(
            configuration, httpPort: 0, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (listening, announce) = AsyncStream.makeStream(of: CollectorServer.Addresses.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await server.run { announce.yield($0) }
            }
            for await addresses in listening {
                let result = await withCheckedContinuation { continuation in
                    Thread.detachNewThread { continuation.resume(returning: Result { try body(addresses) }) }
                }
                await server.stop()
                try result.get()
            }
            try await group.waitForAll()
        }
    }
}
