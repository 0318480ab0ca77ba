import Storage
import Synchronization
public import SystemIO

/// Makes a snapshot: copies the chunks that the target does not have, then writes the manifest.
///
/// ```swift
/// let report = try await BackupCreation(from: source, to: FolderTarget("/backup"), version: "1.0").run()
/// ```
/// Wherever it is cut short, the snapshots there were stay as they are. What was copied by then is not copied again by the
/// next attempt, but for the last `checkpointBytes`.
public struct BackupCreation: Sendable {
    /// What came of it.
    public struct Report: Sendable {
        public let manifest: BackupManifest
        public let copiedChunks: Int
        public let copiedBytes: Int
    }

    /// After so many copied bytes is noted what is there.
    public var checkpointBytes = 1 << 30
    public var progress: BackupProgressHandler = { _ in }

    private let source: any BackupSource
    private let target: any BackupTarget
    private let version: String
    private let clock: any WallClock
    private let names: ULIDGenerator

    /// - Parameter version: that of the program.
    public init(
        from source: any BackupSource, to target: any BackupTarget, version: String,
        clock: any WallClock = SystemWallClock(), random: any RandomSource = SystemRandomSource()
    ) {
        self.source = source
        self.target = target
        self.version = version
        self.clock = clock
        names = ULIDGenerator(clock: clock, random: random)
    }

    /// - Throws: when a chunk cannot be read or copied; there is then no snapshot of it.
    public func run() async throws -> Report {
        let lock = try await target.lock()
        defer { lock?.release() }
        // Nobody else writes.
        if lock != nil { try await target.removeUnfinished() }
        let contents = try await source.begin()
        let result: Result<Report, any Error>
        do { result = .success(try await copy(contents, isLocked: lock != nil)) } catch { result = .failure(error) }
        await source.end()
        return try result.get()
    }

    private func copy(_ contents: BackupContents, isLocked: Bool) async throws -> Report {
        let notes = try await unfinished()
        let known = try await known(contents, notes.compactMap(\.manifest))
        let draft = Draft(id: names.next(), time: clock.now(), version: version, contents, known)
        let missing = draft.missing
        // From here on a prune leaves alone what is there already.
        try await note(draft)
        Failpoint.pass("backup.begun")
        let count = ProgressCount(chunks: missing.count, bytes: missing.reduce(0) { $0 + $1.bytes }, progress)
        try await forEach(missing, concurrency: target.concurrency) { chunk in
            let unnoted = draft.add(try await copy(chunk, count))
            Failpoint.pass("backup.copied")
            if unnoted >= checkpointBytes { try await note(draft) }
        }
        let manifest = draft.manifest(isDone: true)
        try await check(manifest)
        try await target.write(try manifest.encoded(), to: BackupNames.snapshot(draft.id))
        Failpoint.pass("backup.published")
        // The snapshot is there; what this leaves goes with the next one.
        let abandoned = notes.filter { isLocked || $0.isAbandoned(at: clock.now()) }
        try? await target.remove(abandoned.map(\.name) + [BackupNames.unfinished(draft.id)])
        return Report(
            manifest: manifest, copiedChunks: missing.count, copiedBytes: missing.reduce(0) { $0 + $1.bytes })
    }

    private func note(_ draft: Draft) async throws {
        draft.isNoted()
        try await target.write(try draft.manifest(isDone: false).encoded(), to: BackupNames.unfinished(draft.id))
    }

    /// The chunks that the target has: those of the latest snapshots and of others in the making of which there is a file of
    /// that size.
    ///
    /// Snapshots are read from the last one on until all these files are known: a chunk may be damaged by now, and its copy
    /// be good.
    private func known(_ contents: BackupContents, _ unfinished: [BackupManifest]) async throws -> [BackupManifest.Entry] {
        let files = Dictionary(uniqueKeysWithValues: try await target.list(.chunks).map { ($0.name, $0.bytes) })
        var wanted: [String: BackupContents.Chunk] = [:]
        for chunk in contents.chunks where files[BackupNames.chunk(chunk.path)] == chunk.bytes { wanted[chunk.path] = chunk }
        var known: [BackupManifest.Entry] = []
        func take(_ manifest: BackupManifest) {
            for entry in manifest.entries where wanted[entry.chunk.path]?.bytes == entry.chunk.bytes {
                guard let chunk = wanted.removeValue(forKey: entry.chunk.path) else { continue }
                known.append(BackupManifest.Entry(chunk: chunk, sha256: entry.sha256))
            }
        }
        var snapshots = try await target.list(.snapshots).map(\.name).filter { BackupNames.id($0) != nil }
        while !wanted.isEmpty, let name = snapshots.popLast() {
            if let manifest = try await target.manifestIfReadable(name) { take(manifest) }
        }
        unfinished.forEach(take)
        return known
    }

    private func unfinished() async throws -> [UnfinishedSnapshot] {
        var found: [UnfinishedSnapshot] = []
        for name in try await target.list(.unfinished).map(\.name) where BackupNames.id(name) != nil {
            found.append(UnfinishedSnapshot(name: name, manifest: try await target.manifestIfReadable(name)))
        }
        return found
    }

    private func copy(_ chunk: BackupContents.Chunk, _ count: ProgressCount) async throws -> BackupManifest.Entry {
        let file = try await target.create(BackupNames.chunk(chunk.path))
        do {
            var hash = ChunkHash()
            while hash.byteCount < chunk.bytes {
                let wanted = min(FilePieces.bytesMax, chunk.bytes - hash.byteCount)
                let piece = try await source.read(chunk, at: hash.byteCount, count: wanted)
                guard piece.count == wanted else {
                    throw BackupError(
                        "cannot back up chunk '\(chunk.path)': it has \(hash.byteCount + piece.count) bytes in place of \(chunk.bytes)")
                }
                hash.update(piece)
                try await file.append(piece)
                count.add(bytes: piece.count)
                Failpoint.pass("backup.piece")
            }
            try await file.finish()
            count.addChunk()
            return BackupManifest.Entry(chunk: chunk, sha256: hash.text)
        } catch {
            await file.abandon()
            throw error
        }
    }

    /// A target that cannot be locked may have been pruned meanwhile.
    private func check(_ manifest: BackupManifest) async throws {
        let files = Dictionary(uniqueKeysWithValues: try await target.list(.chunks).map { ($0.name, $0.bytes) })
        for entry in manifest.entries where files[entry.name] != entry.chunk.bytes {
            throw BackupError(
                "'\(entry.name)' in \(target.description) was removed or changed meanwhile; run the backup again")
        }
    }

    /// A manifest in the making.
    private final class Draft: Sendable {
        let id: String
        private let time: Int64
        private let version: String
        private let contents: BackupContents
        private let entries: Mutex<[String: BackupManifest.Entry]>
        private let unnotedBytes = Atomic(0)

        init(id: String, time: Int64, version: String, _ contents: BackupContents, _ known: [BackupManifest.Entry]) {
            self.id = id
            self.time = time
            self.version = version
            self.contents = contents
            entries = Mutex(Dictionary(uniqueKeysWithValues: known.map { ($0.chunk.path, $0) }))
        }

        /// Returns the bytes that were copied since what is there was noted.
        func add(_ entry: BackupManifest.Entry) -> Int {
            entries.withLock { $0[entry.chunk.path] = entry }
            return unnotedBytes.add(entry.chunk.bytes, ordering: .relaxed).newValue
        }

        func isNoted() { unnotedBytes.store(0, ordering: .relaxed) }

        var missing: [BackupContents.Chunk] {
            let known = entries.withLock { $0 }
            return contents.chunks.filter { known[$0.path] == nil }
        }

        func manifest(isDone: Bool) -> BackupManifest {
            let known = entries.withLock { $0 }
            let planned = contents.chunks.filter { known[$0.path] == nil }.map { BackupNames.chunk($0.path) }
            return BackupManifest(
                format: BackupManifest.currentFormat, id: id, time: time, version: version,
                entries: contents.chunks.compactMap { known[$0.path] }, extras: contents.extras,
                planned: isDone ? nil : planned)
        }
    }
}
