public import Logging
public import Parsing
public import Receivers
public import Records
import Sampling
public import Storage
public import SystemIO
import NIOCore
import NIOPosix
import Synchronization
import WriteAheadLog

/// A running collector: receivers, pipeline and store, in their order.
///
/// ```swift
/// let collector = try Collector(configuration, logger: logger)
/// try await collector.recover()
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
    /// For whoever reads chunks and finds one damaged.
    public let damagedChunks: DamagedChunks
    private let tcp: TCPReceiver
    private let udp: UDPReceiver
    private let logger: Logger
    /// Whether `start` was called: what was not started cannot be ended.
    private let isStarted = Atomic(false)
    private let hasBound = Atomic(false)

    /// Opens the store; its log is not replayed, and nothing listens yet.
    ///
    /// - Throws: when the data folder cannot be opened, or another collector has it.
    public init(_ configuration: CollectorConfiguration, clock: any WallClock = SystemWallClock(), logger: Logger) throws {
        self.clock = clock
        self.logger = logger
        // Every connection is a descriptor, and so is every chunk that is open.
        OpenFileLimit.raise()
        store = try Store(opening: configuration.folder, options: configuration.store, clock: clock)
        let limiter = ServiceRateLimiter(
            rowsPerSecond: configuration.rateLimit,
            burst: configuration.rateBurst ?? (configuration.rateLimit ?? 0) * 10, clock: clock)
        pipeline = IngestPipeline(
            store: store, parsers: configuration.parsers, defaultParser: configuration.defaultParser,
            limiter: limiter, metrics: metrics, clock: clock, durability: configuration.durability,
            syncInterval: configuration.syncInterval,
            logger: logger)
        sealer = Sealer(store: store, metrics: metrics, logger: logger)
        damagedChunks = DamagedChunks(store: store, logger: logger)
        maintainer = Maintainer(store: store, damagedChunks: damagedChunks, clock: clock, logger: logger)
        let group = MultiThreadedEventLoopGroup.singleton
        tcp = TCPReceiver(
            host: configuration.host, port: configuration.tcpPort, sink: pipeline, metrics: receiverMetrics,
            clock: clock, group: group)
        udp = UDPReceiver(
            host: configuration.host, port: configuration.udpPort, sink: pipeline, metrics: receiverMetrics,
            clock: clock, group: group)
    }

    /// Replays the log of the store, until it is done or stalled (`Store.recover`).
    ///
    /// - Throws: when the log cannot be read, and `CancellationError` once `cancelRecovery` was called.
    public func recover() async throws {
        try await NIOThreadPool.singleton.runIfActive { [self] in
            try store.recover()
            logRecovery()
        }
    }

    /// Makes `recover` end early.
    public func cancelRecovery() { store.cancelRecovery() }

    /// What takes frames, for sources beyond the collector's own, such as HTTP bodies.
    public var sink: any FrameSink { pipeline }

    /// Whether a source may ask for the parser of that name.
    public func hasParser(_ name: String) -> Bool { pipeline.hasParser(name) }

    /// From the next batch on, lines are parsed by these definitions.
    public func use(_ parsers: ParserSet) { pipeline.use(parsers) }

    /// From now on calls `observer` with all flags, as `Store.onFlagsChanged` does.
    public func onFlagsChanged(_ observer: @escaping @Sendable (FeatureFlags) -> Void) { store.onFlagsChanged(observer) }

    /// Whether all listeners are bound.
    public var isListening: Bool { hasBound.load(ordering: .acquiring) }

    /// Starts to listen.
    ///
    /// - Throws: when an address cannot be bound.
    public func start() async throws -> Addresses {
        isStarted.store(true, ordering: .relaxed)
        pipeline.start()
        sealer.start()
        maintainer.start()
        let tcpPort = try await tcp.start()
        let udpPort = try await udp.start()
        hasBound.store(true, ordering: .releasing)
        return Addresses(tcpPort: tcpPort, udpPort: udpPort)
    }

    /// Stops listening, stores what was read, seals it and closes the store.
    public func shutdown() async throws {
        await tcp.shutdown()
        await udp.shutdown()
        try await NIOThreadPool.singleton.runIfActive { [self] in
            if isStarted.load(ordering: .relaxed) {
                pipeline.close()
                maintainer.close()
                sealer.close()
            }
            try store.close()
        }
    }

    private func logRecovery() {
        let report = store.recovery
        if report.log.records > 0 {
            logger.info("replayed the write-ahead log: \(report.log)")
        }
        if !report.log.isClean { logger.warning("the write-ahead log was damaged: \(report.log)") }
        let progress = store.replayProgress
        if progress.phase == .stalled {
            let pending = "\(progress.pendingSegments) of \(progress.segmentsTotal) segments of the write-ahead log"
            logger.error(
                "\(pending) are not replayed: queries miss their rows, and no rows are taken, as long as this fails: \(progress.failure ?? "")")
        }
        for path in report.quarantinedChunks {
            logger.warning("chunk '\(path)' was set aside: a crash had left it, and the log with its rows is damaged")
        }
        for path in report.removedChunks {
            logger.info("removed chunk '\(path)', which a crash had left: its rows are in the log or in other chunks")
        }
        for path in report.unknownChunks {
            logger.warning("chunk '\(path)' is not in the catalog, queries do not see it; move it out of the data folder")
        }
    }
}
