import Catalog
import Foundation
import Synchronization

extension Store {
    /// A replacement that is on its way to the catalog.
    ///
    /// It stays if that fails, and is tried again before anything else: SQLite may bring back after a crash what it failed
    /// to commit, and the new files must be there then.
    struct Replacement {
        let old: [Chunk]
        let new: [SealedChunk]
        /// The deletion that it is a part of, and how many rows it takes away.
        let audit: (id: Int64, rows: Int)?
        let decisions: [SamplingDecision]
        /// Called once the catalog has it.
        let whenDone: @Sendable () -> Void
    }

    /// What became of chunks since the store was opened.
    public var maintenanceMetrics: MaintenanceMetrics { maintenance.metrics }

    /// Does one piece of maintenance; there is one at a time.
    ///
    /// - Parameter body: gets what it has to call now and then. That throws when it is to end early; the result is then nil.
    func maintaining<Result>(
        _ stop: MaintenanceStop, _ body: (_ checkpoint: @escaping @Sendable () throws -> Void) throws -> Result?
    ) throws -> Result? {
        try maintenance.turn.withLock {
            try finishReplacement()
            do {
                return try body { [maintenance] in
                    if stop.isStopped || maintenance.isWanted { throw MaintenanceStopped() }
                }
            } catch is MaintenanceStopped {
                return nil
            }
        }
    }

    /// Puts new chunks in the place of old ones, for the catalog and for snapshots to come. The files of the old ones go
    /// when no snapshot has them any more.
    func replace(
        _ old: [Chunk], with new: [SealedChunk], audit: (id: Int64, rows: Int)? = nil,
        decisions: [SamplingDecision] = [], whenDone: @escaping @Sendable () -> Void = {}
    ) throws {
        maintenance.replacement.withLock {
            $0 = Replacement(old: old, new: new, audit: audit, decisions: decisions, whenDone: whenDone)
        }
        try finishReplacement()
    }

    func finishReplacement() throws {
        guard let replacement = maintenance.replacement.withLock({ $0 }) else { return }
        let records = try record(replacement)
        let replaced = Set(replacement.old.map(\.record.id))
        setChunks { chunks in chunks.filter { !replaced.contains($0.record.id) } + records.map(chunk) }
        for chunk in replacement.old { maintenance.replaced.replace(chunk) }
        maintenance.replacement.withLock { $0 = nil }
        replacement.whenDone()
    }

    /// A commit that failed may have come through all the same.
    private func record(_ replacement: Replacement) throws -> [ChunkRecord] {
        let old = replacement.old.map(\.record.id)
        do {
            return try catalog.replace(
                old, with: replacement.new.map(\.publication), audit: replacement.audit, decisions: replacement.decisions)
        } catch {
            let live = Dictionary(uniqueKeysWithValues: try catalog.chunks().map { ($0.path, $0) })
            let records = replacement.new.compactMap { live[$0.path] }
            guard records.count == replacement.new.count, replacement.old.allSatisfy({ live[$0.record.path] == nil }) else {
                throw error
            }
            return records
        }
    }

    /// Does a short step of merging what the id index has of each chunk, so that a lookup looks at a few places only.
    ///
    /// - Returns: false when there is nothing to merge.
    public func mergeIndexIfDue() throws -> Bool { try catalog.mergeIndex() }

    /// Removes the files of replaced chunks that nobody reads any more.
    ///
    /// - Throws: when one cannot be removed; it is tried again by the next call.
    public func removeReplacedChunks() throws {
        try maintenance.replaced.remove(folder: folder, fileSystem, catalog, openChunks)
    }
}
