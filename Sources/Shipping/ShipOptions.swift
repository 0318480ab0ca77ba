/// How lines travel to a collector.
public enum ShipTransport: String, Sendable, CaseIterable {
    case tcp, udp
}

/// Where lines come from.
public enum ShipInput: Sendable, Equatable {
    case file(String)
    case standardInput
}

/// What to do with the times of the lines.
public enum RewriteTime: String, Sendable, CaseIterable {
    /// Move all by the same whole seconds, so that the first line with a time is from now.
    case now
}

/// Where and how to ship.
public struct ShipOptions: Sendable {
    /// `HOST:PORT`, with an IPv6 address in brackets: `[::1]:5170`.
    public var address: String
    public var transport = ShipTransport.tcp
    /// Whether to wait until the lines are on the collector's disk, and send again what was not acknowledged. TCP only.
    public var acknowledgements = true
    /// The parser that the collector is to use for all lines; nil leaves it to the collector. TCP only.
    public var parser: String?
    /// What the lines are from, such as a path; definitions can ask for it. TCP only.
    public var source: String?
    /// Lines a second, above 0. Nil: as fast as the collector takes them; over UDP `udpRate`.
    public var rate: Double?
    public var rewriteTime: RewriteTime?
    /// Bytes sent and not acknowledged, beyond which sending waits.
    public var windowBytes = 4 << 20
    /// Seconds to go on trying without progress before `run` fails.
    public var retrySeconds = 30.0
    /// Seconds between two calls of `progress`.
    public var progressInterval = 0.5

    /// Lines a second over UDP, where nothing else holds back the sender.
    public static let udpRate = 20_000.0

    public init(address: String) { self.address = address }

    /// The first line of a TCP connection (docs/INGEST.md), empty where there is nothing to say.
    var greeting: String {
        var words: [String] = []
        if acknowledgements { words.append("ack") }
        if let parser { words.append("parser=\(parser)") }
        if let source { words.append("source=\(source)") }
        return words.isEmpty ? "" : "LOCKSTITCH/1 \(words.joined(separator: " "))\n"
    }
}

/// How far a run is.
public struct ShipProgress: Sendable {
    /// Lines and bytes read and handed to the transport.
    public var lines = 0
    public var bytes = 0
    /// Lines that the collector has on disk; 0 without acknowledgements.
    public var acknowledged = 0
    public var seconds = 0.0
    /// Why nothing moves at the moment; nil while it does.
    public var problem: String?
}

/// What a run has done.
public struct ShipReport: Sendable, Equatable {
    /// Lines and bytes sent, each counted once however often it was sent.
    public var lines = 0
    public var bytes = 0
    public var seconds = 0.0
    /// Lines that the collector has on disk; 0 without acknowledgements.
    public var acknowledged = 0
    /// Connections made after the first one.
    public var reconnects = 0
    /// Lines that do not fit in a datagram and were not sent.
    public var skipped = 0
    /// Lines longer than `Limits.lineBytesMax`, sent without their end.
    public var cut = 0
}

/// Why lines cannot be shipped.
public struct ShipError: Error, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// An option makes no sense.
        case options
        /// A file cannot be read.
        case input
        /// The collector cannot be reached, or does not take the lines.
        case collector
    }

    public let kind: Kind
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
