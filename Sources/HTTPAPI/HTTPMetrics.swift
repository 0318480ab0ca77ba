import Synchronization

/// What the HTTP API counts by itself.
final class HTTPMetrics: Sendable {
    /// Under way.
    let tails = Atomic(0)
    /// Rows that were given to live tails.
    let tailRows = Atomic(0)
    /// Times that a live tail had more rows at once than it takes.
    let tailCuts = Atomic(0)
}
