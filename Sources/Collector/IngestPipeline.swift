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
    private let logger: Logger
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
        self.logger = logger
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
        do {
            for pending in batch { try store(pending.frame, with: &parser) }
            try storeRows(of: &parser)
            if batch.contains(where: \.frame.needsAck) { try store.sync() }
            for pending in batch { pending.completion(.accepted) }
        } catch {
            // Rows of this batch that are stored already stay; a sender that resends them stores them twice, which is
            // what at-least-once means.
            _ = parser.takeBatch()
            metrics.countRefusedBatch()
            logger.error("cannot store a batch: \(error)", metadata: ["frames": "\(batch.count)"])
            for pending in batch { pending.completion(.refused(.storageFailed("\(error)"))) }
        }
        metrics.update(parser.counters)
    }

    private func store(_ frame: Frame, with parser: inout LineParser) throws {
        var offset = 0
        while offset < frame.bytes.count {
            offset = parser.parse(frame.bytes, from: offset, receivedAt: frame.receivedAt).offset
            if offset < frame.bytes.count { try storeRows(of: &parser) }
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
        } catch {
            logger.error("cannot sync the write-ahead log: \(error)")
        }
    }
}
