import Foundation
import Logging
import Storage
import Synchronization

/// Seals the memtable when it is due, on a thread of its own, so that ingestion goes on meanwhile.
final class Sealer: Sendable {
    private enum Phase { case running, stopping, stopped }

    private let store: Store
    private let metrics: CollectorMetrics
    private let failures: FailureLog
    private let phase = Mutex(Phase.running)
    private let wakeUp = NSCondition()

    /// How often the limits are looked at, in seconds.
    private static let interval = 0.1
    /// Pause after a seal that failed, in seconds.
    private static let retryInterval = 2.0

    init(store: Store, metrics: CollectorMetrics, logger: Logger) {
        self.store = store
        self.metrics = metrics
        failures = FailureLog("seal the memtable", logger: logger)
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "seal"
        thread.start()
    }

    /// Returns when a seal that is under way has ended, and the thread with it.
    func close() {
        phase.withLock { $0 = .stopping }
        wakeUp.lock()
        wakeUp.broadcast()
        while phase.withLock({ $0 != .stopped }) { wakeUp.wait() }
        wakeUp.unlock()
    }

    private func run() {
        while phase.withLock({ $0 == .running }) {
            var pause = Self.interval
            do {
                if try store.sealIfDue() {
                    pause = 0
                    failures.succeeded()
                }
            } catch {
                metrics.countSealFailure()
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

    private func wait(_ seconds: Double) {
        wakeUp.lock()
        if phase.withLock({ $0 == .running }) { _ = wakeUp.wait(until: Date(timeIntervalSinceNow: seconds)) }
        wakeUp.unlock()
    }
}
