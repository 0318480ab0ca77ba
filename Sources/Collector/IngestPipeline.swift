import Foundation
import Logging
import Parsing
import Receivers
import Records
import Sampling
import Storage
import Synchronization
import SystemIO

/// The write path after the sockets: parse, door limit, write-ahead log, memtable. The one place that knows this order.
///
/// Frames queue up while a batch is being stored and then go into the next one together, so that many senders share
/// one sync (group commit). The queue is bounded by the receivers, which let only so many bytes be in flight.
///
/// One thread runs it: the stages are plain loops, and nothing on the way waits for a task.
final class IngestPipeline: FrameSink, Sendable {
    private struct Pending {
        let frame: Frame
        let completion: @Sendable (FrameOutcome) -> Void
    }

    private struct Queue {
        var pending: [Pending] = []
        var isClosed = false
        var isFinished = false

        /// Takes frames up to `Limits.batchBytesMax` bytes, one at least if there is any.
        mutating func takeBatch() -> [Pending] {
            var bytes = 0
            let count = pending.prefix { item in
                defer { bytes += item.frame.bytes.count }
                return bytes < Limits.batchBytesMax
            }.count
            let batch = Array(pending.prefix(count))
            pending.removeFirst(count)
            return batch
        }
    }

    private let store: Store
    private let metrics: CollectorMetrics
    private let storeFailures: FailureLog
    private let syncFailures: FailureLog
    private let syncInterval: Int64
    private let clock: any WallClock
    private let limiter: Mutex<ServiceRateLimiter>
    private let queue = Mutex(Queue())
    /// Guards nothing itself: what it announces is in `queue`.
    private let wakeUp = NSCondition()

    init(
        store: Store, limiter: consuming sending ServiceRateLimiter, metrics: CollectorMetrics, clock: any WallClock,
        syncInterval: Int64, logger: Logger
    ) {
        self.store = store
        self.limiter = Mutex(limiter)
        self.metrics = metrics
        self.clock = clock
        self.syncInterval = syncInterval
        storeFailures = FailureLog("store a batch", logger: logger)
        syncFailures = FailureLog("sync the write-ahead log", logger: logger)
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "ingest"
        thread.stackSize = 4 << 20
        thread.start()
    }

    func submit(_ frame: Frame, completion: @escaping @Sendable (FrameOutcome) -> Void) {
        let isClosed = queue.withLock { queue in
            if !queue.isClosed { queue.pending.append(Pending(frame: frame, completion: completion)) }
            return queue.isClosed
        }
        if isClosed {
            completion(.refused(.shuttingDown))
        } else {
            announce()
        }
    }

    /// Stores what is queued, refuses what comes after, and returns when the thread has ended.
    func close() {
        queue.withLock { $0.isClosed = true }
        announce()
        wakeUp.lock()
        while !queue.withLock({ $0.isFinished }) { wakeUp.wait() }
        wakeUp.unlock()
    }

    private func announce() {
        wakeUp.lock()
        wakeUp.broadcast()
        wakeUp.unlock()
    }

    private func run() {
        var parser = LineParser()
        var lastSync = clock.monotonic()
        while let batch = nextBatch() {
            if !batch.isEmpty { ingest(batch, with: &parser) }
            if clock.monotonic() - lastSync >= syncInterval {
                syncQuietly()
                lastSync = clock.monotonic()
            }
        }
        syncQuietly()
        queue.withLock { $0.isFinished = true }
        announce()
    }

    /// The frames of the next batch; none when it is time to sync; nil when the pipeline is closed and empty.
    private func nextBatch() -> [Pending]? {
        wakeUp.lock()
        defer { wakeUp.unlock() }
        let deadline = Date(timeIntervalSinceNow: Double(syncInterval) / 1e9)
        while true {
            let (batch, isClosed) = queue.withLock { ($0.takeBatch(), $0.isClosed) }
            if !batch.isEmpty { return batch }
            if isClosed { return nil }
            if !wakeUp.wait(until: deadline) { return [] }
        }
    }

    private func ingest(_ batch: [Pending], with parser: inout LineParser) {
        let batch = refusingWhatCannotBeSynced(batch)
        /// Frames whose rows are all in the store.
        var stored = 0
        do {
            for (index, pending) in batch.enumerated() {
                try store(pending.frame, with: &parser) { stored = index }
            }
            try storeRows(of: &parser)
            stored = batch.count
            if batch.contains(where: \.frame.needsAck) { try store.sync() }
            for pending in batch { pending.completion(.accepted) }
            if !batch.isEmpty { storeFailures.succeeded() }
        } catch {
            // A frame that wanted to be on disk is sent again, and its rows are then stored twice, which is what
            // at-least-once means. One that did not want it is done once its rows are stored.
            _ = parser.takeBatch()
            metrics.countRefusedBatch()
            storeFailures.failed(error)
            for (index, pending) in batch.enumerated() {
                let isDone = index < stored && !pending.frame.needsAck
                pending.completion(isDone ? .accepted : .refused(.storageFailed("\(error)")))
            }
        }
        metrics.update(parser.counters)
    }

    /// While the log cannot be synced, frames that want to be on disk are refused before anything of them is stored:
    /// their senders try again and again, and each time would leave its rows.
    private func refusingWhatCannotBeSynced(_ batch: [Pending]) -> [Pending] {
        guard batch.contains(where: \.frame.needsAck), let failure = store.syncFailure else { return batch }
        metrics.countRefusedBatch()
        for pending in batch where pending.frame.needsAck {
            pending.completion(.refused(.storageFailed("\(failure)")))
        }
        return batch.filter { !$0.frame.needsAck }
    }

    /// - Parameter onStored: called when all rows of the frames before are in the store.
    private func store(_ frame: Frame, with parser: inout LineParser, onStored: () -> Void) throws {
        var offset = 0
        while offset < frame.bytes.count {
            offset = parser.parse(frame.bytes, from: offset, receivedAt: frame.receivedAt)
            guard offset < frame.bytes.count else { return }
            try storeRows(of: &parser)
            onStored()
        }
    }

    private func storeRows(of parser: inout LineParser) throws {
        let parsed = parser.takeBatch()
        guard parsed.rowCount > 0 else { return }
        let (kept, refused) = limiter.withLock { $0.admit(parsed) }
        metrics.count(stored: kept.rowCount, rateLimited: refused)
        if kept.rowCount > 0 { try store.append(kept) }
    }

    private func syncQuietly() {
        do {
            try store.sync()
            syncFailures.succeeded()
        } catch {
            syncFailures.failed(error)
        }
    }
}
