import NIOCore
import NIOPosix
import Receivers
import SystemIO

/// A TCP client that sends what the test says and hands out the lines it gets.
struct TestClient {
    let channel: any Channel
    private let received: AsyncStream<String>

    static func connect(port: Int) async throws -> TestClient {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Lines(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestClient(channel: channel, received: stream)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Ends the output; the input stays open.
    func end() async throws { try await channel.close(mode: .output) }

    func close() async throws { try await channel.close() }

    /// The next `count` lines, fewer if the connection ends before.
    func lines(_ count: Int) async -> [String] {
        var lines: [String] = []
        var iterator = received.makeAsyncIterator()
        while lines.count < count, let line = await iterator.next() { lines.append(line) }
        return lines
    }

    /// All lines until the connection ends.
    func linesToEnd() async -> [String] { await lines(.max) }

    private final class Lines: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let continuation: AsyncStream<String>.Continuation
        private var pending = ""

        init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending += String(buffer: unwrapInboundIn(data))
            while let newline = pending.firstIndex(of: "\n") {
                continuation.yield(String(pending[..<newline]))
                pending = String(pending[pending.index(after: newline)...])
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// Runs a TCP receiver for the time of a test.
func withTCPReceiver(
    _ sink: RecordingSink, limits: ReceiverLimits = .init(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    _ body: (_ receiver: TCPReceiver, _ port: Int, _ metrics: ReceiverMetrics) async throws -> Void
) async throws {
    let metrics = ReceiverMetrics()
    let receiver = TCPReceiver(
        host: "127.0.0.1", port: 0, sink: sink, metrics: metrics, clock: SystemWallClock(),
        group: group, limits: limits)
    let port = try await receiver.start()
    try await body(receiver, port, metrics)
    await receiver.shutdown()
}

/// Polls, giving way in between, until the condition holds: for values that no event announces.
func eventually(_ condition: () -> Bool) async {
    while !condition() { try? await Task.sleep(nanoseconds: 1_000_000) }
}
