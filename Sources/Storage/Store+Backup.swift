import Catalog
import Synchronization
import SystemIO

/// The chunks of one moment, for a copy. Their files stay as long as this is kept, whatever is merged or dropped meanwhile.
public struct BackupView: Sendable {
    public let contents: BackupContents
    private let files: [String: ChunkFile]
    private let fileSystem: any FileSystem

    fileprivate init(_ contents: BackupContents, _ chunks: [Chunk], _ fileSystem: any FileSystem) {
        self.contents = contents
        files = Dictionary(uniqueKeysWithValues: chunks.map { ($0.record.path, $0.file) })
        self.fileSystem = fileSystem
    }

    /// Some bytes of a chunk; fewer only at its end. Nil if it has no such chunk.
    public func read(_ path: String, at offset: Int, count: Int) throws -> [UInt8]? {
        guard let file = files[path] else { return nil }
        return try fileSystem.open(file.path).read(at: offset, count: count)
    }
}

extension Store {
    /// Seals what is in memory, and holds on to all chunks: all rows appended before the call are in them.
    ///
    /// - Throws: when it cannot be sealed, as while the write-ahead log is not replayed.
    public func beginBackup() throws -> BackupView {
        if let refusal = backupRefusal { throw refusal }
        try seal()
        if let refusal = backupRefusal { throw refusal }
        // While no chunk is replaced, so that what is audited fits the chunks.
        return try maintenance.withTurn {
            let (chunks, omissions) = state.withLock { ($0.chunks, $0.quarantined.map(\.omission.description)) }
            let contents = BackupContents(
                chunks: chunks.map { BackupContents.Chunk($0.record) },
                extras: BackupContents.Extras(
                    catalog: try catalog.keptTables(), retiredSegment: try catalog.retiredSegment, omissions: omissions))
            Failpoint.pass("backup.held")
            return BackupView(contents, chunks, fileSystem)
        }
    }

    private var backupRefusal: StorageError? {
        let progress = replayProgress
        guard progress.phase != .done else { return nil }
        let rest = "\(progress.pendingSegments) of \(progress.segmentsTotal) segments of the write-ahead log are not replayed yet"
        return StorageError("cannot back up: \(rest)" + (progress.failure.map { "; \($0)" } ?? ""))
    }
}
