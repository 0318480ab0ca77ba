import Logging
import Storage
import Synchronization
import SystemIO

/// Merges chunks and drops old ones, on a thread of its own that others go before.
final class Maintainer: Sendable {
    private let store: Store
    private let damagedChunks: DamagedChunks
    private let clock: any WallClock
    private let logger: Logger
    private let failures: FailureLog
    private let doubts: FailureLog
    private let stop = MaintenanceStop()
    private let thread = RepeatingThread(name: "maintain", isLow: true)
    /// When old rows are dropped next, on the monotonic clock.
    private let nextRetention: Mutex<Int64>

    /// How often is looked whether there is something to merge, in seconds.
    private static let interval = 1.0
    /// Pause after something failed, in seconds.
    private static let retryInterval = 10.0
    /// How often old rows are dropped, in nanoseconds.
    private static let retentionInterval: Int64 = 60_000_000_000

    init(store: Store, damagedChunks: DamagedChunks, clock: any WallClock, logger: Logger) {
        self.store = store
        self.damagedChunks = damagedChunks
        self.clock = clock
        self.logger = logger
        nextRetention = Mutex(clock.monotonic())
        failures = FailureLog("keep the chunks in order", logger: logger)
        doubts = FailureLog("drop old rows", logger: logger)
    }

    func start() { thread.start { self.maintain() } }

    /// Ends what is under way, and returns when the thread has ended.
    func close() {
        stop.stop()
        thread.close()
    }

    private func maintain() -> Double {
        damagedChunks.reportFilters()
        do {
            try store.removeReplacedChunks()
            try applyRetentionIfDue()
            while !stop.isStopped, try store.mergeIndexIfDue() {}
            let settlement = try store.settleIfDue(stop)
            if let settlement { log(settlement) }
            let compaction = try store.compactIfDue(stop)
            if let compaction { log(compaction) }
            failures.succeeded()
            return settlement == nil && compaction == nil ? Self.interval : 0
        } catch let damage as ChunkDamage where damage.kind == .damaged {
            damagedChunks.setAside(damage)
            return Self.interval
        } catch {
            store.maintenanceMetrics.countFailure()
            failures.failed(error)
            return Self.retryInterval
        }
    }

    private func applyRetentionIfDue() throws {
        guard clock.monotonic() >= nextRetention.withLock({ $0 }) else { return }
        let report = try store.applyRetention(stop)
        for removal in report.removals {
            let what = switch removal.reason {
            case .age: "chunks with only rows older than --retention"
            case .bytes: "oldest chunks beyond --retention-bytes"
            case .service(let service): "chunks cleared of old rows of service '\(service)'"
            }
            logger.info("retention: \(removal.chunks) \(what), \(removal.rows) rows, \(removal.bytes) bytes")
        }
        if let doubt = report.doubt { doubts.failed(because: doubt) } else { doubts.succeeded() }
        nextRetention.withLock { $0 = clock.monotonic() + Self.retentionInterval }
    }

    private func log(_ settlement: Settlement) {
        let early = settlement.early.map { " before their time, as hot chunks took too much \($0.rawValue)" } ?? ""
        logger.info(
            "sampling kept \(settlement.keptRows) of \(settlement.rows) rows of \(settlement.chunks) chunks\(early)")
    }

    private func log(_ compaction: Compaction) {
        logger.info(
            "merged \(compaction.chunks) chunks of \(compaction.bytesBefore) bytes into '\(compaction.path)' of \(compaction.bytesAfter) bytes, \(compaction.rows) rows"
        )
    }
}
