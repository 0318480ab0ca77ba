import ArgumentParser
import NIOCore
import NIOHTTP1
import NIOPosix
import Shipping
import Synchronization

/// One request and its answer, on a connection of its own.
struct HTTPExchange {
    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Bytes of an error's text that are shown.
    private static let errorBytesMax = 64 << 10

    let url: CollectorURL
    let head: HTTPRequestHead
    let body: ByteBuffer?
    let answerTimeout: TimeAmount

    /// Sends the request and hands the answer's body to `output`, piece by piece: no more is read while it runs.
    ///
    /// - Parameter output: may throw a `CommandFailure` or an `ExitCode`.
    /// - Throws: a `CommandFailure` that says what went wrong on the way, or what the collector's error says; what
    ///   `output` throws.
    func run(output: (ByteBufferView) throws -> Void) async throws -> HTTPResponseHead {
        let connection = try await connect()
        let hasTimedOut = Mutex(false)
        let timer = connection.channel.eventLoop.scheduleTask(in: answerTimeout) {
            hasTimedOut.withLock { $0 = true }
            connection.channel.close(promise: nil)
        }
        defer { timer.cancel() }
        do {
            return try await connection.executeThenClose { inbound, outbound in
                // In one write: a collector that has read the body may answer and close before the end is written.
                let body = body.map { [HTTPClientRequestPart.body(.byteBuffer($0))] } ?? []
                try await outbound.write(contentsOf: [.head(head)] + body + [.end(nil)])
                return try await receive(inbound, timer, output)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch let code as ExitCode {
            throw code
        } catch {
            if hasTimedOut.withLock({ $0 }) {
                let seconds = answerTimeout.nanoseconds / 1_000_000_000
                throw CommandFailure("the collector at \(url) gave no answer for \(seconds) s", code: 1)
            }
            throw CommandFailure("the connection to the collector at \(url) broke: \(Self.reason(error))", code: 1)
        }
    }

    private func connect() async throws -> Connection {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(10))
                .connect(host: url.host, port: url.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw CommandFailure(
                "cannot reach the collector at \(url): \(ConnectionErrorText.text(of: error)); is 'lockstitch collect' "
                    + "running?", code: 1)
        }
    }

    private struct Closed: Error {}

    private func receive(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ timer: Scheduled<Void>,
        _ output: (ByteBufferView) throws -> Void
    ) async throws -> HTTPResponseHead {
        var parts = inbound.makeAsyncIterator()
        var head: HTTPResponseHead?
        var error = ByteBuffer()
        while true {
            switch (try await parts.next(), head) {
            case (.head(let new), _):
                timer.cancel()
                head = new
            case (.body(let bytes), let head?) where head.status.code < 300: try output(bytes.readableBytesView)
            case (.body(var bytes), _):
                if error.readableBytes < Self.errorBytesMax { error.writeBuffer(&bytes) }
            case (.end, let head?):
                guard head.status.code < 300 else { throw failure(head.status, String(buffer: error)) }
                return head
            default: throw Closed()
            }
        }
    }

    private static func reason(_ error: any Error) -> String {
        error is Closed || error is HTTPParserError ? "the collector closed it" : ConnectionErrorText.text(of: error)
    }

    /// What a collector answers in place of an answer: its text, whatever it is.
    private func failure(_ status: HTTPResponseStatus, _ text: String) -> CommandFailure {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.reversed().drop(while: \.isEmpty).reversed().joined(separator: "\n")
        return CommandFailure(
            text.isEmpty ? "the collector answered HTTP \(status.code)" : text, code: status == .badRequest ? 2 : 1)
    }
}
