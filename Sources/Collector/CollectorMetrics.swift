public import Parsing
import Synchronization

/// Counters of the write path between the receivers and the store.
public final class CollectorMetrics: Sendable {
    public struct Values: Sendable {
        public var storedRows = 0
        /// Rows over the rate limit, by service.
        public var rateLimitedRows: [String: Int] = [:]
        /// Batches that could not be stored; their senders were told.
        public var refusedBatches = 0
        public var sealFailures = 0
        public var parse = ParseCounters()
    }

    private let values = Mutex(Values())

    public var current: Values { values.withLock { $0 } }

    func count(stored rows: Int, rateLimited: [String: Int]) {
        values.withLock { values in
            values.storedRows += rows
            for (service, rows) in rateLimited { values.rateLimitedRows[service, default: 0] += rows }
        }
    }

    func countRefusedBatch() { values.withLock { $0.refusedBatches += 1 } }

    func countSealFailure() { values.withLock { $0.sealFailures += 1 } }

    func update(_ parse: ParseCounters) { values.withLock { $0.parse = parse } }
}
