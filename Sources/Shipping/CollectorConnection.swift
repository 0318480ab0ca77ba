import NIOCore
import NIOPosix
import Synchronization

/// Why a connection is of no use any more.
struct ConnectionLost: Error {
    let reason: String
}

/// One TCP connection to a collector: lines out, answers back (docs/INGEST.md).
final class CollectorConnection: Sendable {
    struct State {
        /// Lines of this connection that the collector has on disk.
        var acknowledged = 0
        /// Lines written to the socket, and bytes waiting to be.
        var writtenLines = 0
        var unwrittenBytes = 0
        var failure: String?
        fileprivate var version = 0
        fileprivate var waiter: CheckedContinuation<Void, Never>?
    }

    private let channel: any Channel
    private let shared: SharedState

    /// Connects, and writes the greeting if there is one.
    static func open(
        _ address: CollectorAddress, greeting: String, acknowledgements: Bool, timeout: TimeAmount
    ) async throws(ConnectionLost) -> CollectorConnection {
        let shared = SharedState()
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(timeout)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AnswerReader(shared, parses: acknowledgements))
                    }
                }
                .connect(host: address.host, port: address.port).get()
            let connection = CollectorConnection(channel, shared)
            if !greeting.isEmpty { connection.write(LineBatch(Array(greeting.utf8)), counting: 0) }
            return connection
        } catch {
            throw ConnectionLost(reason: ConnectionErrorText.text(of: error))
        }
    }

    private init(_ channel: any Channel, _ shared: SharedState) {
        self.channel = channel
        self.shared = shared
    }

    /// Sends lines; `wait` tells when they are written.
    func write(_ batch: LineBatch) { write(batch, counting: batch.lineCount) }

    private func write(_ batch: LineBatch, counting lines: Int) {
        let count = batch.bytes.count
        shared.change { $0.unwrittenBytes += count }
        channel.writeAndFlush(ByteBuffer(bytes: batch.bytes)).whenComplete { [shared] result in
            shared.change { state in
                state.unwrittenBytes -= count
                switch result {
                case .success: state.writtenLines += lines
                case .failure(let error): state.failure = state.failure ?? ConnectionErrorText.text(of: error)
                }
            }
        }
    }

    /// Waits until `isDone` is true of the state, asked again whenever it has changed.
    ///
    /// - Parameter timeout: the longest wait for one change.
    /// - Throws: when the connection fails; `isDone` has then seen its last state.
    func wait(timeout: TimeAmount, until isDone: (State) -> Bool) async throws(ConnectionLost) {
        while true {
            let state = shared.current
            let done = isDone(state)
            if let failure = state.failure { throw ConnectionLost(reason: failure) }
            if done { return }
            let timer = channel.eventLoop.scheduleTask(in: timeout) { [shared] in
                shared.change { $0.failure = "no answer for \(timeout.nanoseconds / 1_000_000) ms" }
            }
            await withTaskCancellationHandler {
                await shared.waitForChange(since: state)
            } onCancel: {
                close()
            }
            timer.cancel()
        }
    }

    /// Ends the output and waits until the peer has closed, so that nothing written is lost.
    func finish(timeout: TimeAmount) async {
        channel.close(mode: .output, promise: nil)
        let timer = channel.eventLoop.scheduleTask(in: timeout) { self.close() }
        try? await channel.closeFuture.get()
        timer.cancel()
    }

    func close() { channel.close(promise: nil) }

    /// The state, and who waits for its next change.
    fileprivate final class SharedState: Sendable {
        private let state = Mutex(State())

        var current: State { state.withLock { $0 } }

        func change(_ body: (inout State) -> Void) {
            let waiter = state.withLock { state in
                body(&state)
                state.version += 1
                return state.waiter.take()
            }
            waiter?.resume()
        }

        func waitForChange(since old: State) async {
            await withCheckedContinuation { continuation in
                let hasChanged = state.withLock { state in
                    if state.version == old.version { state.waiter = continuation }
                    return state.version != old.version
                }
                if hasChanged { continuation.resume() }
            }
        }
    }
}

/// Reads the answers of a collector.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private static let answerBytesMax = 4_096

    private let shared: CollectorConnection.SharedState
    private let parses: Bool
    private var pending: [UInt8] = []

    init(_ shared: CollectorConnection.SharedState, parses: Bool) {
        self.shared = shared
        self.parses = parses
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard parses else { return }
        pending += unwrapInboundIn(data).readableBytesView
        let lines = pending.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines.dropLast() { take(String(decoding: line, as: UTF8.self)) }
        pending = Array(lines.last ?? [])
        if pending.count > Self.answerBytesMax { fail("it answers in another protocol") }
    }

    private func take(_ answer: String) {
        let words = answer.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let lines = Int(words[1]), lines >= 0 else {
            return fail("it answers '\(answer.prefix(80))' in another protocol")
        }
        switch words[0] {
        case "ack": shared.change { $0.acknowledged = max($0.acknowledged, lines) }
        case "refused": fail("it refused the lines: \(words.count > 2 ? words[2] : "no reason given")")
        default: fail("it answers '\(answer.prefix(80))' in another protocol")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("the connection was closed")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ConnectionErrorText.text(of: error))
        context.close(promise: nil)
    }

    /// The first failure is the cause of the others.
    private func fail(_ reason: String) { shared.change { $0.failure = $0.failure ?? reason } }
}
