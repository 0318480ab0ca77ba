import Foundation
public import Records
import Synchronization
public import SystemIO

/// Batches on disk before they are acknowledged.
///
/// ```swift
/// let log = try WriteAheadLog(folder: "data/wal", fileSystem: POSIXFileSystem())
/// let report = try log.replay(after: 0) { segment, batch in … }     // once, before anything is appended
/// try log.append(batch)
/// try log.sync()                       // from here on the batch survives a crash
/// let last = try log.rotate()          // what was appended so far is in segments up to `last`
/// try log.retire(through: last)        // and is no longer needed
/// ```
/// Calls may come from any thread.
public final class WriteAheadLog: Sendable {
    private struct State {
        var segment: (number: UInt64, file: any WritableFile)?
        var nextNumber: UInt64?
        /// Records appended, and records known to be on disk, since the log was opened.
        var appended = 0
        var synced = 0
        /// The last segment that could not be synced, and why: what is in it may never reach the disk (Rebello et al.,
        /// "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so nothing is acknowledged until it is
        /// retired.
        var unsynced: (number: UInt64, error: any Error)?
    }

    private let folder: String
    private let fileSystem: any FileSystem
    private let state = Mutex(State())
    /// Held while a segment is synced, so that callers that come meanwhile share the next sync.
    private let syncing = NSLock()

    /// - Parameter folder: must be there.
    public init(folder: String, fileSystem: any FileSystem) throws {
        self.folder = folder
        self.fileSystem = fileSystem
    }

    private func path(_ number: UInt64) -> String { "\(folder)/\(SegmentFormat.fileName(number))" }

    private func numbers() throws -> [UInt64] {
        try fileSystem.list(folder).compactMap(SegmentFormat.number).sorted()
    }

    // MARK: Replay

    /// Gives all batches of segments after `retired`, in the order in which they were appended, and removes the others.
    ///
    /// To be called once, before anything is appended. A torn tail is cut off; damage elsewhere is left out, and the
    /// segment with it copied aside. Both are in the report.
    /// - Throws: when a segment cannot be read or is of another version; then nothing was removed that is not retired.
    public func replay(
        after retired: UInt64, _ body: (_ segment: UInt64, _ batch: RecordBatch) throws -> Void
    ) throws -> ReplayReport {
        var report = ReplayReport()
        let numbers = try numbers()
        for number in numbers where number <= retired { try fileSystem.remove(path(number)) }
        for number in numbers where number > retired {
            try replay(number, isLast: number == numbers.last, &report) { try body(number, $0) }
        }
        state.withLock { $0.nextNumber = max(numbers.last ?? 0, retired) + 1 }
        return report
    }

    private func replay(
        _ number: UInt64, isLast: Bool, _ report: inout ReplayReport, _ body: (RecordBatch) throws -> Void
    ) throws {
        let reader = try SegmentReader(try fileSystem.open(path(number)), path: path(number))
        let outcome = try reader.read(body)
        report.segments += 1
        report.records += outcome.records
        report.rows += outcome.rows
        let damagedBytes = outcome.damagedBytes + (isLast ? 0 : outcome.tornBytes)
        if damagedBytes > 0 {
            report.damagedBytes += damagedBytes
            report.damagedCopies.append(try copyAside(number))
        }
        if isLast, outcome.tornBytes > 0 {
            report.tornBytes += outcome.tornBytes
            if outcome.records > 0 { try fileSystem.truncate(path(number), to: outcome.wholeBytes) }
        }
        if outcome.records == 0 { try fileSystem.remove(path(number)) }
    }

    private func copyAside(_ number: UInt64) throws -> String {
        let copy = path(number) + ".damaged"
        let source = try fileSystem.open(path(number))
        let target = try fileSystem.create(copy)
        var offset = 0
        while true {
            let bytes = try source.read(at: offset, count: 1 << 20)
            guard !bytes.isEmpty else { break }
            try target.append(bytes)
            offset += bytes.count
        }
        try target.sync()
        try target.close()
        try fileSystem.syncDirectory(folder)
        return copy
    }

    // MARK: Writing

    /// Adds a batch; it survives a crash after the next `sync`.
    ///
    /// - Throws: when it cannot be written, such as on a full disk. Nothing of it is left in the log then.
    public func append(_ batch: RecordBatch) throws {
        let record = SegmentFormat.record { RecordBatchCodec.append(batch, to: &$0) }
        guard record.count <= SegmentFormat.payloadBytesMax else {
            throw WriteAheadLogError("cannot log a batch of \(record.count) bytes: at most \(SegmentFormat.payloadBytesMax)")
        }
        try state.withLock { state in
            let file = try currentFile(&state)
            let start = file.byteCount
            do {
                try file.append(record)
            } catch {
                do {
                    try file.truncate(to: start)
                } catch {
                    // What is left of the record is torn. The next one goes to a segment of its own, and those before
                    // it in this one are not synced any more.
                    if let number = state.segment?.number { state.unsynced = (number, error) }
                    state.segment = nil
                }
                throw error
            }
            state.appended += 1
        }
    }

    private func currentFile(_ state: inout State) throws -> any WritableFile {
        if let segment = state.segment { return segment.file }
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
        return file
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

    /// Removes all segments up to and including one.
    public func retire(through segment: UInt64) throws {
        state.withLock { state in
            if let unsynced = state.unsynced, unsynced.number <= segment { state.unsynced = nil }
        }
        for number in try numbers() where number <= segment { try fileSystem.remove(path(number)) }
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
