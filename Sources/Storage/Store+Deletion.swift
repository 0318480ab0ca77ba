public import Catalog
public import Kernels
import Records
import SystemIO

/// Which rows are to be deleted.
public struct Deletion {
    /// As it was asked for, for the audit.
    public let query: String
    /// Who asks, for the audit.
    public let who: String
    /// No row outside matches; nil for no bounds.
    public let times: ClosedRange<Int64>?
    /// A bit for each row of a run, 1 for those that match.
    public let matches: (_ segment: any Segment, _ rows: Range<Int>) throws -> Bitmap

    public init(
        query: String, who: String, times: ClosedRange<Int64>?,
        matches: @escaping (_ segment: any Segment, _ rows: Range<Int>) throws -> Bitmap
    ) {
        self.query = query
        self.who = who
        self.times = times
        self.matches = matches
    }
}

/// What a deletion has taken away.
public struct DeletionReport: Sendable {
    public internal(set) var rows = 0
    /// Chunks that had such rows.
    public internal(set) var chunks = 0
}

extension Store {
    /// Takes rows away for good: those that match and were appended before the call.
    ///
    /// What is in memory is sealed first, so that the log cannot bring it back. Then each chunk with such rows is written
    /// anew without them; chunk by chunk they vanish from snapshots to come. Snapshots that there are keep them, and the
    /// old files stay until the last one has gone.
    /// - Parameter check: called now and then; what it throws ends the deletion, which stays done as far as it came.
    /// - Throws: when a chunk cannot be read or written; the deletion stays done as far as it came, and so the audit says.
    public func delete(_ deletion: Deletion, check: @escaping @Sendable () throws -> Void = {}) throws -> DeletionReport {
        try seal()
        return try maintenance.withTurn {
            try finishReplacement()
            let audit = try catalog.begin("delete", query: deletion.query, who: deletion.who, at: clock.now())
            var report = DeletionReport()
            do {
                for chunk in liveChunks where chunk.overlaps(deletion.times) {
                    let outcome = try rewrite(chunk, check, audit: audit) { try deletion.matches($0, $1) }
                    guard outcome.rows > 0 else { continue }
                    report.rows += outcome.rows
                    report.chunks += 1
                    maintenance.metrics.count(deletedRows: outcome.rows)
                }
            } catch {
                try? catalog.end(audit, .stopped)
                throw error
            }
            try catalog.end(audit, .done)
            return report
        }
    }

    /// How many rows a deletion would take away, and nothing else.
    public func count(_ deletion: Deletion, check: () throws -> Void = {}) throws -> DeletionReport {
        var report = DeletionReport()
        for segment in try snapshot().segments(overlapping: deletion.times) {
            for rows in segment.blocks {
                try check()
                report.rows += try deletion.matches(segment, rows).popcount
            }
        }
        return report
    }

    /// The latest entries of the audit, the last first.
    ///
    /// - Parameter action: `delete`, `flag`, or nil for all.
    public func audits(limit: Int = 1_000, action: String? = nil) throws -> [AuditEntry] {
        try catalog.audits(limit: limit, action: action)
    }
}
