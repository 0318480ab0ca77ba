import Synchronization

/// Counters of what became of chunks after they were sealed.
public final class MaintenanceMetrics: Sendable {
    public struct Values: Sendable {
        public var compactions = 0
        /// Chunks that they merged, and bytes of these and of the new ones.
        public var compactedChunks = 0
        public var compactedBytes = 0
        public var writtenBytes = 0
        public var failures = 0
        /// Rows removed by retention, by reason: `age`, `bytes`, `service`.
        public var retentionRows: [String: Int] = [:]
        public var retentionBytes = 0
        /// Whether old rows stay since the clock is not believed.
        public var isClockDoubted = false
        /// Rows removed by deletions.
        public var deletedRows = 0
        /// Rows that sampling has gone through, and those of them that stayed.
        public var settledRows = 0
        public var keptRows = 0
        /// Of the settled rows, those that were before their time.
        public var earlyRows: [Settlement.Early: Int] = [:]
    }

    private let values = Mutex(Values())

    init() {}

    public var current: Values { values.withLock { $0 } }

    func count(_ compaction: Compaction) {
        values.withLock { values in
            values.compactions += 1
            values.compactedChunks += compaction.chunks
            values.compactedBytes += compaction.bytesBefore
            values.writtenBytes += compaction.bytesAfter
        }
    }

    func count(_ report: RetentionReport) {
        values.withLock { values in
            values.isClockDoubted = report.doubt != nil
            for removal in report.removals {
                values.retentionRows[removal.reason.name, default: 0] += removal.rows
                values.retentionBytes += removal.bytes
            }
        }
    }

    func count(_ settlement: Settlement) {
        values.withLock { values in
            values.settledRows += settlement.rows
            values.keptRows += settlement.keptRows
            if let early = settlement.early { values.earlyRows[early, default: 0] += settlement.rows }
        }
    }

    func count(deletedRows: Int) { values.withLock { $0.deletedRows += deletedRows } }

    /// A compaction or retention that could not be done.
    public func countFailure() { values.withLock { $0.failures += 1 } }
}

extension RetentionReport.Reason {
    /// As metrics name it.
    public var name: String {
        switch self {
        case .age: "age"
        case .bytes: "bytes"
        case .service: "service"
        }
    }
}
