import Synchronization

/// What the receivers of a collector have counted. All counters may be read and changed from any thread.
public final class ReceiverMetrics: Sendable {
    let connectionsOpen = Atomic<Int>(0)
    let connectionsAccepted = Atomic<Int>(0)
    let connectionsRefused = Atomic<Int>(0)
    let readPauses = Atomic<Int>(0)
    let linesCut = Atomic<Int>(0)
    let tcp = TransportCounters()
    let udp = TransportCounters()
    let datagrams = Atomic<Int>(0)
    let datagramsDropped = Atomic<Int>(0)

    public init() {}

    /// One value with what it means.
    public struct Sample: Sendable {
        /// Without the prefix `lockstitch_`.
        public let name: String
        /// Whether the value only grows; otherwise it is a gauge.
        public let isCounter: Bool
        public let help: String
        public let value: Int
    }

    /// The values now, in a fixed order.
    public var samples: [Sample] {
        [
            gauge("tcp_connections", "TCP connections that are open.", connectionsOpen),
            counter("tcp_connections_total", "TCP connections taken.", connectionsAccepted),
            counter(
                "tcp_connections_refused_total", "TCP connections closed at once as too many were open.",
                connectionsRefused),
            counter("tcp_read_pauses_total", "Times that a connection was not read as too much was in flight.", readPauses),
            counter("tcp_lines_cut_total", "Lines of which the end was skipped as they were too long.", linesCut),
        ] + tcp.samples("tcp", "TCP") + udp.samples("udp", "UDP") + [
            counter("udp_datagrams_total", "Datagrams taken.", datagrams),
            counter("udp_datagrams_dropped_total", "Datagrams dropped as too much was in flight.", datagramsDropped),
        ]
    }

    /// The value of the sample with this name, or nil.
    public func value(of name: String) -> Int? { samples.first { $0.name == name }?.value }
}

/// What is counted for each transport.
final class TransportCounters: Sendable {
    let bytes = Atomic<Int>(0)
    let frames = Atomic<Int>(0)
    let lines = Atomic<Int>(0)
    let framesRefused = Atomic<Int>(0)
    let retries = Atomic<Int>(0)

    func count(_ frame: Frame) {
        bytes.add(frame.bytes.count)
        frames.add(1)
        lines.add(frame.lineCount)
    }

    func samples(_ prefix: String, _ title: String) -> [ReceiverMetrics.Sample] {
        [
            counter("\(prefix)_bytes_total", "Bytes of lines handed on from \(title).", bytes),
            counter("\(prefix)_frames_total", "Frames handed on from \(title).", frames),
            counter("\(prefix)_lines_total", "Lines handed on from \(title).", lines),
            counter("\(prefix)_frames_refused_total", "Frames from \(title) given up as refused.", framesRefused),
            counter("\(prefix)_frame_retries_total", "Times that a frame from \(title) was handed on again.", retries),
        ]
    }
}

private func counter(_ name: String, _ help: String, _ value: borrowing Atomic<Int>) -> ReceiverMetrics.Sample {
    .init(name: name, isCounter: true, help: help, value: value.load(ordering: .relaxed))
}

private func gauge(_ name: String, _ help: String, _ value: borrowing Atomic<Int>) -> ReceiverMetrics.Sample {
    .init(name: name, isCounter: false, help: help, value: value.load(ordering: .relaxed))
}

extension Atomic<Int> {
    func add(_ value: Int) { wrappingAdd(value, ordering: .relaxed) }
}
