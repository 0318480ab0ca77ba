import NIOCore
import NIOPosix
@testable import Receivers
import SystemIO
import Testing

@Suite(.timeLimit(.minutes(2))) struct UDPReceiverTests {
    private func withReceiver(
        _ sink: RecordingSink, limits: ReceiverLimits = .init(),
        _ body: (_ receiver: UDPReceiver, _ send: ([String]) async throws -> Void, _ metrics: ReceiverMetrics) async throws
            -> Void
    ) async throws {
        let metrics = ReceiverMetrics()
        let receiver = UDPReceiver(
            host: "127.0.0.1", port: 0, sink: sink, metrics: metrics, clock: SystemWallClock(),
            group: MultiThreadedEventLoopGroup.singleton, limits: limits)
        let remote = try SocketAddress(ipAddress: "127.0.0.1", port: try await receiver.start())
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        try await body(
            receiver,
            { datagrams in
                for datagram in datagrams {
                    try await channel.writeAndFlush(
                        AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(string: datagram)))
                }
            }, metrics)
        try await channel.close()
        await receiver.shutdown()
    }

    @Test func joinsDatagramsToLines() async throws {
        let sink = RecordingSink()
        try await withReceiver(sink) { _, send, metrics in
            let long = String(repeating: "x", count: 65_507)
            try await send(["a", "b\nc\n", "", "d\ne", long])
            let wanted = "a\nb\nc\nd\ne\n\(long)\n"
            await sink.wait { $0.bytes == wanted.utf8.count }
            #expect(sink.text == wanted)
            #expect(sink.frames.allSatisfy { !$0.needsAck && $0.transport == .udp })
            #expect(metrics.value(of: "udp_datagrams_total") == 4)
            #expect(metrics.value(of: "udp_lines_total") == 6)
        }
    }

    @Test func dropsBeyondTheBoundAndCounts() async throws {
        var limits = ReceiverLimits()
        limits.totalBytesMax = 10
        let sink = RecordingSink { $0 == 0 ? nil : .accepted }
        try await withReceiver(sink, limits: limits) { _, send, metrics in
            try await send(["1234567"])
            await sink.wait { $0.bytes == 8 }
            try await send(["abcdefg", "hijklmn"])
            await eventually { metrics.value(of: "udp_datagrams_dropped_total") == 2 }
            sink.complete()
            // The datagram that comes after the room was made tells that it was.
            while sink.frames.count < 2 {
                try await send(["x"])
                try await Task.sleep(nanoseconds: 1_000_000)
            }
            #expect(sink.text.hasPrefix("1234567\nx\n"))
        }
    }

    @Test func handsOnAgainAndWaitsAtShutdown() async throws {
        var limits = ReceiverLimits()
        limits.retryDelayMin = .milliseconds(1)
        let sink = RecordingSink { $0 < 2 ? .refused(.storageFailed("disk full")) : nil }
        try await withReceiver(sink, limits: limits) { receiver, send, metrics in
            try await send(["a"])
            await sink.wait { $0.withheld == 1 }
            async let ended: Void = receiver.shutdown()
            sink.complete()
            await ended
            #expect(sink.text == "a\na\na\n")
            #expect(metrics.value(of: "udp_frame_retries_total") == 2)
        }
    }
}
