import Foundation
public import Records
import Synchronization
public import SystemIO

/// Batches on disk before they are acknowledged.
///
/// ```swift
/// let log = try WriteAheadLog(folder: "data/wal", quarantine: "data/quarantine/wal", fileSystem: POSIXFileSystem())
/// for segment in try log.begin(after: 0) { try log.replay(segment, into: &report) { batch, _ in … } }
/// let segment = try log.append(batch)
/// try log.sync()                       // from here on the batch survives a crash
/// let last = try log.rotate()          // what was appended so far is in segments up to `last`
/// try log.retire(through: last)        // and is no longer needed
/// ```
/// Calls may come from any thread.
public final class WriteAheadLog: Sendable {
    private struct State {
        var segment: (number: UInt64, file: any WritableFile)?
        var nextNumber: UInt64?
        /// Segments with damage that are not set aside yet.
        var damaged: [UInt64] = []
        /// Records appended, and records known to be on disk, since the log was opened.
        var appended = 0
        var synced = 0
        /// The last segment that could not be synced, and why: what is in it may never reach the disk (Rebello et al.,
        /// "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so nothing is acknowledged until it is
        /// retired.
        var unsynced: (number: UInt64, error: any Error)?
    }

    private let folder: String
    private let quarantineFolder: String
    private let fileSystem: any FileSystem
    private let segmentBytesMax: Int
    private let state = Mutex(State())
    /// Held while a segment is synced, so that callers that come meanwhile share the next sync.
    private let syncing = NSLock()

    /// - Parameters:
    ///   - folder: must be there.
    ///   - quarantine: where damaged segments are kept; made when it is first needed.
    ///   - segmentBytesMax: a segment that has reached it takes no further batch. A replay that may not hold all of the log
    ///     in memory goes by whole segments.
    public init(
        folder: String, quarantine: String, fileSystem: any FileSystem, segmentBytesMax: Int = 32 << 20
    ) throws {
        self.folder = folder
        quarantineFolder = quarantine
        self.fileSystem = fileSystem
        self.segmentBytesMax = segmentBytesMax
    }

    private func path(_ number: UInt64) -> String { "\(folder)/\(SegmentFormat.fileName(number))" }

    private func numbers() throws -> [UInt64] { try Self.segments(in: folder, fileSystem) }

    /// The numbers of the segments in a folder, rising.
    public static func segments(in folder: String, _ fileSystem: any FileSystem) throws -> [UInt64] {
        try fileSystem.list(folder).compactMap(SegmentFormat.number).sorted()
    }

    // MARK: Replay

    /// Removes segments up to `retired`, and returns the others, to be replayed in that order.
    ///
    /// To be called once, before anything is appended; what is appended goes behind them.
    /// - Parameter used: a number that no new segment may have.
    public func begin(after retired: UInt64, used: UInt64 = 0) throws -> [LogSegment] {
        let numbers = try numbers()
        for number in numbers where number <= retired { try fileSystem.remove(path(number)) }
        let segments = try numbers.filter { $0 > retired }.map { number in
            LogSegment(number: number, byteCount: try fileSystem.open(path(number)).byteCount, isLast: number == numbers.last)
        }
        state.withLock { $0.nextNumber = max(numbers.last ?? 0, retired, used) + 1 }
        return segments
    }

    /// Gives the batches of a segment, in the order in which they were appended.
    ///
    /// What is no record is left out and reported. A damaged segment is set aside under a second name, which it keeps when
    /// it is retired; the torn end of the log is copied aside and cut off. That neither can be done, such as on a full disk,
    /// is reported too, and the file then stays as it is.
    /// - Parameter body: gets each batch, and where in the segment its record ends.
    /// - Throws: what `body` throws, and when the segment cannot be read or is of another version; nothing was changed then.
    public func replay(
        _ segment: LogSegment, into report: inout ReplayReport, _ body: (_ batch: RecordBatch, _ end: Int) throws -> Void
    ) throws {
        let path = path(segment.number)
        var reader = try SegmentReader(try fileSystem.open(path), path: path)
        let outcome = try reader.read(body)
        report.add(outcome, of: segment, path: path)
        if !outcome.isClean(in: segment) {
            state.withLock { $0.damaged.append(segment.number) }
            do {
                try quarantine(segment.number)
                report.quarantined.append("\(quarantineFolder)/\(SegmentFormat.fileName(segment.number))")
            } catch {
                report.quarantineFailures.append("it could not be set aside: \(error)")
            }
        } else if let torn = outcome.torn {
            try cut(torn, of: segment.number, isEmpty: outcome.records == 0, &report)
            return
        }
        if outcome.records == 0 { try retire(segment.number) }
    }

    /// Replays all segments after `retired`.
    public func replay(
        after retired: UInt64, _ body: (_ segment: UInt64, _ batch: RecordBatch) throws -> Void
    ) throws -> ReplayReport {
        var report = ReplayReport()
        for segment in try begin(after: retired) {
            try replay(segment, into: &report) { batch, _ in try body(segment.number, batch) }
        }
        return report
    }

    /// Reads all segments after `retired` and changes nothing; which are there.
    ///
    /// - Parameter isOpen: whether another process writes to the log, so that the end of its last segment says nothing.
    public static func check(
        folder: String, fileSystem: any FileSystem, after retired: UInt64, isOpen: Bool, into report: inout ReplayReport
    ) throws -> [UInt64] {
        let numbers = try segments(in: folder, fileSystem)
        for number in numbers where number > retired {
            let path = "\(folder)/\(SegmentFormat.fileName(number))"
            let file = try fileSystem.open(path)
            let segment = LogSegment(number: number, byteCount: try file.byteCount, isLast: number == numbers.last)
            var reader = try SegmentReader(file, path: path)
            var outcome = try reader.read { _, _ in }
            if isOpen, segment.isLast { outcome.torn = nil }
            report.add(outcome, of: segment, path: path)
        }
        return numbers
    }

    private func quarantine(_ number: UInt64) throws {
        try fileSystem.createDirectory(quarantineFolder)
        try fileSystem.link(path(number), to: "\(quarantineFolder)/\(SegmentFormat.fileName(number))")
        try fileSystem.syncDirectory(quarantineFolder)
        state.withLock { state in state.damaged.removeAll { $0 == number } }
    }

    /// A record that is torn may be one whose length was damaged, so what is cut off is kept.
    private func cut(_ torn: Range<Int>, of number: UInt64, isEmpty: Bool, _ report: inout ReplayReport) throws {
        let kept = "\(quarantineFolder)/\(SegmentFormat.fileName(number)).tail-\(torn.lowerBound)"
        do {
            try fileSystem.createDirectory(quarantineFolder)
            try fileSystem.copy(path(number), from: torn.lowerBound, to: kept)
            try fileSystem.syncDirectory(quarantineFolder)
            report.quarantined.append(kept)
            if isEmpty {
                try fileSystem.remove(path(number))
            } else {
                try fileSystem.truncate(path(number), to: torn.lowerBound)
            }
        } catch {
            report.quarantineFailures.append("it could not be cut off: \(error)")
        }
    }

    // MARK: Writing

    /// Adds a batch; it survives a crash after the next `sync`.
    ///
    /// - Returns: the segment that has it.
    /// - Throws: when it cannot be written, such as on a full disk. Nothing of it is left in the log then.
    @discardableResult
    public func append(_ batch: RecordBatch) throws -> UInt64 {
        let record = SegmentFormat.record { RecordBatchCodec.append(batch, to: &$0) }
        guard record.count <= SegmentFormat.payloadBytesMax else {
            throw WriteAheadLogError("cannot log a batch of \(record.count) bytes: at most \(SegmentFormat.payloadBytesMax)")
        }
        endFullSegment()
        return try state.withLock { state in
            let (number, file) = try currentSegment(&state)
            let start = file.byteCount
            do {
                try file.append(record)
            } catch {
                do {
                    try file.truncate(to: start)
                } catch {
                    // What is left of the record is torn. The next one goes to a segment of its own, and those before
                    // it in this one are not synced any more.
                    state.unsynced = (number, error)
                    state.segment = nil
                }
                throw error
            }
            state.appended += 1
            return number
        }
    }

    /// What is in it is synced first, since `sync` only knows the segment that is open. If that fails, `sync` throws from
    /// now on, and the next segment begins all the same.
    private func endFullSegment() {
        let isFull = state.withLock { ($0.segment?.file.byteCount ?? 0) >= segmentBytesMax }
        guard isFull, (try? sync()) != nil else { return }
        state.withLock { state in
            guard state.synced == state.appended, let segment = state.segment else { return }
            try? segment.file.close()
            state.segment = nil
        }
    }

    private func currentSegment(_ state: inout State) throws -> (UInt64, any WritableFile) {
        if let segment = state.segment { return segment }
        guard let number = state.nextNumber else {
            preconditionFailure("BUG: append before replay")
        }
        let file = try fileSystem.create(path(number))
        do {
            try file.append(SegmentFormat.header)
            try file.sync()
            try fileSystem.syncDirectory(folder)
        } catch {
            try? fileSystem.remove(path(number))
            throw error
        }
        state.segment = (number, file)
        state.nextNumber = number + 1
        return (number, file)
    }

    /// Returns when all batches appended before the call are on disk.
    ///
    /// - Throws: when they cannot be written. Until the segments in question are retired, every further call throws.
    public func sync() throws {
        try syncing.withLock {
            let (segment, appended) = try state.withLock { state in
                if let unsynced = state.unsynced { throw unsynced.error }
                return (state.synced < state.appended ? state.segment : nil, state.appended)
            }
            guard let segment else { return }
            do {
                try segment.file.sync()
                state.withLock { $0.synced = max($0.synced, appended) }
            } catch {
                state.withLock { state in
                    state.unsynced = (segment.number, error)
                    if state.segment?.number == segment.number { state.segment = nil }
                }
                throw error
            }
        }
    }

    /// Why `sync` throws until segments are retired, nil while it need not.
    public var failure: (any Error)? { state.withLock { $0.unsynced?.error } }

    /// Ends the segment: what is appended from now on goes to another.
    ///
    /// - Returns: the last segment with batches appended so far.
    public func rotate() throws -> UInt64 {
        do {
            try sync()
        } catch {
            // What is rotated is about to be sealed; a segment that cannot be synced is of no further use.
            guard state.withLock({ $0.unsynced != nil }) else { throw error }
        }
        return state.withLock { state in
            if let segment = state.segment {
                try? segment.file.close()
                state.segment = nil
            }
            return (state.nextNumber ?? 1) - 1
        }
    }

    /// Removes all segments up to and including one. Those with damage stay where they were set aside.
    public func retire(through segment: UInt64) throws {
        state.withLock { state in
            if let unsynced = state.unsynced, unsynced.number <= segment { state.unsynced = nil }
        }
        for number in try numbers() where number <= segment { try retire(number) }
    }

    /// A damaged segment that could not be set aside so far is, or stays where it is.
    private func retire(_ number: UInt64) throws {
        if state.withLock({ $0.damaged.contains(number) }) {
            do { try quarantine(number) } catch { return }
        }
        try fileSystem.remove(path(number))
    }

    /// Syncs and ends the log. Nothing may be appended afterwards.
    public func close() throws {
        try sync()
        try state.withLock { state in
            try state.segment?.file.close()
            state.segment = nil
        }
    }
}

/// A file of the log, as it was on opening.
public struct LogSegment: Sendable, Equatable {
    public let number: UInt64
    public let byteCount: Int
    /// Whether the log ends with it, which is where a record may be torn.
    public let isLast: Bool
}

extension SegmentReader.Outcome {
    /// Whether all of the segment was read, but for the end of the log.
    func isClean(in segment: LogSegment) -> Bool { damage.isEmpty && (torn == nil || segment.isLast) }
}

extension ReplayReport {
    mutating func add(_ outcome: SegmentReader.Outcome, of segment: LogSegment, path: String) {
        segments += 1
        records += outcome.records
        rows += outcome.rows
        for range in outcome.damage { add(LogDamage(path: path, offset: range.lowerBound, byteCount: range.count)) }
        guard let torn = outcome.torn else { return }
        if segment.isLast {
            tornBytes += torn.count
        } else {
            add(LogDamage(path: path, offset: torn.lowerBound, byteCount: torn.count))
        }
    }
}
