import Catalog
import SystemIO

/// Files that a crash left in the data folder: chunks half written, and chunks that the catalog does not know.
struct LeftoverChunks {
    /// A chunk that the catalog does not know, and the log segments that it was made of.
    struct Unpublished {
        let path: String
        let logSegments: Set<UInt64>
    }

    private let folder: String
    private let fileSystem: any FileSystem
    private let published: Set<String>
    private let unfinished: [String]
    /// Those that the catalog does not know; no origin where the file cannot be read or does not say.
    private let unknown: [(path: String, origin: ChunkOrigin?)]

    /// - Parameter replaced: chunks that the catalog has and whose files are on their way out.
    init(folder: String, fileSystem: any FileSystem, published: [ChunkRecord], replaced: [ChunkRecord]) throws {
        self.folder = folder
        self.fileSystem = fileSystem
        let published = Set(published.map(\.path))
        let chunkFolder = ChunkFolder(folder: folder, fileSystem: fileSystem)
        let files = try chunkFolder.files()
        self.published = published
        unfinished = files.unfinished
        let known = published.union(replaced.map(\.path))
        unknown = files.chunks.filter { !known.contains($0) }.map { ($0, chunkFolder.origin(of: $0)) }
    }

    /// The last log segment that a chunk which the catalog does not know was made of. A new segment with such a number would
    /// pass for it.
    var lastLogSegment: UInt64 {
        unknown.compactMap { _, origin in
            guard case .log(let segments)? = origin else { return nil }
            return segments.max()
        }.max() ?? 0
    }

    /// Removes what is half written, and chunks made of others that the catalog knows and that are there, so that other
    /// readers of the folder see no row twice; finds the chunks all of whose rows are in the log.
    ///
    /// Other chunks that the catalog does not know are only reported: it may be the catalog that is wrong.
    /// - Parameters:
    ///   - retired: the last log segment whose rows are in chunks that the catalog knows.
    ///   - log: the segments that are to be replayed.
    func settle(retired: UInt64, log: Set<UInt64>, _ report: inout RecoveryReport) throws -> [Unpublished] {
        for path in unfinished { try fileSystem.remove("\(folder)/\(path)") }
        var unpublished: [Unpublished] = []
        for (path, origin) in unknown {
            switch origin {
            case .log(let segments) where Self.isInLog(segments, log, isInChunks: { $0 <= retired }):
                unpublished.append(Unpublished(path: path, logSegments: Set(segments)))
            case .chunks(let paths) where paths.allSatisfy(isThere):
                try fileSystem.removeForGood("\(folder)/\(path)")
                report.removedChunks.append(path)
            case .log, .chunks, nil: report.unknownChunks.append(path)
            }
        }
        return unpublished
    }

    /// Whether the rows of these segments are in the log, but for segments of which `isInChunks` is true: those that a replay
    /// has sealed in smaller pieces before it was cut short.
    static func isInLog(_ segments: [UInt64], _ log: Set<UInt64>, isInChunks: (UInt64) -> Bool) -> Bool {
        segments.contains(where: log.contains) && segments.allSatisfy { log.contains($0) || isInChunks($0) }
    }

    private func isThere(_ path: String) -> Bool {
        published.contains(path) && fileSystem.exists("\(folder)/\(path)")
    }
}
