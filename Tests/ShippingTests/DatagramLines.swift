import NIOCore
import NIOPosix
import Synchronization

/// A UDP socket that keeps the lines it gets.
final class DatagramLines: Sendable {
    private let expected: Int
    private let received = Mutex<[String]>([])
    private let arrived = AsyncStream.makeStream(of: Void.self)

    init(expected: Int) { self.expected = expected }

    var lines: [String] { received.withLock { $0 } }

    func bind() async throws -> any Channel {
        try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1 << 16))
            .channelOption(.socketOption(.so_rcvbuf), value: 4 << 20)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(self)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func waitForAll() async { for await _ in arrived.stream {} }

    private func take(_ datagram: String) {
        let count = received.withLock {
            $0 += datagram.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            return $0.count
        }
        if count >= expected { arrived.continuation.finish() }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let owner: DatagramLines

        init(_ owner: DatagramLines) { self.owner = owner }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            owner.take(String(buffer: unwrapInboundIn(data).data))
        }
    }
}
