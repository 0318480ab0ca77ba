import Catalog
import Foundation
import Kernels
import Records
import Synchronization
import SystemIO

/// What retention has taken away.
public struct RetentionReport: Sendable {
    public enum Reason: Sendable, Equatable {
        case age, bytes
        case service(String)
    }

    public struct Removal: Sendable {
        public let reason: Reason
        /// Chunks dropped, or rewritten without the rows.
        public internal(set) var chunks = 0
        public internal(set) var rows = 0
        public internal(set) var bytes = 0
    }

    public internal(set) var removals: [Removal] = []
    /// Why nothing was dropped for its age, if so.
    public internal(set) var doubt: String?
}

extension Store {
    /// Takes away what is to stay no longer: whole chunks of which every row is too old, the oldest while all take more
    /// bytes than they may, and the rows of services with an age of their own in chunks of which every row has that age.
    ///
    /// Rows in memory stay until they are in chunks.
    /// - Throws: when the catalog or a chunk cannot be written.
    public func applyRetention(_ stop: MaintenanceStop = MaintenanceStop()) throws -> RetentionReport {
        let policy = options.retention
        var report = RetentionReport()
        // Without a limit of age too, so that the clock is known when one is given.
        let now = try believedTime(&report)
        if policy.age == nil, policy.serviceAges.isEmpty { report.doubt = nil }
        if let age = policy.age, let now {
            let cutoff = now.clampedSubtracting(age)
            try drop(.age, stop, &report) { $0.filter { $0.record.maxTime < cutoff } }
        }
        if let bytes = policy.bytes { try drop(.bytes, stop, &report) { Self.oldest($0, beyond: bytes) } }
        if let now {
            for (service, age) in policy.serviceAges.sorted(by: { $0.key < $1.key }) {
                try removeRows(of: service, before: now.clampedSubtracting(age), stop, &report)
            }
        }
        maintenance.metrics.count(report)
        return report
    }

    /// The time by the wall clock, nil while that cannot be believed.
    private func believedTime(_ report: inout RetentionReport) throws -> Int64? {
        let reading = RetentionClock.Reading(wall: clock.now(), monotonic: clock.monotonic())
        switch maintenance.clock.withLock({ $0.verdict(reading) }) {
        case .believed(let time):
            // Not each time: a commit costs a sync.
            let known = try catalog.trustedTime
            if known.map({ time.clampedSubtracting($0).magnitude > 3_600_000_000_000 }) ?? true { try catalog.trust(time) }
            return time
        case .doubted(let ahead, let wait):
            let hours = (wait / 3_600_000_000_000) + 1
            report.doubt =
                "the clock says \(Timestamp.text(reading.wall)), \(ahead / 86_400_000_000_000) days more than expected; "
                + "if it stays so, old rows are dropped again in \(hours) hours"
            return nil
        }
    }

    /// To be called when the store is opened: a folder with no rows yet believes any clock.
    static func startClock(_ catalog: Catalog, _ clock: any WallClock, isNew: Bool) throws -> RetentionClock {
        if isNew, try catalog.trustedTime == nil { try catalog.trust(clock.now()) }
        let monotonic = clock.monotonic()
        return RetentionClock(believed: try catalog.trustedTime.map { .init(wall: $0, monotonic: monotonic) })
    }

    private static func oldest(_ chunks: [Chunk], beyond bytes: Int) -> [Chunk] {
        var total = chunks.reduce(0) { $0 + $1.record.bytes }
        let sorted = chunks.sorted { ($0.record.maxTime, $0.record.id) < ($1.record.maxTime, $1.record.id) }
        return Array(
            sorted.prefix { chunk in
                defer { total -= chunk.record.bytes }
                return total > bytes
            })
    }

    private func drop(
        _ reason: RetentionReport.Reason, _ stop: MaintenanceStop, _ report: inout RetentionReport,
        _ choose: ([Chunk]) -> [Chunk]
    ) throws {
        let dropped = try maintaining(stop) { _ in
            let chunks = choose(liveChunks)
            if !chunks.isEmpty {
                try replace(chunks, with: [])
                Failpoint.pass("retention.published")
            }
            return chunks
        }
        guard let dropped, !dropped.isEmpty else { return }
        var removal = RetentionReport.Removal(reason: reason)
        for chunk in dropped {
            removal.chunks += 1
            removal.rows += chunk.record.rows
            removal.bytes += chunk.record.bytes
        }
        report.removals.append(removal)
    }

    private func removeRows(
        of service: String, before cutoff: Int64, _ stop: MaintenanceStop, _ report: inout RetentionReport
    ) throws {
        var removal = RetentionReport.Removal(reason: .service(service))
        let wanted = Array(service.utf8)
        while true {
            let outcome = try maintaining(stop) { checkpoint -> RewriteOutcome? in
                let candidates = try Set(catalog.chunks(withService: service, before: cutoff))
                let known = maintenance.withoutService.withLock { $0[service] ?? [] }
                guard let chunk = liveChunks.first(where: { candidates.contains($0.record.id) && !known.contains($0.record.id) })
                else { return nil }
                let outcome = try rewrite(chunk, checkpoint) { segment, rows in
                    try segment.column(FieldNames.service, rows: rows).rows(equalTo: wanted)
                }
                // One that is not counted, and has none of its rows, need not be read again.
                if outcome.rows == 0 { maintenance.withoutService.withLock { _ = $0[service, default: []].insert(chunk.record.id) } }
                return outcome
            }
            guard let outcome else { break }
            if outcome.rows > 0 {
                removal.chunks += 1
                removal.rows += outcome.rows
                removal.bytes += outcome.bytes
            }
        }
        if removal.chunks > 0 { report.removals.append(removal) }
    }

    /// What rewriting a chunk has taken away.
    struct RewriteOutcome {
        let rows: Int
        let bytes: Int
    }

    /// Puts a chunk without some of its rows in its place, or nothing if that would have none. One of which no row goes
    /// stays as it is. To be called within `maintaining`.
    func rewrite(
        _ chunk: Chunk, _ checkpoint: @escaping @Sendable () throws -> Void, audit: Int64? = nil,
        removing isRemoved: @escaping ChunkMerge.Exclusion
    ) throws -> RewriteOutcome {
        guard try count(chunk, checkpoint, isRemoved) > 0 else { return RewriteOutcome(rows: 0, bytes: 0) }
        let outcome = try rewriter(checkpoint).rewrite(
            [chunk], ulid: names.next(), level: chunk.record.level, choice: .excluding(isRemoved))
        Failpoint.pass("rewrite.written")
        try replace(
            [chunk], with: outcome.sealed.map { [$0] } ?? [], audit: audit.map { ($0, outcome.excludedRows) })
        Failpoint.pass("rewrite.published")
        return RewriteOutcome(
            rows: outcome.excludedRows, bytes: chunk.record.bytes - (outcome.sealed?.contents.bytes ?? 0))
    }

    /// How many rows of a chunk would be removed.
    func count(
        _ chunk: Chunk, _ checkpoint: () throws -> Void, _ isRemoved: ChunkMerge.Exclusion
    ) throws -> Int {
        var count = 0
        for segment in try chunk.file.segments() {
            for rows in segment.blocks {
                try checkpoint()
                count += try isRemoved(segment, rows)?.popcount ?? 0
            }
        }
        return count
    }
}

extension ColumnVector {
    /// The rows whose text is that.
    fileprivate func rows(equalTo wanted: [UInt8]) -> Bitmap {
        var rows = Bitmap(repeating: false, count: count)
        for row in 0..<count where isPresent(row) {
            switch values {
            case .text(let text): rows[row] = text.bytes[text.range(row)].elementsEqual(wanted)
            case .dictionary(let codes, let dictionary):
                rows[row] = dictionary.bytes[dictionary.range(Int(codes[row]))].elementsEqual(wanted)
            default: rows[row] = text(row).map { $0.utf8.elementsEqual(wanted) } ?? false
            }
        }
        return rows
    }
}
