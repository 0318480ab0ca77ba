public import NIOCore
import Records

/// The bounds of a receiver, each with what happens when it is hit.
public struct ReceiverLimits: Sendable {
    /// Connections open at once. Further ones are closed as they come, and counted.
    public var connectionsMax = 1_000
    /// Bytes of one connection handed on and not yet stored. It is not read from until they are below half.
    public var connectionBytesMax = 4 << 20
    /// The same over all connections of a TCP receiver. A UDP receiver drops and counts datagrams beyond it.
    public var totalBytesMax = 64 << 20
    /// Bytes after which a frame is handed on though more can be read at once. At most half of `Limits.batchBytesMax`.
    public var frameBytes = 1 << 20
    /// Longest line in bytes; of a longer one the head is kept and the rest skipped and counted.
    public var lineBytesMax = Limits.lineBytesMax
    /// Time between a frame refused by the storage and the next attempt, doubled each time up to `retryDelayMax`.
    public var retryDelayMin: TimeAmount = .milliseconds(100)
    public var retryDelayMax: TimeAmount = .seconds(5)
    /// How long a closing connection waits for the peer to read its last answer.
    public var linger: TimeAmount = .seconds(1)
    /// How long `shutdown` waits for frames that are not stored yet.
    public var shutdownTimeout: TimeAmount = .seconds(10)

    public init() {}
}

/// The growing wait between attempts.
struct RetryDelay {
    private let first: TimeAmount
    private let longest: TimeAmount
    private var following: TimeAmount

    init(_ limits: ReceiverLimits) {
        first = limits.retryDelayMin
        longest = limits.retryDelayMax
        following = first
    }

    mutating func next() -> TimeAmount {
        let delay = following
        following = min(longest, .nanoseconds(delay.nanoseconds * 2))
        return delay
    }

    mutating func reset() { following = first }
}
