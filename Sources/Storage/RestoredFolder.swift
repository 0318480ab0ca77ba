import Catalog
public import SystemIO

/// A data folder that is being made from a backup.
///
/// As long as it is not finished it has a file, `restoring`, and no store opens it. After a crash the same restore goes on
/// with the chunks that are there.
public final class RestoredFolder: Sendable {
    public let path: String
    private let fileSystem: any FileSystem
    private let lock: any FileLock

    private var marker: String { "\(path)/\(FileNames.restoring)" }
    /// What may be in a folder that counts as empty: the root of a disk has it.
    private static let ignored: Set = ["lost+found"]

    /// - Parameters:
    ///   - path: a folder that is empty or missing, or in which the same restore was cut short.
    ///   - what: names what is restored. The marker has it.
    /// - Throws: when there is something else in the folder, or it cannot be written.
    public init(_ path: String, restoring what: String, fileSystem: any FileSystem = POSIXFileSystem()) throws {
        self.path = path
        self.fileSystem = fileSystem
        try fileSystem.createDirectory(path)
        let names = Set(try fileSystem.list(path)).subtracting(Self.ignored)
        let isMarked = names.contains(FileNames.restoring)
        guard isMarked || names.isEmpty || names == [FileNames.lock] else {
            throw StorageError("cannot restore into '\(path)': it is not empty; use another folder")
        }
        lock = try fileSystem.lock("\(path)/\(FileNames.lock)")
        if isMarked {
            let bytes = try fileSystem.open("\(path)/\(FileNames.restoring)").read(at: 0, count: 4_096)
            let other = String(decoding: bytes, as: UTF8.self)
            guard other == what else {
                throw StorageError(
                    "cannot restore into '\(path)': another restore was cut short there, '\(other)'; use another folder, or "
                        + "empty this one")
            }
        } else {
            try mark(what)
        }
        try fileSystem.createDirectory("\(path)/\(FileNames.data)")
    }

    private func mark(_ what: String) throws {
        let file = try fileSystem.create(marker + FileNames.unfinishedSuffix)
        try file.append(Array(what.utf8))
        try file.sync()
        try file.close()
        try fileSystem.rename(marker + FileNames.unfinishedSuffix, to: marker)
        try fileSystem.syncDirectory(path)
    }

    static func refuseUnfinished(_ folder: String, _ fileSystem: any FileSystem) throws {
        guard isUnfinished(folder, fileSystem) else { return }
        throw StorageError("cannot open '\(folder)': \(unfinishedText)")
    }

    static func isUnfinished(_ folder: String, _ fileSystem: any FileSystem) -> Bool {
        fileSystem.exists("\(folder)/\(FileNames.restoring)")
    }

    static let unfinishedText =
        "a restore into it was cut short; run the same 'lockstitch backup restore' again, or empty it"

    /// The file of a chunk that is there already; nil if there is none.
    public func existing(_ chunk: BackupContents.Chunk) throws -> (any ReadableFile)? {
        let path = "\(path)/\(chunk.path)"
        return fileSystem.exists(path) ? try fileSystem.open(path) : nil
    }

    /// A file for the bytes of a chunk, which counts once `keep` was called.
    public func create(_ chunk: BackupContents.Chunk) throws -> any WritableFile {
        try fileSystem.createDirectory(dayFolder(chunk))
        return try fileSystem.create("\(path)/\(chunk.path)\(FileNames.unfinishedSuffix)")
    }

    public func keep(_ chunk: BackupContents.Chunk, _ file: any WritableFile) throws {
        try file.sync()
        try file.close()
        try fileSystem.rename("\(path)/\(chunk.path)\(FileNames.unfinishedSuffix)", to: "\(path)/\(chunk.path)")
        try fileSystem.syncDirectory(dayFolder(chunk))
    }

    /// Removes what was written of a chunk that is not to be kept.
    public func discard(_ chunk: BackupContents.Chunk) {
        try? fileSystem.remove("\(path)/\(chunk.path)\(FileNames.unfinishedSuffix)")
    }

    private func dayFolder(_ chunk: BackupContents.Chunk) -> String {
        let path = "\(path)/\(chunk.path)"
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    /// Makes the catalog of the chunks that are there, and the folder ready to be opened.
    ///
    /// - Parameters:
    ///   - damage: called for a chunk that cannot be read; throws if the restore is to end then. The chunk is left out.
    ///   - progress: called with the chunks done.
    public func finish(
        _ chunks: [BackupContents.Chunk], _ extras: BackupContents.Extras, correlationIDs: [String],
        damage: (BackupContents.Chunk, any Error) throws -> Void, progress: (Int) -> Void = { _ in }
    ) throws {
        let catalogPath = "\(path)/\(FileNames.catalog)"
        for suffix in ["", "-wal", "-shm"] where fileSystem.exists(catalogPath + suffix) {
            try fileSystem.remove(catalogPath + suffix)
        }
        let catalog = try Catalog(path: catalogPath)
        var publications: [ChunkPublication] = []
        let open = OpenChunks(countMax: 1)
        for (index, chunk) in chunks.enumerated() {
            let file = ChunkFile(path: "\(path)/\(chunk.path)", fileSystem: fileSystem, open: open)
            let indexing = ChunkIndexing(file: file, path: chunk.path, correlationIDs: correlationIDs)
            do {
                publications.append(try indexing.publication(of: chunk))
            } catch let error where error is ChunkDamage || error is StorageError {
                try damage(chunk, error)
                open.forget(file.path)
                try fileSystem.remove(file.path)
            }
            // Not one by one: a commit costs a sync.
            if publications.count == 64 || publications.reduce(0, { $0 + $1.ids.count }) > 1 << 20 || index == chunks.count - 1 {
                _ = try catalog.publish(publications, retiring: extras.retiredSegment)
                publications = []
                Failpoint.pass("restore.indexed")
            }
            progress(index + 1)
        }
        try catalog.restore(extras.catalog)
        if chunks.isEmpty { _ = try catalog.publish([], retiring: extras.retiredSegment) }
        try catalog.close()
        Failpoint.pass("restore.catalog")
        try fileSystem.syncDirectory("\(path)/\(FileNames.data)")
        try fileSystem.syncDirectory(path)
        try fileSystem.remove(marker)
        try fileSystem.syncDirectory(path)
        Failpoint.pass("restore.done")
        lock.release()
    }
}
