import Logging
import Storage

/// Seals the memtable when it is due, on a thread of its own, so that ingestion goes on meanwhile.
final class Sealer: Sendable {
    private let store: Store
    private let metrics: CollectorMetrics
    private let failures: FailureLog
    private let thread = RepeatingThread(name: "seal")

    /// How often the limits are looked at, in seconds.
    private static let interval = 0.1
    /// Pause after a seal that failed, in seconds.
    private static let retryInterval = 2.0

    init(store: Store, metrics: CollectorMetrics, logger: Logger) {
        self.store = store
        self.metrics = metrics
        failures = FailureLog("seal the memtable", logger: logger)
    }

    func start() { thread.start { self.sealIfDue() } }

    /// Returns when a seal that is under way has ended.
    func close() { thread.close() }

    private func sealIfDue() -> Double {
        do {
            guard try store.sealIfDue() else { return Self.interval }
            failures.succeeded()
            return 0
        } catch {
            metrics.countSealFailure()
            failures.failed(error)
            return Self.retryInterval
        }
    }
}
