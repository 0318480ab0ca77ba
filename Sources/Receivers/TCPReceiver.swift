public import NIOCore
import NIOPosix
public import SystemIO
import Synchronization

/// Takes lines over TCP, with acknowledgements for senders that ask for them (docs/INGEST.md).
///
/// ```swift
/// let receiver = TCPReceiver(host: "127.0.0.1", port: 5170, sink: pipeline, metrics: metrics, clock: clock, group: group)
/// let port = try await receiver.start()
/// …
/// await receiver.shutdown()
/// ```
public final class TCPReceiver: Sendable {
    private let host: String
    private let port: Int
    private let group: any EventLoopGroup
    private let shared: TCPShared
    private let server = Mutex<(any Channel)?>(nil)

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - sink: gets the frames; those of one connection in the order of their lines, unless one has to be retried.
    public init(
        host: String, port: Int, sink: any FrameSink, metrics: ReceiverMetrics, clock: any WallClock,
        group: any EventLoopGroup, limits: ReceiverLimits = .init()
    ) {
        self.host = host
        self.port = port
        self.group = group
        shared = TCPShared(sink: sink, metrics: metrics, clock: clock, limits: limits)
    }

    /// Starts to listen.
    ///
    /// - Returns: the bound port.
    /// - Throws: `ReceiverError` when the address cannot be bound.
    public func start() async throws -> Int {
        do {
            let channel = try await bootstrap.bind(host: host, port: port).get()
            server.withLock { $0 = channel }
            return channel.localAddress?.port ?? port
        } catch {
            throw ReceiverError.cannotListen(on: "tcp", host: host, port: port, error)
        }
    }

    private var bootstrap: ServerBootstrap {
        let shared = shared
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Waits a little where no more file descriptors can be had.
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // One read, one frame: what is in flight is then known before the next read.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 64 << 10, initial: 64 << 10, maximum: 1 << 20)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try shared.admit(channel)
                    try channel.pipeline.syncOperations.addHandler(TCPConnection(shared, channel.eventLoop))
                }
            }
    }

    /// Stops listening, hands on what was read, waits until it is stored and answered, and closes all connections.
    ///
    /// Waits at most `ReceiverLimits.shutdownTimeout`; what is not stored by then stays unanswered.
    public func shutdown() async {
        let channel = server.withLock { $0.take() }
        try? await channel?.close()
        let connections = shared.stop()
        let timeout = group.next().scheduleTask(in: shared.limits.shutdownTimeout) { [shared] in
            shared.budget.giveUp()
            for connection in connections { connection.close(promise: nil) }
        }
        for connection in connections { try? await connection.triggerUserOutboundEvent(TCPConnection.Stop()) }
        await shared.budget.waitUntilEmpty()
        for connection in connections { try? await connection.closeFuture.get() }
        timeout.cancel()
    }
}

/// What the connections of a receiver have in common.
final class TCPShared: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isStopped = false
    }

    let sink: any FrameSink
    let metrics: ReceiverMetrics
    let clock: any WallClock
    let limits: ReceiverLimits
    let budget: InFlightBudget
    private let state = Mutex(State())

    init(sink: any FrameSink, metrics: ReceiverMetrics, clock: any WallClock, limits: ReceiverLimits) {
        self.sink = sink
        self.metrics = metrics
        self.clock = clock
        self.limits = limits
        budget = InFlightBudget(bytesMax: limits.totalBytesMax)
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Counts a connection until it closes.
    ///
    /// - Throws: when there are too many, or the receiver has stopped.
    func admit(_ channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state in
            guard !state.isStopped, state.connections.count < limits.connectionsMax else { return false }
            state.connections[id] = channel
            return true
        }
        guard isAdmitted else {
            metrics.connectionsRefused.add(1)
            throw ReceiverError(description: "cannot take a connection: \(limits.connectionsMax) are open")
        }
        metrics.connectionsAccepted.add(1)
        metrics.connectionsOpen.add(1)
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.connections[id] = nil }
            self.metrics.connectionsOpen.add(-1)
        }
    }

    /// Admits no more connections, and returns those that are open.
    func stop() -> [any Channel] {
        state.withLock { state in
            state.isStopped = true
            return Array(state.connections.values)
        }
    }
}
