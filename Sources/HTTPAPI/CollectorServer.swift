public import Collector
public import Logging
import ServiceLifecycle
import Storage
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

    /// Answers requests, replays the log of the store, then takes rows too, until SIGTERM or SIGINT comes or `stop` is
    /// called; then seals and closes the store.
    ///
    /// - Parameter onListening: called once, when all listeners are bound.
    public func run(onListening: @escaping @Sendable (Addresses) throws -> Void) async throws {
        let start = Mutex<Task<Void, any Error>?>(nil)
        let api = APIServer(collector: collector, host: host, port: httpPort, limits: limits, logger: logger) {
            [self] port in
            start.withLock { task in
                task = Task {
                    do {
                        try await startCollector(httpPort: port, onListening)
                    } catch {
                        await stop()
                        throw error
                    }
                }
            }
        }
        var configuration = ServiceGroupConfiguration(
            services: [api], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = limits.shutdownTimeout
        let group = ServiceGroup(configuration: configuration)
        self.group.withLock { $0 = group }
        var failure: (any Error)?
        do {
            try await group.run()
        } catch is CancellationError {
            // Requests were under way for longer than they had; they are closed, and what follows is as always.
        } catch {
            failure = error
        }
        collector.cancelRecovery()
        do {
            try await start.withLock { $0 }?.value
        } catch is CancellationError {
            // It was told to end while it replayed its log, all of which is still there.
        } catch {
            failure = failure ?? error
        }
        try await collector.shutdown()
        if let failure { throw failure }
    }

    private func startCollector(
        httpPort: Int, _ onListening: @Sendable (Addresses) throws -> Void
    ) async throws {
        let progress = collector.store.replayProgress
        if progress.segmentsTotal > 0 {
            let segments = "\(progress.segmentsTotal) segments of the write-ahead log, \(progress.bytesTotal) bytes"
            logger.info("http answers at \(host):\(httpPort); replaying \(segments)")
        }
        try await collector.recover()
        let ports = try await collector.start()
        let host = host.contains(":") ? "[\(host)]" : host
        try onListening(
            Addresses(tcp: "\(host):\(ports.tcpPort)", udp: "\(host):\(ports.udpPort)", http: "\(host):\(httpPort)"))
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
