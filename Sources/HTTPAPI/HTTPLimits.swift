public import NIOCore

/// The bounds of the HTTP API, each with what happens when it is hit.
public struct HTTPLimits: Sendable {
    /// How long a query may take if it does not say. Then it is stopped: 503.
    public var queryTimeout: Duration = .seconds(30)
    /// The longest time that a query may ask for. A longer one is refused: 400.
    public var queryTimeoutMax: Duration = .seconds(3_600)
    /// Queries and traces at once, running or waiting for a thread. Further ones are refused: 503.
    public var queriesMax = 64
    /// Live tails at once. Further ones are refused: 503.
    public var tailsMax = 32
    /// Rows that a live tail takes at a time, the latest; that there were more is counted and logged.
    public var tailRowsMax = 10_000
    /// Bytes of a form. A larger one is refused: 400.
    public var formBytesMax = 1 << 20

    /// How long a connection may send nothing, between requests or within one. Then it is closed; the whole lines of an
    /// `/ingest` body handed on so far stay.
    public var silenceMax: TimeAmount = .seconds(60)
    /// How long requests under way have once the collector is to end. Then their connections are closed.
    public var shutdownTimeout: Duration = .seconds(10)

    public init() {}
}
