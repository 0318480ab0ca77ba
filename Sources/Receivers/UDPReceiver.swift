public import NIOCore
import NIOPosix
public import SystemIO
import Synchronization

/// Takes lines over UDP: each datagram holds one or more whole lines. Nothing is answered.
public final class UDPReceiver: Sendable {
    /// Datagrams read by one system call, each into its own 64 KiB, which the longest one fits in.
    private static let datagramsPerCall = 16
    private static let datagramBytesMax = 64 << 10
    private static let receiveBufferBytes = 8 << 20

    private let host: String
    private let port: Int
    private let group: any EventLoopGroup
    private let shared: UDPShared
    private let channel = Mutex<(any Channel)?>(nil)

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - sink: gets the frames: all lines of the datagrams that were read together.
    public init(
        host: String, port: Int, sink: any FrameSink, metrics: ReceiverMetrics, clock: any WallClock,
        group: any EventLoopGroup, limits: ReceiverLimits = .init()
    ) {
        self.host = host
        self.port = port
        self.group = group
        shared = UDPShared(sink: sink, metrics: metrics, clock: clock, limits: limits)
    }

    /// Starts to listen.
    ///
    /// - Returns: the bound port.
    /// - Throws: `ReceiverError` when the address cannot be bound.
    public func start() async throws -> Int {
        do {
            let bound = try await bootstrap.bind(host: host, port: port).get()
            channel.withLock { $0 = bound }
            return bound.localAddress?.port ?? port
        } catch {
            throw ReceiverError.cannotListen(on: "udp", host: host, port: port, error)
        }
    }

    private var bootstrap: DatagramBootstrap {
        let shared = shared
        return DatagramBootstrap(group: group)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.datagramVectorReadMessageCount, value: Self.datagramsPerCall)
            .channelOption(.maxMessagesPerRead, value: 16)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: Self.datagramsPerCall * Self.datagramBytesMax)
            )
            .channelInitializer { channel in
                // The system may allow less; then it drops more under load.
                channel.setOption(.socketOption(.so_rcvbuf), value: Self.receiveBufferBytes).flatMapError { _ in
                    channel.eventLoop.makeSucceededVoidFuture()
                }.flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(DatagramJoiner(shared, channel.eventLoop))
                }
            }
    }

    /// Stops listening and waits until what was read is stored, at most `ReceiverLimits.shutdownTimeout`.
    public func shutdown() async {
        let channel = channel.withLock { $0.take() }
        shared.isStopped.store(true, ordering: .relaxed)
        try? await channel?.close()
        let timeout = group.next().scheduleTask(in: shared.limits.shutdownTimeout) { [shared] in
            shared.budget.giveUp()
        }
        await shared.budget.waitUntilEmpty()
        timeout.cancel()
    }
}

/// What the receiver and its channel handler have in common.
final class UDPShared: Sendable {
    let sink: any FrameSink
    let metrics: ReceiverMetrics
    let clock: any WallClock
    let limits: ReceiverLimits
    let budget: InFlightBudget
    let isStopped = Atomic(false)

    init(sink: any FrameSink, metrics: ReceiverMetrics, clock: any WallClock, limits: ReceiverLimits) {
        self.sink = sink
        self.metrics = metrics
        self.clock = clock
        self.limits = limits
        budget = InFlightBudget(bytesMax: limits.totalBytesMax)
    }
}

/// Joins the datagrams of one round of reads to one frame.
final class DatagramJoiner: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let shared: UDPShared
    private let eventLoop: any EventLoop
    private let source = FrameSource()
    private var pending: [UInt8] = []
    private var retryDelay: RetryDelay

    init(_ shared: UDPShared, _ eventLoop: any EventLoop) {
        self.shared = shared
        self.eventLoop = eventLoop
        retryDelay = RetryDelay(shared.limits)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).data.readableBytesView
        guard let last = bytes.last else { return }
        guard shared.budget.fits(pending.count + bytes.count) else { return shared.metrics.datagramsDropped.add(1) }
        shared.metrics.datagrams.add(1)
        pending.append(contentsOf: bytes)
        if last != UInt8(ascii: "\n") { pending.append(UInt8(ascii: "\n")) }
        if pending.count >= shared.limits.frameBytes { submit() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        submit()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        submit()
        context.fireChannelInactive()
    }

    /// A datagram that cannot be read is no reason to stop listening.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func submit() {
        guard !pending.isEmpty else { return }
        let frame = Frame(
            bytes: pending, needsAck: false, receivedAt: shared.clock.now(), transport: .udp, source: source)
        pending = []
        shared.metrics.udp.count(frame)
        shared.budget.take(frame.bytes.count)
        handOn(frame)
    }

    private func handOn(_ frame: Frame) {
        let joiner = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        shared.sink.submit(frame) { outcome in
            eventLoop.execute { joiner.value.settle(frame, outcome) }
        }
    }

    private func settle(_ frame: Frame, _ outcome: FrameOutcome) {
        switch outcome {
        case .accepted:
            retryDelay.reset()
        case .refused(.storageFailed) where !shared.isStopped.load(ordering: .relaxed):
            eventLoop.assumeIsolated().scheduleTask(in: retryDelay.next()) {
                self.shared.metrics.udp.retries.add(1)
                self.handOn(frame)
            }
            return
        case .refused:
            shared.metrics.udp.framesRefused.add(1)
        }
        shared.budget.release(frame.bytes.count)
    }
}
