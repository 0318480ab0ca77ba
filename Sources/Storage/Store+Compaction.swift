import Catalog
import Records
import SystemIO

/// Small chunks merged into a larger one.
public struct Compaction: Sendable {
    public let chunks: Int
    public let rows: Int
    public let bytesBefore: Int
    public let bytesAfter: Int
    /// The new chunk, relative to the data folder.
    public let path: String
}

extension Store {
    /// Merges some small chunks of one day into a larger one, if there are such.
    ///
    /// Takes seconds and about four times `StoreOptions.compactionRowGroupBytes` of memory, and as much room on the disk
    /// as the chunks take. Queries go on, and those under way keep what they read.
    /// - Parameter stop: ends it early, as a deletion that comes meanwhile does.
    /// - Returns: nil when there was nothing to do, or it ended early.
    /// - Throws: when a chunk cannot be read, or the new one not written; all is then as before.
    public func compactIfDue(_ stop: MaintenanceStop = MaintenanceStop()) throws -> Compaction? {
        try maintaining(stop) { checkpoint in
            let policy = CompactionPolicy(targetBytes: options.compactionBytes)
            let due = policy.next(liveChunks.map(\.record).filter { $0.hotSince == nil }, today: Timestamp.dayNumber(clock.now()))
            guard !due.isEmpty else { return nil }
            let byID = liveChunksByID
            let inputs = due.compactMap { byID[$0.id] }
            let level = (due.map(\.level).max() ?? 0) + 1
            let outcome = try rewriter(checkpoint).rewrite(inputs, ulid: names.next(), level: level)
            guard let sealed = outcome.sealed else { return nil }
            Failpoint.pass("compact.written")
            try replace(inputs, with: [sealed])
            Failpoint.pass("compact.published")
            let compaction = Compaction(
                chunks: due.count, rows: sealed.contents.rows, bytesBefore: due.reduce(0) { $0 + $1.bytes },
                bytesAfter: sealed.contents.bytes, path: sealed.path)
            maintenance.metrics.count(compaction)
            return compaction
        }
    }

    func rewriter(_ checkpoint: @escaping @Sendable () throws -> Void) -> ChunkRewriter {
        var writer = chunkWriter
        writer.checkpoint = checkpoint
        return ChunkRewriter(writer: writer, zstdLevel: options.compactionZstdLevel)
    }
}
