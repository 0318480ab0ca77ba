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
    private struct Queue {
        var pending: [Pending] = []
        var lastID = 0
        var isClosed = false
        var isFinished = false

        mutating func append(_ frame: Frame, _ completion: @escaping @Sendable (FrameOutcome) -> Void) {
            lastID += 1
            pending.append(Pending(id: lastID, frame: frame, completion: completion))
        }

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
    private let durability: Durability
    private let syncInterval: Int64
    /// Nothing is due by itself: an hour, since Foundation cannot wait for ever.
    private static let waitMax: Int64 = 3_600_000_000_000
    private let clock: any WallClock
    private let limiter: Mutex<ServiceRateLimiter>
    private let queue = Mutex(Queue())
    /// Guards nothing itself: what it announces is in `queue`.
    private let wakeUp = NSCondition()

    /// How long an open record waits for the retry of the frame that goes on with it, in nanoseconds.
    private static let heldAfterFailure: Int64 = 5_000_000_000

    private let parsers: Mutex<ParserSet>
    /// For sources that ask for none.
    private let defaultParser: PinnedParser

    init(
        store: Store, parsers: ParserSet, defaultParser: PinnedParser,
        limiter: consuming sending ServiceRateLimiter, metrics: CollectorMetrics, clock: any WallClock,
        durability: Durability = .ack, syncInterval: Int64, logger: Logger
    ) {
        self.store = store
        self.parsers = Mutex(parsers)
        self.defaultParser = defaultParser
        self.limiter = Mutex(limiter)
        self.metrics = metrics
        self.clock = clock
        self.durability = durability
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

    func hasParser(_ name: String) -> Bool {
        guard case .definition(let name) = PinnedParser(name) else { return true }
        return parsers.withLock { $0.has(name) }
    }

    /// From the next batch on, lines are parsed by these definitions.
    func use(_ set: ParserSet) { parsers.withLock { $0 = set } }

    func submit(_ frame: Frame, completion: @escaping @Sendable (FrameOutcome) -> Void) {
        let isClosed = queue.withLock { queue in
            if !queue.isClosed { queue.append(frame, completion) }
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
        var parser = LineParser(parsers: parsers.withLock { $0 })
        var open = OpenRecords()
        var unsynced = UnsyncedFrames(durability, interval: syncInterval)
        unsynced.noteSync(at: clock.monotonic())
        while let batch = nextBatch(until: [open.firstDeadline, unsynced.deadline]) {
            let set = parsers.withLock { $0 }
            if set !== parser.set { parser.use(set) }
            ingest(works(of: batch, &open) + expired(&open), with: &parser, &open, &unsynced)
            if unsynced.isDue(at: clock.monotonic()) { sync(&unsynced) }
        }
        ingest(open.takeAll(), with: &parser, &open, &unsynced)
        sync(&unsynced)
        queue.withLock { $0.isFinished = true }
        announce()
    }

    /// The frames of the next batch; none when it is time to sync or to end an open record; nil when the pipeline is
    /// closed and empty.
    ///
    /// - Parameter deadlines: until when to wait at most, on the monotonic clock.
    private func nextBatch(until deadlines: [Int64?]) -> [Pending]? {
        wakeUp.lock()
        defer { wakeUp.unlock() }
        let wait = deadlines.compactMap { $0 }.min().map { max(0, $0 - clock.monotonic()) } ?? Self.waitMax
        let deadline = Date(timeIntervalSinceNow: Double(wait) / 1e9)
        while true {
            let (batch, isClosed) = queue.withLock { ($0.takeBatch(), $0.isClosed) }
            if !batch.isEmpty { return refusingWhatCannotBeSynced(batch) }
            if isClosed { return nil }
            if !wakeUp.wait(until: deadline) { return [] }
        }
    }

    /// The frames of a batch, those of one source together, behind what it left open before.
    private func works(of batch: [Pending], _ open: inout OpenRecords) -> [IngestWork] {
        var works: [IngestWork] = []
        var places: [UInt64: Int] = [:]
        for pending in batch {
            let source = pending.frame.source
            if let place = places[source.id] {
                works[place].append(pending)
            } else {
                let parser = source.parser.map { PinnedParser($0) } ?? defaultParser
                let lines = LineSource(parser: parser, name: source.name)
                places[source.id] = works.count
                works.append(IngestWork(pending, source: lines, after: open.take(source.id)))
            }
            if pending.frame.isFinal { places[source.id] = nil }
        }
        return works
    }

    /// Open records whose time is over. While frames of a source are queued, its record has not ended: they came in time.
    private func expired(_ open: inout OpenRecords) -> [IngestWork] {
        open.takeExpired(at: clock.monotonic()) { queue.withLock { Set($0.pending.map(\.frame.source.id)) } }
    }

    private func ingest(
        _ works: [IngestWork], with parser: inout LineParser, _ open: inout OpenRecords, _ unsynced: inout UnsyncedFrames
    ) {
        guard !works.isEmpty else { return }
        var outcome = BatchOutcome()
        unsynced.noteRows()
        do {
            for work in works { try store(work, with: &parser, &open, &outcome) }
            try storeRows(of: &parser)
            outcome.stored = outcome.parsed.count
            if durability == .ack, outcome.parsed.contains(where: \.frame.needsAck) {
                try store.sync()
                unsynced.noteSync(at: clock.monotonic())
            }
            for pending in unsynced.hold(outcome.parsed) { pending.completion(.accepted) }
            storeFailures.succeeded()
        } catch {
            _ = parser.takeBatch()
            metrics.countRefusedBatch()
            storeFailures.failed(error)
            for work in works { _ = open.take(work.sourceID) }
            let deadline = clock.monotonic() + Self.heldAfterFailure
            for held in outcome.complete(works, after: error, holdUntil: deadline) { open.hold(held) }
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

    /// Parses a work, and stores rows where the batch gets too wide; what is left open is held.
    private func store(
        _ work: IngestWork, with parser: inout LineParser, _ open: inout OpenRecords, _ outcome: inout BatchOutcome
    ) throws {
        let overdue = work.overdue(at: clock.monotonic())
        var progress = LineParser.Progress()
        while true {
            progress = parser.parse(
                work.bytes, after: progress, receivedAt: work.receivedAt, source: work.source, isFinal: work.isFinal,
                overdue: overdue)
            guard progress.isBatchFull else { break }
            try storeRows(of: &parser)
            outcome.stored = outcome.parsed.count
        }
        let (held, parsed) = work.split(progress, at: clock.monotonic())
        if let held { open.hold(held) }
        outcome.parsed += parsed
    }

    private func storeRows(of parser: inout LineParser) throws {
        let parsed = parser.takeBatch()
        guard parsed.rowCount > 0 else { return }
        let (kept, refused) = limiter.withLock { $0.admit(parsed) }
        metrics.count(stored: kept.rowCount, rateLimited: refused)
        if kept.rowCount > 0 { try store.append(kept) }
    }

    /// Syncs the log, and answers the frames that waited for it.
    private func sync(_ unsynced: inout UnsyncedFrames) {
        let outcome: FrameOutcome
        do {
            try store.sync()
            syncFailures.succeeded()
            outcome = .accepted
        } catch {
            syncFailures.failed(error)
            outcome = .refused(.storageFailed("\(error)"))
        }
        unsynced.noteSync(at: clock.monotonic())
        for pending in unsynced.takeAll() { pending.completion(outcome) }
    }
}
