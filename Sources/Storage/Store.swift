import Catalog
import Foundation
public import Records
import Stitching
import Synchronization
public import SystemIO
import WriteAheadLog

/// All rows there are: the newest in a memtable backed by the write-ahead log, the rest in chunks that the catalog knows.
///
/// ```swift
/// let store = try Store(folder: "data", options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
/// try store.append(batch)      // queryable from here on
/// try store.sync()             // and from here on it survives a crash
/// for segment in try store.snapshot().segments(overlapping: nil) { … }
/// try store.close()            // seals what is in memory
/// ```
/// Calls block, and may come from any thread. A row is in one place at any moment: a snapshot sees it once, and after
/// a crash it is replayed from the log unless its chunk was published, which retires the log segment in the same
/// transaction.
public final class Store: Sendable {
    struct State {
        var active = Memtable()
        var sealing: Sealing?
        /// Oldest first.
        var chunks: [Chunk] = [] {
            didSet {
                chunksByID = Dictionary(uniqueKeysWithValues: chunks.map { ($0.record.id, $0) })
                chunksByFile = Dictionary(uniqueKeysWithValues: chunks.map { ($0.file.number, $0) })
            }
        }
        private(set) var chunksByID: [Int64: Chunk] = [:]
        private(set) var chunksByFile: [Int: Chunk] = [:]
        var sealFailure: (any Error)?
        var replay = Replay()
        var recovery = RecoveryReport()
        var quarantined: [QuarantinedChunk] = []
    }

    /// A memtable on its way to a chunk.
    struct Sealing {
        let memtable: Memtable
        /// The last log segment with its rows.
        let throughSegment: UInt64
        /// Its chunks, once the files are there. They stay if publishing fails, and are published by the next attempt:
        /// SQLite may bring back after a crash what it failed to commit, and the files must be there then.
        var sealed: [SealedChunk]?
    }

    let folder: String
    let options: StoreOptions
    let fileSystem: any FileSystem
    let clock: any WallClock
    private let lock: any FileLock
    let catalog: Catalog
    let log: WriteAheadLog
    let names: ULIDGenerator
    let openChunks = OpenChunks()
    /// What queries share.
    public let caches: QueryCaches
    let maintenance: Maintenance
    let flagBoard: FlagBoard
    let state = Mutex(State())
    /// Held while rows go to the log and the memtable, so that both end at the same row when they are rotated.
    private let writing = NSLock()
    /// Held by whoever seals.
    let sealingTurn = NSLock()
    /// Announced when a seal ends, for writers that wait for room.
    private let sealEnded = NSCondition()

    /// Opens the store in `folder`, made if it is missing, and replays what no chunk has yet.
    ///
    /// - Throws: when another process has the folder open, or it cannot be read or written.
    public convenience init(
        folder: String, options: StoreOptions, fileSystem: any FileSystem = POSIXFileSystem(),
        clock: any WallClock = SystemWallClock(), random: any RandomSource = SystemRandomSource()
    ) throws {
        try self.init(opening: folder, options: options, fileSystem: fileSystem, clock: clock, random: random)
        try recover()
    }

    /// Opens the store as `init(folder:)`, but for the replay of the log, which `recover` does.
    public init(
        opening folder: String, options: StoreOptions, fileSystem: any FileSystem = POSIXFileSystem(),
        clock: any WallClock = SystemWallClock(), random: any RandomSource = SystemRandomSource()
    ) throws {
        self.folder = folder
        self.options = options
        caches = QueryCaches(columnBytesMax: options.queryCacheBytes, resultBytesMax: options.resultCacheBytes)
        self.fileSystem = fileSystem
        self.clock = clock
        try fileSystem.createDirectory(folder)
        lock = try fileSystem.lock("\(folder)/\(FileNames.lock)")
        try RestoredFolder.refuseUnfinished(folder, fileSystem)
        names = ULIDGenerator(clock: clock, random: random)
        catalog = try Catalog(path: "\(folder)/\(FileNames.catalog)")
        try fileSystem.createDirectory("\(folder)/\(FileNames.data)")
        let logFolder = "\(folder)/\(FileNames.writeAheadLog)"
        try fileSystem.createDirectory(logFolder)
        log = try WriteAheadLog(
            folder: logFolder, quarantine: "\(folder)/\(FileNames.writeAheadLogQuarantine)", fileSystem: fileSystem,
            segmentBytesMax: options.logSegmentBytesMax)
        flagBoard = FlagBoard(try catalog.flags())
        let retired = try catalog.retiredSegment
        let published = try catalog.chunks()
        var recovery = RecoveryReport()
        var replay = Replay()
        let replaced = try catalog.replacedChunks()
        let leftovers = try LeftoverChunks(
            folder: folder, fileSystem: fileSystem, published: published, replaced: replaced)
        replay.pending = try log.begin(after: retired, used: leftovers.lastLogSegment)
        replay.lastSegment = retired
        replay.progress.segmentsTotal = replay.pending.count
        replay.progress.bytesTotal = replay.pending.reduce(0) { $0 + $1.byteCount }
        maintenance = Maintenance(
            try Self.startClock(catalog, clock, isNew: published.isEmpty && replay.pending.isEmpty))
        maintenance.replaced.add(replaced)
        try loadDecisions()
        // Neither may keep a store on a full disk from opening; both are done again.
        try? catalog.stopAudits()
        try? maintenance.replaced.remove(folder: folder, fileSystem, catalog, openChunks)
        replay.unpublished = try leftovers.settle(retired: retired, log: Set(replay.pending.map(\.number)), &recovery)
        let chunks = published.map(chunk)
        let quarantined = Self.quarantineNotes(folder: folder, fileSystem, published: published)
        state.withLock {
            $0.chunks = chunks
            $0.replay = replay
            $0.recovery = recovery
            $0.quarantined = quarantined
        }
    }

    // MARK: Writing

    /// Adds rows. They are queryable at once, and survive a crash after the next `sync`.
    ///
    /// Waits while the memtable is full and the one before is still being sealed.
    /// - Throws: when the log cannot be written, such as on a full disk; then nothing of the batch was added.
    public func append(_ batch: RecordBatch) throws {
        if let refusal = replayRefusal { throw refusal }
        try waitForRoom()
        try writing.withLock {
            let segment = try log.append(batch)
            state.withLock { $0.active.append(batch, now: clock.monotonic(), logSegment: segment) }
        }
    }

    /// Returns when all rows appended before the call are on disk.
    ///
    /// - Throws: when they are not. It then throws until the memtable is sealed, for which it is due at once.
    public func sync() throws { try log.sync() }

    /// Why `sync` would throw, whatever is appended; nil while there is no reason.
    public var syncFailure: (any Error)? { log.failure }

    private func waitForRoom() throws {
        guard isFull else { return }
        sealEnded.lock()
        defer { sealEnded.unlock() }
        while isFull {
            if let failure = state.withLock({ $0.sealFailure }) { throw failure }
            sealEnded.wait()
        }
    }

    /// Whether the memtable is due while the one before is still in memory.
    private var isFull: Bool {
        state.withLock { $0.sealing != nil && $0.active.isDue(options, now: clock.monotonic()) }
    }

    // MARK: Sealing

    /// Seals the memtable if a limit of it is reached, or if the log cannot be synced until it is sealed; goes on with a
    /// replay that is stalled. Returns whether there was anything to do.
    public func sealIfDue() throws -> Bool {
        if replayProgress.phase == .stalled {
            try seal()
            return true
        }
        let isDue = state.withLock { $0.sealing != nil || $0.active.isDue(options, now: clock.monotonic()) }
        guard isDue || syncFailure != nil else { return false }
        try seal()
        return true
    }

    /// Writes all rows in memory to a chunk.
    ///
    /// - Throws: when it cannot be written. The rows stay in memory and in the log, and the next call tries again.
    public func seal() throws {
        sealingTurn.lock()
        defer {
            sealingTurn.unlock()
            sealEnded.lock()
            sealEnded.broadcast()
            sealEnded.unlock()
        }
        do {
            if state.withLock({ !$0.replay.isDone }) {
                try goOnReplaying()
            } else {
                // What an earlier attempt left comes first.
                if state.withLock({ $0.sealing != nil }) { try sealRotated() }
                try rotate()
                try sealRotated()
            }
            state.withLock { $0.sealFailure = nil }
        } catch {
            state.withLock { $0.sealFailure = error }
            throw error
        }
    }

    private func rotate() throws {
        try writing.withLock {
            let isEmpty = state.withLock { $0.active.isEmpty }
            guard !isEmpty || syncFailure != nil else { return }
            let segment = try log.rotate()
            // All that there is in the log is part of a record that failed and could not be taken back.
            if isEmpty { return try log.retire(through: segment) }
            state.withLock {
                $0.sealing = Sealing(memtable: $0.active, throughSegment: segment)
                $0.active = Memtable()
            }
        }
    }

    func sealRotated() throws {
        guard let sealing = state.withLock({ $0.sealing }) else { return }
        let sealed = try sealing.sealed ?? write(sealing)
        Failpoint.pass("seal.written")
        state.withLock { $0.sealing?.sealed = sealed }
        let records = try publish(sealed, retiring: sealing.throughSegment)
        Failpoint.pass("seal.published")
        state.withLock {
            $0.chunks = sorted($0.chunks + records.map(chunk))
            $0.sealing = nil
        }
        try log.retire(through: sealing.throughSegment)
        Failpoint.pass("seal.retired")
    }

    /// A chunk for each day. When one cannot be written, those before it go again.
    private func write(_ sealing: Sealing) throws -> [SealedChunk] {
        let batches = sealing.memtable.batches
        var sealed: [SealedChunk] = []
        do {
            for part in DayPartition(batches).parts(of: batches) {
                let rows = SortedRows(part.batches)
                let head = ChunkHead(
                    ulid: names.next(), firstTime: rows.times.first ?? 0, day: part.day,
                    origin: .log(segments: sealing.memtable.logSegments), hotSince: hotSince)
                sealed.append(try chunkWriter.write(rows, head))
            }
        } catch {
            for chunk in sealed { try? fileSystem.removeForGood("\(folder)/\(chunk.path)") }
            throw error
        }
        return sealed
    }

    var chunkWriter: ChunkWriter { ChunkWriter(folder: folder, options: options, fileSystem: fileSystem) }

    /// A commit that failed may have come through all the same.
    private func publish(_ sealed: [SealedChunk], retiring segment: UInt64) throws -> [ChunkRecord] {
        do {
            return try catalog.publish(sealed.map(\.publication), retiring: segment)
        } catch {
            let records = try sealed.compactMap { try catalog.chunk(path: $0.path) }
            guard records.count == sealed.count else { throw error }
            return records
        }
    }

    /// Oldest first, as `Snapshot` gives them.
    private func sorted(_ chunks: [Chunk]) -> [Chunk] {
        chunks.sorted { ($0.record.minTime, $0.record.id) < ($1.record.minTime, $1.record.id) }
    }

    /// The chunks that there are now, oldest first.
    var liveChunks: [Chunk] { state.withLock { $0.chunks } }
    var liveChunksByID: [Int64: Chunk] { state.withLock { $0.chunksByID } }

    func setChunks(_ change: ([Chunk]) -> [Chunk]) {
        state.withLock { $0.chunks = sorted(change($0.chunks)) }
    }

    func chunk(_ record: ChunkRecord) -> Chunk {
        let path = "\(folder)/\(record.path)"
        return Chunk(
            record: record, file: ChunkFile(path: path, fileSystem: fileSystem, open: openChunks, caches: caches))
    }

    // MARK: Reading

    /// All rows at this moment.
    public func snapshot() -> Snapshot { snapshot { _ in false } }

    /// - Parameter isLeftOut: which chunks not to have.
    func snapshot(_ isLeftOut: (Chunk) -> Bool) -> Snapshot {
        let pending = pendingOmission
        let (all, byID, byFile, quarantined, batches) = state.withLock { state in
            (
                state.chunks, state.chunksByID, state.chunksByFile, state.quarantined,
                (state.sealing?.memtable.segments ?? []) + state.active.segments
            )
        }
        let chunks = all.filter { !isLeftOut($0) }
        let leftOut = all.filter(isLeftOut)
        let leftOutIDs = Set(leftOut.map(\.record.id))
        let omissions = quarantined.map(\.omission) + leftOut.map(\.omission) + (pending.map { [$0] } ?? [])
        let catalog = catalog
        return Snapshot(
            segments: { range in
                let inChunks = try chunks.filter { $0.overlaps(range) }.flatMap { try $0.file.segments() }
                let all: [any Segment] = inChunks + batches
                guard let range else { return all }
                return all.filter { $0.timeRange.overlaps(range) }
            },
            lookup: { id in
                let found = try catalog.locate(hash: CorrelationIDs.hash(id)).compactMap { entry in
                    // A chunk published after this snapshot: its rows are among the batches, or in chunks that it replaced.
                    leftOutIDs.contains(entry.chunk)
                        ? nil : try byID[entry.chunk]?.file.location(rowGroup: entry.rowGroup, page: entry.page)
                }
                return found + batches.map { Snapshot.Location(segment: $0, rows: 0..<$0.rowCount) }
            },
            counts: { [self] segment in
                try byFile[segment.file].flatMap { try counts(of: $0) }
            }, caches: caches, omissions: omissions)
    }

    /// Fields whose values are in the id index.
    public var correlationIDs: [String] { options.correlationIDs }

    /// Nanoseconds since 1970-01-01 UTC, on the clock that the store uses.
    public func now() -> Int64 { clock.now() }

    /// Rows in memory, and in chunks.
    public var counts: (memtableRows: Int, memtableBytes: Int, chunks: Int, chunkRows: Int, chunkBytes: Int) {
        state.withLock { state in
            let sealing = state.sealing?.memtable
            return (
                state.active.rowCount + (sealing?.rowCount ?? 0), state.active.byteCount + (sealing?.byteCount ?? 0),
                state.chunks.count, state.chunks.reduce(0) { $0 + $1.record.rows },
                state.chunks.reduce(0) { $0 + $1.record.bytes }
            )
        }
    }

    /// Seals what is in memory and closes the log. The store is of no use afterwards.
    ///
    /// What is not replayed yet stays in the log, and so does what was replayed since the last seal.
    public func close() throws {
        if replayProgress.phase == .done { try seal() }
        try log.close()
        try catalog.close()
        lock.release()
    }
}

/// A chunk as the catalog has it, with its file.
struct Chunk: Sendable {
    let record: ChunkRecord
    let file: ChunkFile

    func overlaps(_ range: ClosedRange<Int64>?) -> Bool {
        range.map { (record.minTime...record.maxTime).overlaps($0) } ?? true
    }
}
