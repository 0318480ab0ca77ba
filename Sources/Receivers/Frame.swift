import Synchronization

/// How a frame came in.
public enum Transport: String, Sendable, CaseIterable {
    case tcp, udp, http
}

/// A stream of lines: a connection, the body of a request, or all datagrams.
public struct FrameSource: Sendable, Hashable {
    /// Unlike that of any other source of this process.
    public let id: UInt64
    /// The parser that the sender asks for; nil if it does not.
    public var parser: String?
    /// What the sender calls it, such as the path of a file.
    public var name: String?

    private static let lastID = Atomic<UInt64>(0)

    public init(parser: String? = nil, name: String? = nil) {
        id = Self.lastID.add(1, ordering: .relaxed).newValue
        self.parser = parser
        self.name = name
    }
}

/// Whole lines as they came in, on their way to the parser.
public struct Frame: Sendable {
    /// Whole lines; the last may lack its newline.
    public let bytes: [UInt8]
    /// Whether the sender waits until the lines are on disk.
    public let needsAck: Bool
    /// When the lines were read, in nanoseconds since 1970-01-01 UTC.
    public let receivedAt: Int64
    public let transport: Transport
    /// Frames of one source come in the order of their lines.
    public let source: FrameSource
    /// Whether no more lines of the source follow that may belong to the last record.
    public let isFinal: Bool
    /// Newlines, plus one for an unterminated last line. Empty lines count.
    public let lineCount: Int

    public init(
        bytes: [UInt8], needsAck: Bool, receivedAt: Int64, transport: Transport, source: FrameSource = FrameSource(),
        isFinal: Bool = true
    ) {
        self.bytes = bytes
        self.needsAck = needsAck
        self.receivedAt = receivedAt
        self.transport = transport
        self.source = source
        self.isFinal = isFinal
        lineCount = Self.lineCount(of: bytes)
    }

    /// A plain loop on purpose: the optimiser turns it into vector compares.
    private static func lineCount(of bytes: [UInt8]) -> Int {
        var newlines = 0
        for byte in bytes { newlines &+= byte == UInt8(ascii: "\n") ? 1 : 0 }
        guard let last = bytes.last else { return 0 }
        return last == UInt8(ascii: "\n") ? newlines : newlines + 1
    }
}

/// Why a frame was not stored.
public enum RefusalReason: Sendable, Equatable, CustomStringConvertible {
    /// The collector is ending; a sender can try again later.
    case shuttingDown
    /// The disk or the store failed; the text says how.
    case storageFailed(String)

    public var description: String {
        switch self {
        case .shuttingDown: "the collector is shutting down"
        case .storageFailed(let text): text
        }
    }
}

/// What became of a frame.
public enum FrameOutcome: Sendable {
    /// The lines are stored; on disk, if the frame needed an acknowledgement.
    case accepted
    case refused(RefusalReason)
}

/// Takes frames from receivers.
public protocol FrameSink: AnyObject, Sendable {
    /// Takes a frame. Called from event loops, so it must not block.
    ///
    /// - Parameter completion: called exactly once, on any thread.
    func submit(_ frame: Frame, completion: @escaping @Sendable (FrameOutcome) -> Void)
}
