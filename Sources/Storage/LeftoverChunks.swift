import Catalog
import Parquet
import SystemIO

/// Files that a crash left in the data folder: chunks half written, and chunks that the catalog does not know.
struct LeftoverChunks {
    /// A chunk that the catalog does not know, and the log segments that it was made of.
    struct Unpublished {
        let path: String
        let logSegments: Set<UInt64>
    }

    let folder: String
    let fileSystem: any FileSystem

    /// The last log segment that a chunk which the catalog does not know was made of. A new segment with such a number would
    /// pass for it.
    func lastLogSegment(published: [ChunkRecord]) throws -> UInt64 {
        let published = Set(published.map(\.path))
        let unknown = try ChunkFolder(folder: folder, fileSystem: fileSystem).paths().filter { !published.contains($0) }
        return unknown.compactMap { path in
            guard case .log(let segments)? = origin(of: path) else { return nil }
            return segments.max()
        }.max() ?? 0
    }

    /// Removes what is half written, and chunks made of others that the catalog knows and that are there, so that other
    /// readers of the folder see no row twice; finds the chunks all of whose rows are in the log.
    ///
    /// Other chunks that the catalog does not know are only reported: it may be the catalog that is wrong.
    /// - Parameter log: the segments that are to be replayed.
    func settle(
        published: [ChunkRecord], log: Set<UInt64>, _ report: inout RecoveryReport
    ) throws -> [Unpublished] {
        let published = Set(published.map(\.path))
        var unpublished: [Unpublished] = []
        for day in try fileSystem.list("\(folder)/\(FileNames.data)") {
            for name in try fileSystem.list("\(folder)/\(FileNames.data)/\(day)") {
                let path = "\(FileNames.data)/\(day)/\(name)"
                if name.hasSuffix(FileNames.unfinishedSuffix) { try fileSystem.remove("\(folder)/\(path)") }
                guard name.hasSuffix(FileNames.chunkSuffix), !published.contains(path) else { continue }
                switch origin(of: path) {
                case .log(let segments) where !segments.isEmpty && log.isSuperset(of: segments):
                    unpublished.append(Unpublished(path: path, logSegments: Set(segments)))
                case .chunks(let paths) where paths.allSatisfy({ isThere($0, published) }):
                    try fileSystem.remove("\(folder)/\(path)")
                    report.removedChunks.append(path)
                case .log, .chunks, nil: report.unknownChunks.append(path)
                }
            }
        }
        return unpublished
    }

    private func isThere(_ path: String, _ published: Set<String>) -> Bool {
        published.contains(path) && fileSystem.exists("\(folder)/\(path)")
    }

    /// Nil for a file that cannot be read or does not say.
    func origin(of path: String) -> ChunkOrigin? {
        let file = ChunkFile(path: "\(folder)/\(path)", fileSystem: fileSystem, open: OpenChunks(countMax: 1))
        guard let layout = try? file.layout() else { return nil }
        return ChunkOrigin(keyValues: layout.reader.keyValues)
    }
}
