import Foundation
import Glibc
import Logging
import Receivers
import Records
import Sampling
import Storage
import Synchronization
import SystemIO
import TestSupport
import Testing

@testable import Collector

/// When frames are answered, and what is on disk by then.
@Suite struct DurabilityTests {
    private let folder: TemporaryDirectory
    private let disk = CountingDisk()
    private let clock = ManualClock()

    init() throws { folder = try TemporaryDirectory() }

    private func open() throws -> Store {
        var options = StoreOptions(correlationIDs: [])
        options.memtableRowsMax = 60
        return try Store(folder: folder.path, options: options, fileSystem: disk, clock: clock)
    }

    private func pipeline(_ store: Store, _ durability: Durability, interval: Int64) -> IngestPipeline {
        IngestPipeline(
            store: store, parsers: .none, defaultParser: .auto,
            limiter: ServiceRateLimiter(rowsPerSecond: nil, burst: 1, clock: clock), metrics: CollectorMetrics(),
            clock: durability == .interval ? SystemWallClock() : clock, durability: durability, syncInterval: interval,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func frame(_ line: String, needsAck: Bool) -> Frame {
        Frame(bytes: Array(line.utf8), needsAck: needsAck, receivedAt: 0, transport: .tcp)
    }

    /// All frames that wait when the pipeline comes to them share one sync.
    @Test func framesThatWaitShareASync() async throws {
        let store = try open()
        try store.append(batchOfNothing)
        let pipeline = pipeline(store, .ack, interval: 3_600_000_000_000)
        let answers = Answers()
        for seq in 0..<50 { pipeline.submit(frame("seq=\(seq)\n", needsAck: true)) { answers.add(seq, $0) } }
        let before = disk.logSyncs
        pipeline.start()
        await answers.wait(for: 50)
        #expect(answers.accepted.count == 50)
        #expect(disk.logSyncs - before == 1)
        pipeline.close()
    }

    /// In `interval` what wants no acknowledgement is answered at once, and the rest once it is synced.
    @Test(arguments: [true, false]) func acknowledgementsWaitForTheInterval(isSynced: Bool) async throws {
        let store = try open()
        try store.append(batchOfNothing)
        // So long that only closing ends it: what is answered before was not waiting for it.
        let pipeline = pipeline(store, .interval, interval: 3_600_000_000_000)
        let answers = Answers()
        pipeline.submit(frame("seq=1\n", needsAck: true)) { answers.add(1, $0) }
        pipeline.submit(frame("seq=2\n", needsAck: false)) { answers.add(2, $0) }
        let before = disk.logSyncs
        pipeline.start()
        await answers.wait(for: 1)
        #expect(answers.accepted == [2])
        #expect(disk.logSyncs == before)
        if !isSynced { disk.inner.faults.syncError = EIO }
        pipeline.close()
        await answers.wait(for: 2)
        #expect(answers.accepted == (isSynced ? [1, 2] : [2]))
        #expect(answers.refused == (isSynced ? [] : [1]))
    }

    @Test func theIntervalEndsByItself() async throws {
        let store = try open()
        let pipeline = pipeline(store, .interval, interval: 20_000_000)
        let answers = Answers()
        pipeline.start()
        for seq in 0..<3 {
            pipeline.submit(frame("seq=\(seq)\n", needsAck: true)) { answers.add(seq, $0) }
            await answers.wait(for: seq + 1)
        }
        #expect(answers.accepted.count == 3)
        pipeline.close()
    }

    /// Whatever fails, and whenever the power goes: each frame is answered, and the rows of one that wanted to be on disk and
    /// was accepted are there afterwards.
    @Test(arguments: 0..<60) func nothingIsAcknowledgedThatIsNotOnDisk(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var next = 0
        for _ in 0..<3 {
            let store = try open()
            let durability: Durability = random.chance(50) ? .ack : .interval
            let pipeline = pipeline(store, durability, interval: random.chance(50) ? 0 : 3_600_000_000_000)
            let answers = Answers()
            pipeline.start()
            var sent = 0
            var needing: Set<Int> = []
            for _ in 0..<20 {
                disk.inner.faults = faults(&random)
                let frames = (0..<1 + random.below(4)).map { _ in (needsAck: random.chance(70), rows: 1 + random.below(3)) }
                for (needsAck, rows) in frames {
                    let seq = next
                    next += rows
                    if needsAck { needing.formUnion(seq..<seq + rows) }
                    sent += 1
                    let lines = (seq..<seq + rows).map { "seq=\($0)\n" }.joined()
                    pipeline.submit(frame(lines, needsAck: needsAck)) { answers.add(seq, rows: rows, $0) }
                }
                if durability == .ack { await answers.wait(for: sent) }
                if random.chance(20) { _ = try? store.sealIfDue() }
            }
            pipeline.close()
            await answers.wait(for: sent)
            disk.inner.crash(&random)
            let again = try open()
            let found = Set(try seqs(again))
            let promised = needing.intersection(answers.acceptedRows)
            #expect(promised.isSubset(of: found), "seed \(seed): \(promised.subtracting(found).sorted()) are missing")
            disk.inner.crash(&random)
        }
    }

    private func faults(_ random: inout SeededRandom) -> SimulatedFileSystem.Faults {
        var faults = SimulatedFileSystem.Faults()
        guard random.chance(40) else { return faults }
        switch random.below(6) {
        case 0: faults.appendError = random.pick([EIO, ENOSPC, EDQUOT])
        case 1: faults.syncError = EIO
        case 2: faults.createError = ENOSPC
        case 3: faults.capacity = random.below(4_000)
        case 4: faults.callsLeft = 1 + random.below(4)
        default: (faults.appendError, faults.truncateError) = (ENOSPC, EIO)
        }
        faults.shortAppend = random.chance(50) ? random.below(100) : nil
        return faults
    }

    private func seqs(_ store: Store) throws -> [Int] {
        try store.snapshot().segments(overlapping: nil).flatMap { segment in
            let column = try segment.column("seq", rows: 0..<segment.rowCount)
            return (0..<segment.rowCount).compactMap { column.text($0).flatMap { Int($0) } }
        }
    }

    private var batchOfNothing: RecordBatch { RecordBatch(times: [0], columns: []) }
}

/// What became of frames.
private final class Answers: Sendable {
    private struct State {
        var accepted: [Int] = []
        var acceptedRows: Set<Int> = []
        var refused: [Int] = []
        var waiting: (count: Int, CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var accepted: [Int] { state.withLock { $0.accepted.sorted() } }
    var acceptedRows: Set<Int> { state.withLock { $0.acceptedRows } }
    var refused: [Int] { state.withLock { $0.refused } }

    func add(_ seq: Int, rows: Int = 1, _ outcome: FrameOutcome) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if case .accepted = outcome {
                state.accepted.append(seq)
                state.acceptedRows.formUnion(seq..<seq + rows)
            } else {
                state.refused.append(seq)
            }
            guard let (count, waiter) = state.waiting, state.accepted.count + state.refused.count >= count else { return nil }
            state.waiting = nil
            return waiter
        }
        waiter?.resume()
    }

    func wait(for count: Int) async {
        await withCheckedContinuation { waiter in
            let isThere = state.withLock { state in
                if state.accepted.count + state.refused.count >= count { return true }
                state.waiting = (count, waiter)
                return false
            }
            if isThere { waiter.resume() }
        }
    }
}

/// A simulated disk that counts syncs of the log.
private final class CountingDisk: FileSystem {
    let inner = SimulatedFileSystem()
    private let syncs = Mutex(0)

    var logSyncs: Int { syncs.withLock { $0 } }

    func create(_ path: String) throws(SystemIOError) -> any WritableFile {
        let file = try inner.create(path)
        return path.hasSuffix(".wal") ? CountingFile(file) { [self] in syncs.withLock { $0 += 1 } } : file
    }

    func createDirectory(_ path: String) throws(SystemIOError) { inner.createDirectory(path) }
    func list(_ path: String) throws(SystemIOError) -> [String] { try inner.list(path) }
    func open(_ path: String) throws(SystemIOError) -> any ReadableFile { try inner.open(path) }
    func rename(_ path: String, to newPath: String) throws(SystemIOError) { try inner.rename(path, to: newPath) }
    func link(_ path: String, to newPath: String) throws(SystemIOError) { try inner.link(path, to: newPath) }
    func remove(_ path: String) throws(SystemIOError) { try inner.remove(path) }
    func exists(_ path: String) -> Bool { inner.exists(path) }
    func truncate(_ path: String, to count: Int) throws(SystemIOError) { try inner.truncate(path, to: count) }
    func syncDirectory(_ path: String) throws(SystemIOError) { try inner.syncDirectory(path) }
    func lock(_ path: String) throws(SystemIOError) -> any FileLock { try inner.lock(path) }
}

private final class CountingFile: WritableFile {
    private let file: any WritableFile
    private let onSync: @Sendable () -> Void

    init(_ file: any WritableFile, onSync: @escaping @Sendable () -> Void) {
        self.file = file
        self.onSync = onSync
    }

    var byteCount: Int { file.byteCount }
    func append(_ bytes: [UInt8]) throws(SystemIOError) { try file.append(bytes) }
    func truncate(to count: Int) throws(SystemIOError) { try file.truncate(to: count) }
    func sync() throws(SystemIOError) {
        onSync()
        try file.sync()
    }
    func close() throws(SystemIOError) { try file.close() }
}
