import Storage
import Synchronization
import SystemIO

/// Reads all files of snapshots, and says what is wrong with them.
public struct BackupVerification: Sendable {
    public struct Report: Sendable {
        public internal(set) var chunks = 0
        public internal(set) var bytes = 0
        /// Sorted.
        public internal(set) var problems: [String] = []
    }

    /// Whether the pages of the chunks are decoded too: finds what was damaged before it was copied.
    public var isDeep = false
    public var progress: BackupProgressHandler = { _ in }

    private let target: any BackupTarget

    public init(_ target: any BackupTarget) { self.target = target }

    /// - Throws: when the target cannot be read; what is wrong with single files stands in the report.
    public func run(_ manifests: [BackupManifest]) async throws -> Report {
        var entries: [String: BackupManifest.Entry] = [:]
        var report = Report()
        for manifest in manifests {
            for entry in manifest.entries {
                if let other = entries.updateValue(entry, forKey: entry.name), other.sha256 != entry.sha256 {
                    report.problems.append("'\(entry.name)': snapshots do not agree on what it has")
                }
            }
        }
        let all = entries.values.sorted { $0.name < $1.name }
        let count = ProgressCount(all, progress)
        let problems = Problems()
        try await forEach(all, concurrency: target.concurrency) { entry in
            if let problem = try await check(entry, count) { problems.add(problem) }
            count.addChunk()
        }
        report.chunks = all.count
        report.bytes = all.reduce(0) { $0 + $1.chunk.bytes }
        report.problems = (report.problems + problems.all).sorted()
        return report
    }

    private func check(_ entry: BackupManifest.Entry, _ count: ProgressCount) async throws -> String? {
        let copy = isDeep ? try TemporaryChunk() : nil
        var hash = ChunkHash()
        do {
            var pieces = FilePieces(target: target, name: entry.name)
            while let piece = try await pieces.next() {
                hash.update(piece)
                count.add(bytes: piece.count)
                try copy?.append(piece)
            }
        } catch let missing as BackupFileMissing {
            return "\(missing)"
        } catch let error as SystemIOError where error.isDamage {
            return "'\(entry.name)': \(error)"
        }
        if let problem = entry.problem(hash) { return problem }
        guard let copy else { return nil }
        let problems = ChunkCheck(path: copy.path).problems(rows: entry.chunk.rows)
        guard !problems.isEmpty else { return nil }
        return "'\(entry.name)' was damaged before it was copied: "
            + problems.map { $0.detail + $0.placeInFile }.joined(separator: "; ")
    }
}

/// Found by several who read at once.
private final class Problems: Sendable {
    private let found = Mutex<[String]>([])

    func add(_ problem: String) { found.withLock { $0.append(problem) } }

    var all: [String] { found.withLock { $0 } }
}

extension BackupManifest.Entry {
    /// How a file differs from what it should be.
    func problem(_ hash: ChunkHash) -> String? {
        if hash.byteCount != chunk.bytes { return "'\(name)' has \(hash.byteCount) bytes in place of \(chunk.bytes)" }
        if hash.text != sha256 { return "'\(name)' is damaged: its SHA-256 is \(hash.text) in place of \(sha256)" }
        return nil
    }
}
