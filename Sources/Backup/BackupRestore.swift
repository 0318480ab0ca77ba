import Records
import Storage
import Synchronization
public import SystemIO

/// Makes a data folder of a snapshot.
public struct BackupRestore: Sendable {
    public struct Report: Sendable {
        public let chunks: Int
        public let rows: Int
        public let bytes: Int
        /// Chunks that were left out as they cannot be read, with their rows and times, and why.
        public let damaged: [String]
        /// Chunks that were left out as all of their rows are later than was wanted.
        public let laterChunks: Int
    }

    /// Only chunks whose earliest row is not later, in nanoseconds since 1970-01-01 UTC.
    public var until: Int64?
    /// Whether chunks that cannot be read are left out. Else they end the restore.
    public var skipsDamaged = false
    /// Of the copying.
    public var progress: BackupProgressHandler = { _ in }
    /// Of the indexing that follows: chunks done.
    public var indexProgress: @Sendable (Int) -> Void = { _ in }

    private let target: any BackupTarget
    private let fileSystem: any FileSystem

    public init(from target: any BackupTarget, fileSystem: any FileSystem = POSIXFileSystem()) {
        self.target = target
        self.fileSystem = fileSystem
    }

    /// - Parameters:
    ///   - path: a folder that is empty or missing, or in which the same restore was cut short.
    ///   - correlationIDs: fields whose values go to the id index.
    /// - Throws: when the folder has anything else, a chunk is missing or damaged, or the disk is full. A second attempt goes
    ///   on with what is there.
    public func run(_ manifest: BackupManifest, into path: String, correlationIDs: [String]) async throws -> Report {
        let wanted = manifest.entries.filter { entry in until.map { entry.chunk.minTime <= $0 } ?? true }
        let what = "snapshot \(manifest.id)" + (until.map { " until \(Timestamp.text($0))" } ?? "")
        let folder = try RestoredFolder(path, restoring: what, fileSystem: fileSystem)
        Failpoint.pass("restore.begun")
        let damaged = Damages(manifest, skips: skipsDamaged)
        let count = ProgressCount(wanted, progress)
        try await forEach(wanted, concurrency: target.concurrency) { entry in
            if let problem = try await fetch(entry, folder, count) { try damaged.add(entry.chunk, problem) }
            count.addChunk()
            Failpoint.pass("restore.copied")
        }
        let found = wanted.map(\.chunk).filter { !damaged.has($0) }
        try folder.finish(
            found, manifest.extras, correlationIDs: correlationIDs, damage: { try damaged.add($0, "\($1)") },
            progress: indexProgress)
        let kept = found.filter { !damaged.has($0) }
        return Report(
            chunks: kept.count, rows: kept.reduce(0) { $0 + $1.rows }, bytes: kept.reduce(0) { $0 + $1.bytes },
            damaged: damaged.texts, laterChunks: manifest.entries.count - wanted.count)
    }

    /// What is wrong with the file in the target; nil when the chunk is in the folder.
    private func fetch(_ entry: BackupManifest.Entry, _ folder: RestoredFolder, _ count: ProgressCount) async throws -> String? {
        if try isThere(entry, folder) {
            count.add(bytes: entry.chunk.bytes)
            return nil
        }
        let file = try folder.create(entry.chunk)
        var hash = ChunkHash()
        do {
            var pieces = FilePieces(target: target, name: entry.name)
            while let piece = try await pieces.next() {
                hash.update(piece)
                try file.append(piece)
                count.add(bytes: piece.count)
            }
        } catch {
            folder.discard(entry.chunk)
            if error is BackupFileMissing || (error as? SystemIOError)?.isDamage == true { return "\(error)" }
            throw error
        }
        if let problem = entry.problem(hash) {
            folder.discard(entry.chunk)
            return problem
        }
        try folder.keep(entry.chunk, file)
        return nil
    }

    private func isThere(_ entry: BackupManifest.Entry, _ folder: RestoredFolder) throws -> Bool {
        guard let file = try folder.existing(entry.chunk) else { return false }
        var hash = ChunkHash()
        while true {
            let piece = try file.read(at: hash.byteCount, count: FilePieces.bytesMax)
            guard !piece.isEmpty else { return entry.problem(hash) == nil }
            hash.update(piece)
        }
    }

    /// Chunks that are left out.
    private final class Damages: Sendable {
        private let snapshot: String
        private let skips: Bool
        private let found = Mutex<[BackupContents.Chunk: String]>([:])

        init(_ manifest: BackupManifest, skips: Bool) {
            snapshot = manifest.id
            self.skips = skips
        }

        func add(_ chunk: BackupContents.Chunk, _ problem: String) throws {
            guard skips else {
                throw BackupError("cannot restore all of snapshot \(snapshot): \(problem); --skip-damaged leaves such chunks out")
            }
            found.withLock { $0[chunk] = problem }
        }

        func has(_ chunk: BackupContents.Chunk) -> Bool { found.withLock { $0[chunk] != nil } }

        var texts: [String] {
            found.withLock { found in
                found.sorted { $0.key.path < $1.key.path }.map { chunk, problem in
                    let times = "from \(Timestamp.text(chunk.minTime)) to \(Timestamp.text(chunk.maxTime))"
                    return "\(chunk.rows) rows \(times) of chunk '\(chunk.path)' are left out: \(problem)"
                }
            }
        }
    }
}
