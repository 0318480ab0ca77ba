import Foundation
import Records
import Synchronization
import SystemIO
import WriteAheadLog

// Replay of the write-ahead log on opening.
//
// It goes segment by segment, and seals what it has before a segment that would no longer fit in the memtable: memory
// stays within the memtable's limit, but for one segment where that alone is larger. The chunk is published in the same
// transaction that retires the segments replayed so far, so that after a crash at any moment a segment is either in a
// chunk or in the log, never in both or neither.
//
// Where the chunk cannot be written, such as on a full disk, the rest of the log stays on disk and the store is *stalled*:
// it answers queries from what it has, takes no rows (they would have to be sealed after those of the log), and goes on
// when sealing works. Nothing but sealing needs room: a log that fits in the memtable is replayed on a full disk.

extension Store {
    /// What is left to replay.
    struct Replay {
        var progress = ReplayProgress()
        var pending: [LogSegment] = []
        /// The last segment all of whose rows are in memory or in chunks.
        var lastSegment: UInt64 = 0
        /// Segments that could not be read whole.
        var damagedSegments: Set<UInt64> = []
        var unpublished: [LeftoverChunks.Unpublished] = []
        var isCancelled = false

        var isDone: Bool { progress.phase == .done }
    }

    /// How far the replay of the log has come.
    public var replayProgress: ReplayProgress { state.withLock { $0.replay.progress } }

    /// What was found when the store was opened; complete once the replay is done.
    public var recovery: RecoveryReport { state.withLock { $0.recovery } }

    /// Replays the log, until it is done or stalled. To be called once, before rows are appended.
    ///
    /// - Throws: when the log cannot be read, and `CancellationError` after `cancelRecovery`.
    public func recover() throws {
        sealingTurn.lock()
        defer { sealingTurn.unlock() }
        do { try replayPending() } catch let failure as SealFailure { stall(failure.error) }
    }

    /// Goes on where the replay stalled. To be called by whoever seals.
    ///
    /// - Throws: what keeps it from being sealed.
    func goOnReplaying() throws {
        do {
            try replayPending()
        } catch let failure as SealFailure {
            stall(failure.error)
            throw failure.error
        } catch {
            stall(error)
            throw error
        }
    }

    /// Makes `recover` end early. The store can then only be closed.
    public func cancelRecovery() { state.withLock { $0.replay.isCancelled = true } }

    /// Why rows cannot be taken yet; nil once the replay is done.
    var replayRefusal: StorageError? {
        let progress = replayProgress
        guard progress.phase != .done else { return nil }
        let rest = "\(progress.pendingSegments) of \(progress.segmentsTotal) segments of the write-ahead log are not replayed yet"
        return StorageError("cannot take rows: \(rest)" + (progress.failure.map { "; \($0)" } ?? ""))
    }

    /// A replayed memtable that could not be sealed.
    struct SealFailure: Error {
        let error: any Error
    }

    private func stall(_ error: any Error) {
        state.withLock { state in
            state.replay.progress.phase = .stalled
            state.replay.progress.failure = "\(error)"
        }
    }

    /// Goes on with the replay. To be called by whoever seals.
    ///
    /// - Throws: `SealFailure` when there is no room for the next segment and none can be made.
    func replayPending() throws {
        while let segment = state.withLock({ $0.replay.pending.first }) {
            try checkRecoveryCancelled()
            if !hasRoom(for: segment) {
                do { try sealReplayed() } catch { throw SealFailure(error: error) }
                Failpoint.pass("replay.sealed")
            }
            state.withLock { state in
                state.replay.progress.phase = .replaying
                state.replay.progress.failure = nil
            }
            try replay(segment)
            settleLeftovers()
            Failpoint.pass("replay.segment")
        }
        state.withLock { state in
            state.replay.progress.phase = .done
            state.replay.progress.failure = nil
        }
    }

    private func checkRecoveryCancelled() throws {
        if state.withLock({ $0.replay.isCancelled }) { throw CancellationError() }
    }

    /// A segment takes about as much memory as it has bytes: its arrays are those of the batches.
    private func hasRoom(for segment: LogSegment) -> Bool {
        state.withLock { state in
            guard state.sealing == nil else { return false }
            return state.active.isEmpty
                || state.active.byteCount + segment.byteCount <= options.memtableBytesMax
                    && state.active.rowCount < options.memtableRowsMax
        }
    }

    /// All of a segment or, if it cannot be read, none of it.
    private func replay(_ segment: LogSegment) throws {
        var report = recovery.log
        let damagedBefore = report.damagedBytes
        let start = state.withLock { $0.replay.progress.bytes }
        let now = clock.monotonic()
        var batches: [RecordBatch] = []
        try log.replay(segment, into: &report) { batch, end in
            try checkRecoveryCancelled()
            batches.append(batch)
            state.withLock { $0.replay.progress.bytes = start + end }
        }
        let isDamaged = report.damagedBytes > damagedBefore
        state.withLock { state in
            for batch in batches { state.active.append(batch, now: now, logSegment: segment.number) }
            state.recovery.log = report
            state.replay.progress.rows = report.rows
            if isDamaged { state.replay.damagedSegments.insert(segment.number) }
            state.replay.pending.removeFirst()
            state.replay.lastSegment = segment.number
            state.replay.progress.segments += 1
            state.replay.progress.bytes = start + segment.byteCount
        }
    }

    private func sealReplayed() throws {
        if state.withLock({ $0.sealing != nil }) { try sealRotated() }
        state.withLock { state in
            guard !state.active.isEmpty else { return }
            state.sealing = Sealing(memtable: state.active, throughSegment: state.replay.lastSegment)
            state.active = Memtable()
        }
        try sealRotated()
    }

    /// Removes the chunks all of whose rows have been replayed, before they are in a chunk again.
    ///
    /// One that cannot be removed is reported as unknown: other readers of the folder see its rows twice, queries do not.
    private func settleLeftovers() {
        let (settled, damaged) = state.withLock { state in
            let last = state.replay.lastSegment
            let settled = state.replay.unpublished.filter { $0.logSegments.allSatisfy { $0 <= last } }
            state.replay.unpublished.removeAll { $0.logSegments.allSatisfy { $0 <= last } }
            return (settled, state.replay.damagedSegments)
        }
        for chunk in settled {
            let isWhole = chunk.logSegments.isDisjoint(with: damaged)
            do {
                let list = try isWhole ? remove(chunk) : setAside(chunk)
                state.withLock { $0.recovery[keyPath: list].append(chunk.path) }
            } catch {
                state.withLock { $0.recovery.unknownChunks.append(chunk.path) }
            }
        }
    }

    private typealias PathList = WritableKeyPath<RecoveryReport, [String]>

    private func remove(_ chunk: LeftoverChunks.Unpublished) throws -> PathList {
        // Were it to come back later, the log would no longer tell what it is.
        try fileSystem.removeForGood("\(folder)/\(chunk.path)")
        return \.removedChunks
    }

    private func setAside(_ chunk: LeftoverChunks.Unpublished) throws -> PathList {
        try fileSystem.createDirectory("\(folder)/\(FileNames.quarantine)")
        try fileSystem.renameForGood("\(folder)/\(chunk.path)", to: "\(folder)/\(FileNames.quarantined(chunk.path))")
        return \.quarantinedChunks
    }
}
