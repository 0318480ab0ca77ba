import Foundation
import Logging
import Storage
import Synchronization
import SystemIO

/// Merges chunks and drops old ones, on a thread of its own that others go before.
final class Maintainer: Sendable {
    private enum Phase { case idle, running, stopped }

    private let store: Store
    private let clock: any WallClock
    private let logger: Logger
    private let failures: FailureLog
    private let doubts: FailureLog
    private let stop = MaintenanceStop()
    private let phase = Mutex(Phase.idle)
    private let wakeUp = NSCondition()

    /// How often is looked whether there is something to merge, in seconds.
    private static let interval = 1.0
    /// Pause after something failed, in seconds.
    private static let retryInterval = 10.0
    /// How often old rows are dropped, in nanoseconds.
    private static let retentionInterval: Int64 = 60_000_000_000

    init(store: Store, clock: any WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
        failures = FailureLog("keep the chunks in order", logger: logger)
        doubts = FailureLog("drop old rows", logger: logger)
    }

    func start() {
        phase.withLock { $0 = .running }
        let thread = Thread { self.run() }
        thread.name = "maintain"
        thread.start()
    }

    /// Ends what is under way, and returns when the thread has ended.
    func close() {
        stop.stop()
        wakeUp.lock()
        wakeUp.broadcast()
        while phase.withLock({ $0 == .running }) { wakeUp.wait() }
        wakeUp.unlock()
    }

    private func run() {
        ThreadPriority.lower()
        var nextRetention = clock.monotonic()
        while !stop.isStopped {
            var pause = Self.interval
            do {
                try store.removeReplacedChunks()
                if clock.monotonic() >= nextRetention {
                    try applyRetention()
                    nextRetention = clock.monotonic() + Self.retentionInterval
                }
                while !stop.isStopped, try store.mergeIndexIfDue() {}
                if let compaction = try store.compactIfDue(stop) {
                    pause = 0
                    log(compaction)
                }
                failures.succeeded()
            } catch let damage as ChunkDamage where damage.kind == .damaged {
                setAside(damage)
            } catch {
                store.maintenanceMetrics.countFailure()
                failures.failed(error)
                pause = Self.retryInterval
            }
            if pause > 0 { wait(pause) }
        }
        phase.withLock { $0 = .stopped }
        wakeUp.lock()
        wakeUp.broadcast()
        wakeUp.unlock()
    }

    private func setAside(_ damage: ChunkDamage) {
        do {
            try store.setAside(damage)
            logger.error("a chunk was set aside, queries do without it: \(damage)")
        } catch {
            logger.error("a damaged chunk could not be set aside: \(damage); \(error)")
        }
    }

    private func applyRetention() throws {
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
    }

    private func log(_ compaction: Compaction) {
        logger.info(
            "merged \(compaction.chunks) chunks of \(compaction.bytesBefore) bytes into '\(compaction.path)' of \(compaction.bytesAfter) bytes, \(compaction.rows) rows"
        )
    }

    private func wait(_ seconds: Double) {
        wakeUp.lock()
        if !stop.isStopped { _ = wakeUp.wait(until: Date(timeIntervalSinceNow: seconds)) }
        wakeUp.unlock()
    }
}
