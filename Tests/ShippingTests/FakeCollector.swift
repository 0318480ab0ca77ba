import NIOCore
import NIOPosix
import Synchronization

/// Takes lines as a collector does, and does to each connection what the test says.
final class FakeCollector: Sendable {
    enum Fate: Sendable {
        /// Acknowledge everything.
        case takeAll
        /// Acknowledge so many lines, then drop the connection.
        case drop(afterLines: Int)
        /// Acknowledge so many lines, then refuse.
        case refuse(afterLines: Int)
        /// Take all and say nothing.
        case silent
    }

    private let channel: any Channel
    private let state: SharedState

    final class SharedState: Sendable {
        struct Connection {
            var lines: [String] = []
            var hasGreeting = false
        }

        let connections = Mutex<[Connection]>([])
    }

    private init(_ channel: any Channel, _ state: SharedState) {
        self.channel = channel
        self.state = state
    }

    /// - Parameter fate: asked with the number of each connection, from 0.
    static func start(_ fate: @escaping @Sendable (Int) -> Fate) async throws -> FakeCollector {
        let state = SharedState()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = state.connections.withLock { connections in
                        connections.append(.init())
                        return connections.count - 1
                    }
                    try channel.pipeline.syncOperations.addHandler(Connection(state, number, fate(number)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeCollector(channel, state)
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var connections: [SharedState.Connection] { state.connections.withLock { $0 } }

    func stop() async throws { try await channel.close() }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let state: SharedState
        private let number: Int
        private let fate: Fate
        private var pending: [UInt8] = []
        private var seen = 0
        private var hasGreeting = false
        private var isOver = false

        init(_ state: SharedState, _ number: Int, _ fate: Fate) {
            self.state = state
            self.number = number
            self.fate = fate
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !isOver else { return }
            pending += unwrapInboundIn(data).readableBytesView
            var parts = pending.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            pending = Array(parts.removeLast())
            for part in parts where !isOver { take(String(decoding: part, as: UTF8.self), context) }
            if hasGreeting, !isOver, case .takeAll = fate { answer("ack \(seen)", context) }
        }

        private func take(_ line: String, _ context: ChannelHandlerContext) {
            if seen == 0, !hasGreeting, line == "LOCKSTITCH/1 ack" {
                hasGreeting = true
                state.connections.withLock { $0[number].hasGreeting = true }
                return
            }
            switch fate {
            case .drop(let lines) where seen == lines:
                isOver = true
                context.close(promise: nil)
                return
            case .refuse(let lines) where seen == lines:
                isOver = true
                answer("refused \(lines + 1) the disk is full", context)
                context.close(promise: nil)
                return
            default: break
            }
            seen += 1
            state.connections.withLock { $0[number].lines.append(line) }
            switch fate {
            case .drop, .refuse: answer("ack \(seen)", context)
            case .takeAll, .silent: break
            }
        }

        private func answer(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\n")), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
