public import Logging
public import Parsing
public import Receivers
import Sampling
public import Storage
public import SystemIO
import NIOCore
import NIOPosix
import WriteAheadLog

/// A running collector: receivers, pipeline and store, in their order.
///
/// ```swift
/// let collector = try Collector(configuration, logger: logger)
/// let addresses = try await collector.start()
/// …
/// try await collector.shutdown()     // hands on what was read, seals, closes
/// ```
public final class Collector: Sendable {
    /// Where the listeners are bound.
    public struct Addresses: Sendable {
        public let tcpPort: Int
        public let udpPort: Int
    }

    public let store: Store
    public let metrics = CollectorMetrics()
    public let receiverMetrics = ReceiverMetrics()
    public let clock: any WallClock
    private let pipeline: IngestPipeline
    private let sealer: Sealer
    private let maintainer: Maintainer
    private let tcp: TCPReceiver
    private let udp: UDPReceiver
    private let logger: Logger

    /// Opens the store and replays its log; nothing listens yet.
    ///
    /// - Throws: when the data folder cannot be opened, or another collector has it.
    public init(_ configuration: CollectorConfiguration, clock: any WallClock = SystemWallClock(), logger: Logger) throws {
        self.clock = clock
        self.logger = logger
        // Every connection is a descriptor, and so is every chunk that is open.
        OpenFileLimit.raise()
        store = try Store(folder: configuration.folder, options: configuration.store, clock: clock)
        let limiter = ServiceRateLimiter(
            rowsPerSecond: configuration.rateLimit,
            burst: configuration.rateBurst ?? (configuration.rateLimit ?? 0) * 10, clock: clock)
        pipeline = IngestPipeline(
            store: store, parsers: configuration.parsers, defaultParser: configuration.defaultParser,
            limiter: limiter, metrics: metrics, clock: clock, syncInterval: configuration.syncInterval,
            logger: logger)
        sealer = Sealer(store: store, metrics: metrics, logger: logger)
        maintainer = Maintainer(store: store, clock: clock, logger: logger)
        let group = MultiThreadedEventLoopGroup.singleton
        tcp = TCPReceiver(
            host: configuration.host, port: configuration.tcpPort, sink: pipeline, metrics: receiverMetrics,
            clock: clock, group: group)
        udp = UDPReceiver(
            host: configuration.host, port: configuration.udpPort, sink: pipeline, metrics: receiverMetrics,
            clock: clock, group: group)
        logRecovery()
    }

    /// What takes frames, for sources beyond the collector's own, such as HTTP bodies.
    public var sink: any FrameSink { pipeline }

    /// Whether a source may ask for the parser of that name.
    public func hasParser(_ name: String) -> Bool { pipeline.hasParser(name) }

    /// From the next batch on, lines are parsed by these definitions.
    public func use(_ parsers: ParserSet) { pipeline.use(parsers) }

    /// Starts to listen.
    ///
    /// - Throws: when an address cannot be bound.
    public func start() async throws -> Addresses {
        pipeline.start()
        sealer.start()
        maintainer.start()
        let tcpPort = try await tcp.start()
        let udpPort = try await udp.start()
        return Addresses(tcpPort: tcpPort, udpPort: udpPort)
    }

    /// Stops listening, stores what was read, seals it and closes the store.
    public func shutdown() async throws {
        await tcp.shutdown()
        await udp.shutdown()
        try await NIOThreadPool.singleton.runIfActive { [self] in
            pipeline.close()
            maintainer.close()
            sealer.close()
            try store.close()
        }
    }

    private func logRecovery() {
        let report = store.recovery
        if report.log.records > 0 || !report.log.isClean {
            logger.info("replayed the write-ahead log: \(report.log)")
        }
        for path in report.removedChunks {
            logger.info("removed chunk '\(path)', which a crash had left: its rows are in the log or in other chunks")
        }
        for path in report.unknownChunks {
            logger.warning("chunk '\(path)' is not in the catalog, queries do not see it; move it out of the data folder")
        }
    }
}
