import Catalog
import Parquet
import SystemIO

/// Files that a crash left in the data folder: chunks half written, and chunks that the catalog does not know.
struct LeftoverChunks {
    /// A chunk that the catalog does not know, and the log segments that it was made from.
    struct Unpublished {
        let path: String
        let logSegments: Set<UInt64>
    }

    let folder: String
    let fileSystem: any FileSystem

    /// Removes what is half written, and finds the chunks whose rows are all in the log.
    ///
    /// Chunks that the catalog does not know and whose rows the log does not have are only reported: it may be the catalog
    /// that is wrong.
    /// - Parameter log: the segments that are to be replayed.
    func find(
        published: [ChunkRecord], log: Set<UInt64>, _ report: inout RecoveryReport
    ) throws -> [Unpublished] {
        let published = Set(published.map(\.path))
        var unpublished: [Unpublished] = []
        for day in try fileSystem.list("\(folder)/\(FileNames.data)") {
            for name in try fileSystem.list("\(folder)/\(FileNames.data)/\(day)") {
                let path = "\(FileNames.data)/\(day)/\(name)"
                if name.hasSuffix(FileNames.unfinishedSuffix) { try fileSystem.remove("\(folder)/\(path)") }
                guard name.hasSuffix(FileNames.chunkSuffix), !published.contains(path) else { continue }
                let segments = logSegments(path)
                if !segments.isEmpty, segments.isSubset(of: log) {
                    unpublished.append(Unpublished(path: path, logSegments: segments))
                } else {
                    report.unknownChunks.append(path)
                }
            }
        }
        return unpublished
    }

    /// None for a file that cannot be read.
    private func logSegments(_ path: String) -> Set<UInt64> {
        let file = ChunkFile(path: "\(folder)/\(path)", fileSystem: fileSystem, open: OpenChunks(countMax: 1))
        return (try? file.layout().logSegments).map { Set($0) } ?? []
    }
}

extension ChunkLayout {
    /// The log segments that the rows came from; none for a file that does not say.
    var logSegments: [UInt64] {
        let text = reader.keyValues.first { $0.key == ChunkNames.logSegments }?.value ?? ""
        return text.split(separator: ",").compactMap { UInt64($0) }
    }
}
