import Synchronization

/// Ends a query from outside: on `cancel`, or when its time is up.
///
/// The engine asks once a block, and regular expressions ask within the matching of one text, which can take for ever.
/// Blocks are small (`Segment.rowsPerBlock`), so that nothing goes on for long after the flag is set.
public final class QueryControl: Sendable {
    private let isCancelled = Atomic(false)
    private let timeout: Duration?
    private let deadline: ContinuousClock.Instant?

    /// - Parameter timeout: counted from now; nil for no deadline.
    public init(timeout: Duration? = nil) {
        self.timeout = timeout
        deadline = timeout.map { .now.advanced(by: $0) }
    }

    /// Makes the query fail soon. Does nothing to one that has ended.
    public func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Whether `check` would throw.
    public var isOver: Bool {
        isCancelled.load(ordering: .relaxed) || deadline.map { .now >= $0 } ?? false
    }

    /// - Throws: a `QueryFailure` of the kind `stopped` once the query is to end.
    public func check() throws {
        guard isOver else { return }
        guard let timeout, !isCancelled.load(ordering: .relaxed) else {
            throw QueryFailure("the query was stopped: its client has gone, or the collector is ending", kind: .stopped)
        }
        let seconds = Double(timeout.components.seconds) + Double(timeout.components.attoseconds) / 1e18
        throw QueryFailure(
            "the query was stopped after \(seconds.formatted) s: narrow its time range or its filter, or give it "
                + "more time with 'timeout'", kind: .stopped)
    }
}

extension Double {
    /// `30`, `0.5`.
    fileprivate var formatted: String { self == rounded() ? String(Int(self)) : String(self) }
}
