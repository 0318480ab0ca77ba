import Catalog
import Foundation
import Parquet
import Records
public import SystemIO
import WriteAheadLog

/// Makes the catalog of a data folder anew from its chunks.
///
/// No row may then be there twice or not at all. Chunks say what they were made of (`ChunkOrigin`), which decides:
///
/// - A chunk of which another chunk was made is left out, and so is one that is in quarantine/.
/// - A chunk made of log segments that are all still there is left out: the segments are replayed on the next start, which
///   then removes the chunk. Some of them may be in earlier chunks instead, if a replay sealed them in smaller pieces.
///   Segments are removed, in order, once their chunk is in the catalog; so if one is nowhere else, the chunk was in it,
///   and all of its segments are retired.
///
/// What can still be read of the old catalog helps: it knows of chunks that are on their way out, and retired segments. Its
/// audit and its flags are taken over.
public struct CatalogRebuild {
    /// What came of it.
    public struct Report: Encodable, Sendable {
        public internal(set) var chunks = 0
        public internal(set) var rows = 0
        /// Chunks that were left out since their rows are elsewhere.
        public internal(set) var superseded: [String] = []
        /// Chunks that could not be read, and why.
        public internal(set) var unreadable: [DoctorFinding] = []
        /// Where the old catalog is now; nil if there was none.
        public internal(set) var oldCatalog: String?
    }

    let folder: String
    let correlationIDs: [String]
    let fileSystem: any FileSystem
    let clock: any WallClock

    public init(
        folder: String, correlationIDs: [String], fileSystem: any FileSystem = POSIXFileSystem(),
        clock: any WallClock = SystemWallClock()
    ) {
        self.folder = folder
        self.correlationIDs = correlationIDs
        self.fileSystem = fileSystem
        self.clock = clock
    }

    private var path: String { "\(folder)/\(FileNames.catalog)" }
    private var newPath: String { path + ".new" }

    /// - Parameter progress: called with the chunks done, and those that there are.
    /// - Throws: when a collector has the folder, or it cannot be read or written. The old catalog is in place then.
    public func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> Report {
        guard fileSystem.exists("\(folder)/\(FileNames.data)") else {
            throw StorageError("cannot rebuild the catalog of '\(folder)': it is no data folder of a collector")
        }
        let lock = try fileSystem.lock("\(folder)/\(FileNames.lock)")
        defer { lock.release() }
        try RestoredFolder.refuseUnfinished(folder, fileSystem)
        var report = Report()
        let old = (try? CatalogCheck(path: path)) ?? nil
        let choice = try choose(old, &report)
        for name in [newPath, newPath + "-wal", newPath + "-shm"] where fileSystem.exists(name) { try fileSystem.remove(name) }
        let catalog = try Catalog(path: newPath)
        for (index, chunk) in choice.chunks.enumerated() {
            do {
                let indexing = ChunkIndexing(
                    file: chunk, path: String(chunk.path.dropFirst(folder.count + 1)), correlationIDs: correlationIDs)
                let publication = try indexing.publication()
                _ = try catalog.publish([publication], retiring: 0)
                report.chunks += 1
                report.rows += publication.rows
            } catch let damage as ChunkDamage {
                var finding = DoctorFinding(.damagedChunk, file: damage.path, damage.reason)
                finding.rowGroup = damage.rowGroup
                finding.column = damage.column
                report.unreadable.append(finding)
            } catch let error as StorageError {
                report.unreadable.append(DoctorFinding(.damagedChunk, file: chunk.path, error.description))
            }
            progress(index + 1, choice.chunks.count)
        }
        _ = try catalog.publish([], retiring: choice.retiredSegment)
        if let trusted = old?.trustedTime { try catalog.trust(trusted) }
        try catalog.add(old?.audits ?? [])
        try catalog.add(old?.flags ?? [])
        try catalog.closeWhole()
        try swap(&report)
        return report
    }

    // MARK: Which chunks

    private struct Choice {
        var chunks: [ChunkFile] = []
        var retiredSegment: UInt64 = 0
    }

    private func choose(_ old: CatalogCheck?, _ report: inout Report) throws -> Choice {
        var origins: [(path: String, file: ChunkFile, origin: ChunkOrigin?)] = []
        for path in try ChunkFolder(folder: folder, fileSystem: fileSystem).files().chunks {
            let file = ChunkFile(path: "\(folder)/\(path)", fileSystem: fileSystem, open: OpenChunks(countMax: 1))
            do {
                origins.append((path, file, ChunkOrigin(keyValues: try file.layout().reader.keyValues)))
            } catch {
                report.unreadable.append(DoctorFinding(.damagedChunk, file: file.path, "\(error)"))
            }
        }
        var superseded = Set((old?.chunks ?? []).filter(\.isReplaced).map(\.path))
        for case (_, _, .chunks(let paths)?) in origins { superseded.formUnion(paths) }
        let retired = old?.retiredSegment ?? 0
        let log = Set(try logSegments().filter { $0 > retired })
        let lists = origins.compactMap { item -> [UInt64]? in
            guard case .log(let segments)? = item.origin else { return nil }
            return segments
        }
        var choice = Choice(retiredSegment: retired)
        for (path, file, origin) in origins {
            var isElsewhere = superseded.contains(path) || fileSystem.exists("\(folder)/\(FileNames.quarantined(path))")
            if case .log(let segments)? = origin {
                let last = segments.max() ?? 0
                isElsewhere = isElsewhere
                    || LeftoverChunks.isInLog(
                        segments, log,
                        isInChunks: { segment in
                            segment <= retired || lists.contains { $0.contains(segment) && ($0.max() ?? 0) < last }
                        })
                if !isElsewhere { choice.retiredSegment = max(choice.retiredSegment, last) }
            }
            if isElsewhere { report.superseded.append(path) } else { choice.chunks.append(file) }
        }
        return choice
    }

    private func logSegments() throws -> [UInt64] {
        let path = "\(folder)/\(FileNames.writeAheadLog)"
        return fileSystem.exists(path) ? try WriteAheadLog.segments(in: path, fileSystem) : []
    }

    // MARK: The swap

    /// The last rename is what counts: before it the old catalog is in place, after it the new one.
    private func swap(_ report: inout Report) throws {
        if fileSystem.exists(path) {
            let kept = "\(path).\(Timestamp.day(clock.now()))-\(clock.now() / 1_000_000_000).old"
            // A log that SQLite has not brought into the old file must not be taken for one of the new file.
            try? Catalog.checkpoint(path: path)
            try fileSystem.link(path, to: kept)
            if fileSystem.exists(path + "-wal") { try fileSystem.rename(path + "-wal", to: kept + "-wal") }
            if fileSystem.exists(path + "-shm") { try fileSystem.remove(path + "-shm") }
            try fileSystem.syncDirectory(folder)
            report.oldCatalog = kept
            Failpoint.pass("rebuild.aside")
        }
        try fileSystem.renameForGood(newPath, to: path)
        Failpoint.pass("rebuild.swapped")
    }
}
