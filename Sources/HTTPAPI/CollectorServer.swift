public import Collector
public import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A collector with its HTTP API: what `lockstitch collect` runs.
public final class CollectorServer: Sendable {
    /// Each as `HOST:PORT`.
    public struct Addresses: Sendable, Codable {
        public let tcp: String
        public let udp: String
        public let http: String
    }

    public let collector: Collector
    private let host: String
    private let httpPort: Int
    private let limits: HTTPLimits
    private let logger: Logger
    private let group = Mutex<ServiceGroup?>(nil)

    public init(
        _ configuration: CollectorConfiguration, httpPort: Int, limits: HTTPLimits = .init(), logger: Logger
    ) throws {
        collector = try Collector(configuration, logger: logger)
        host = configuration.host
        self.httpPort = httpPort
        self.limits = limits
        self.logger = logger
    }

    /// Listens, and serves until SIGTERM or SIGINT comes or `stop` is called; then seals and closes the store.
    ///
    /// - Parameter onListening: called once, when all listeners are bound.
    public func run(onListening: @escaping @Sendable (Addresses) throws -> Void) async throws {
        let ports = try await collector.start()
        let host = host.contains(":") ? "[\(host)]" : host
        let failure = Mutex<(any Error)?>(nil)
        let api = APIServer(collector: collector, host: self.host, port: httpPort, limits: limits, logger: logger) {
            [self] port in
            do {
                try onListening(
                    Addresses(
                        tcp: "\(host):\(ports.tcpPort)", udp: "\(host):\(ports.udpPort)", http: "\(host):\(port)"))
            } catch {
                failure.withLock { $0 = error }
                await stop()
            }
        }
        var configuration = ServiceGroupConfiguration(
            services: [api], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = limits.shutdownTimeout
        let group = ServiceGroup(configuration: configuration)
        self.group.withLock { $0 = group }
        do {
            try await group.run()
        } catch is CancellationError {
            // Requests were under way for longer than they had; they are closed, and what follows is as always.
        } catch {
            try await collector.shutdown()
            throw error
        }
        try await collector.shutdown()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Makes `run` return.
    public func stop() async {
        await group.withLock { $0 }?.triggerGracefulShutdown()
    }

    /// The service group's own messages matter only when something is wrong.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
