import NIOPosix
@testable import Receivers
import SystemIO
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct TCPReceiverTests {
    @Test(arguments: [UInt64(1), 2, 3]) func reassemblesTheStreamWhateverTheChunks(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var stream: [UInt8] = []
        for _ in 0..<3_000 {
            stream += (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 32...126, using: &random) }
            stream.append(UInt8(ascii: "\n"))
        }
        stream += Array("no newline at the end".utf8)
        let sink = RecordingSink()
        try await withTCPReceiver(sink) { _, port, metrics in
            let client = try await TestClient.connect(port: port)
            var rest = stream[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(Int.random(in: 1...20_000, using: &random))
                try await client.send(Array(chunk))
                rest = rest.dropFirst(chunk.count)
            }
            try await client.end()
            #expect(await client.linesToEnd() == [])
            #expect(sink.bytes == stream, "seed \(seed)")
            #expect(sink.frames.dropLast().allSatisfy { $0.bytes.last == UInt8(ascii: "\n") })
            #expect(sink.frames.allSatisfy { !$0.needsAck && $0.transport == .tcp && $0.receivedAt > 0 })
            #expect(metrics.value(of: "tcp_bytes_total") == stream.count)
            #expect(metrics.value(of: "tcp_lines_total") == 3_001)
        }
    }

    @Test func acknowledgesInOrderAndCumulatively() async throws {
        let sink = RecordingSink { _ in nil }
        try await withTCPReceiver(sink) { _, port, _ in
            let client = try await TestClient.connect(port: port)
            try await client.send("LOCKSTITCH/1 a")
            try await client.send("ck\na\nb\n")
            await sink.wait { $0.bytes == 4 }
            try await client.send("\n")
            await sink.wait { $0.bytes == 5 }
            try await client.send("c\nunfinished")
            await sink.wait { $0.bytes == 7 }
            let frames = sink.frames.count
            #expect(sink.frames.allSatisfy { $0.needsAck })
            // The last first: nothing may be said of it before those ahead of it are stored.
            sink.complete(Array((0..<frames).reversed()))
            var last = 0
            while last < 4 {
                let answer = await client.lines(1).first ?? "closed"
                let number = try #require(Int(answer.dropFirst(4)), "\(answer)")
                #expect(answer.hasPrefix("ack ") && number > last)
                last = number
            }
            #expect(last == 4)
            try await client.end()
            await sink.wait { $0.withheld == 1 }
            sink.complete()
            #expect(await client.linesToEnd() == ["ack 5"])
            #expect(sink.text == "a\nb\n\nc\nunfinished")
        }
    }

    @Test func tellsARefusalAndCloses() async throws {
        let sink = RecordingSink { _ in nil }
        try await withTCPReceiver(sink) { _, port, metrics in
            let client = try await TestClient.connect(port: port)
            try await client.send("LOCKSTITCH/1 ack\na\nb\n")
            await sink.wait { $0.bytes == 4 }
            try await client.send("c\n")
            await sink.wait { $0.bytes == 6 }
            sink.complete([sink.frames.count - 1], .refused(.storageFailed("disk\nfull")))
            sink.complete()
            let answers = await client.linesToEnd()
            #expect(answers.last == "refused 3 disk full")
            #expect(answers.dropLast().last == "ack 2")
            #expect(metrics.value(of: "tcp_frames_refused_total") == 1)
        }
    }

    @Test func handsOnAgainWhatASenderWithoutAcknowledgementsCannotSendAgain() async throws {
        var limits = ReceiverLimits()
        limits.retryDelayMin = .milliseconds(1)
        let sink = RecordingSink { $0 < 3 ? .refused(.storageFailed("disk full")) : .accepted }
        try await withTCPReceiver(sink, limits: limits) { _, port, metrics in
            let client = try await TestClient.connect(port: port)
            try await client.send("a\n")
            await sink.wait { $0.frames.count == 4 }
            try await client.send("b\n")
            try await client.end()
            #expect(await client.linesToEnd() == [])
            #expect(sink.text == "a\na\na\na\nb\n")
            #expect(metrics.value(of: "tcp_frame_retries_total") == 3)
            #expect(metrics.value(of: "tcp_frames_refused_total") == 0)
        }
    }

    @Test func readsNoFurtherThanTheBoundOfAConnection() async throws {
        var limits = ReceiverLimits()
        limits.connectionBytesMax = 256 << 10
        let sink = RecordingSink { _ in nil }
        try await withTCPReceiver(sink, limits: limits) { _, port, metrics in
            let client = try await TestClient.connect(port: port)
            var stream = Array(repeating: UInt8(ascii: "x"), count: 32 << 20)
            for index in stride(from: 1_023, to: stream.count, by: 1_024) { stream[index] = UInt8(ascii: "\n") }
            let wanted = stream
            async let sent: Void = client.send(wanted)
            await sink.wait { $0.bytes >= 256 << 10 }
            await eventually { metrics.value(of: "tcp_read_pauses_total") == 1 }
            // At most one read of 1 MiB beyond the bound, and nothing more although the sender has 32 MiB.
            let held = sink.bytes.count
            #expect(held <= 256 << 10 + 1 << 20)
            #expect(metrics.value(of: "tcp_bytes_total") == held)
            let drain = Task {
                while !Task.isCancelled {
                    sink.complete()
                    try? await Task.sleep(nanoseconds: 1_000_000)
                }
            }
            try await sent
            try await client.end()
            #expect(await client.linesToEnd() == [])
            drain.cancel()
            #expect(sink.bytes == wanted)
        }
    }

    @Test func sharesOneBoundBetweenConnections() async throws {
        var limits = ReceiverLimits()
        limits.totalBytesMax = 8
        let sink = RecordingSink { _ in nil }
        // With one event loop the second connection is done with its first frame before the first one sends any.
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        try await withTCPReceiver(sink, limits: limits, group: loop) { _, port, metrics in
            let first = try await TestClient.connect(port: port)
            let second = try await TestClient.connect(port: port)
            try await second.send("2\n")
            await sink.wait { $0.bytes == 2 }
            try await first.send("1234567\n")
            await sink.wait { $0.bytes == 10 }
            await eventually { metrics.value(of: "tcp_read_pauses_total") == 1 }
            // The second connection has a read under way; what that brings is its last until there is room.
            try await second.send("3\n")
            await sink.wait { $0.bytes == 12 }
            await eventually { metrics.value(of: "tcp_read_pauses_total") == 2 }
            try await second.send("4\n")
            #expect(sink.bytes.count == 12)
            sink.complete()
            await sink.wait { $0.bytes == 14 }
            #expect(sink.text == "2\n1234567\n3\n4\n")
            sink.complete()
            try await first.close()
            try await second.close()
        }
    }

    @Test func cutsALongLine() async throws {
        let sink = RecordingSink()
        try await withTCPReceiver(sink) { _, port, metrics in
            let client = try await TestClient.connect(port: port)
            let long = Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
            try await client.send(Array("LOCKSTITCH/1 ack\nbefore\n".utf8) + long + Array("\nafter\n".utf8))
            try await client.end()
            #expect(await client.linesToEnd().last == "ack 3")
            // One byte more than allowed, for the parser to see that the line was cut.
            let kept = Array(long.prefix(1 << 20 + 1))
            #expect(sink.bytes == Array("before\n".utf8) + kept + Array("\nafter\n".utf8))
            #expect(metrics.value(of: "tcp_lines_cut_total") == 1)
        }
    }

    @Test func closesConnectionsBeyondTheLimit() async throws {
        var limits = ReceiverLimits()
        limits.connectionsMax = 2
        let sink = RecordingSink()
        try await withTCPReceiver(sink, limits: limits) { _, port, metrics in
            let first = try await TestClient.connect(port: port)
            let second = try await TestClient.connect(port: port)
            await eventually { metrics.value(of: "tcp_connections") == 2 }
            let third = try await TestClient.connect(port: port)
            #expect(await third.linesToEnd() == [])
            #expect(metrics.value(of: "tcp_connections_refused_total") == 1)
            try await first.close()
            await eventually { metrics.value(of: "tcp_connections") == 1 }
            let fourth = try await TestClient.connect(port: port)
            try await fourth.send("x\n")
            await sink.wait { $0.bytes == 2 }
            try await fourth.close()
            try await second.close()
        }
    }

    @Test func handsOnTheRestWhenItShutsDown() async throws {
        let sink = RecordingSink { _ in nil }
        try await withTCPReceiver(sink) { receiver, port, metrics in
            let plain = try await TestClient.connect(port: port)
            let waiting = try await TestClient.connect(port: port)
            try await plain.send("a\nunfinished")
            await sink.wait { $0.bytes == 2 }
            try await waiting.send("LOCKSTITCH/1 ack\nb\nsent again later")
            await sink.wait { $0.bytes == 4 }
            async let ended: Void = receiver.shutdown()
            await sink.wait { $0.frames.count == 3 }
            sink.complete()
            #expect(await waiting.linesToEnd() == ["ack 1"])
            #expect(await plain.linesToEnd() == [])
            await ended
            #expect(sink.text == "a\nb\nunfinished")
            #expect(metrics.value(of: "tcp_connections") == 0)
            await #expect(throws: (any Error).self) { try await TestClient.connect(port: port) }
        }
    }

    @Test func givesUpOnAStoreThatDoesNotAnswer() async throws {
        var limits = ReceiverLimits()
        limits.shutdownTimeout = .milliseconds(50)
        let sink = RecordingSink { _ in nil }
        try await withTCPReceiver(sink, limits: limits) { receiver, port, _ in
            let client = try await TestClient.connect(port: port)
            try await client.send("LOCKSTITCH/1 ack\na\n")
            await sink.wait { $0.bytes == 2 }
            await receiver.shutdown()
            #expect(await client.linesToEnd() == [])
            sink.complete()
        }
    }

    @Test func saysWhyItCannotListen() async throws {
        try await withTCPReceiver(RecordingSink()) { _, port, metrics in
            let error = await #expect(throws: ReceiverError.self) {
                try await TCPReceiver(
                    host: "127.0.0.1", port: port, sink: RecordingSink(), metrics: metrics, clock: SystemWallClock(),
                    group: MultiThreadedEventLoopGroup.singleton
                ).start()
            }
            #expect(error?.description.hasPrefix("cannot listen on tcp 127.0.0.1:\(port): ") == true)
        }
    }
}
