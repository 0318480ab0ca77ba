import Catalog
import Records
import SystemIO

/// Files that a crash left in the data folder: chunks half written, and chunks that the catalog does not know.
struct LeftoverChunks {
    let folder: String
    let fileSystem: any FileSystem

    /// Removes those whose rows are in the log, so that other readers of the folder see no row twice.
    ///
    /// Chunks that the catalog does not know and that were not made of the log are only reported: it may be the catalog
    /// that is wrong.
    func remove(published: [ChunkRecord], replayed: ReplayedRows, _ report: inout RecoveryReport) throws {
        let published = Set(published.map(\.path))
        for day in try fileSystem.list("\(folder)/\(FileNames.data)") {
            for name in try fileSystem.list("\(folder)/\(FileNames.data)/\(day)") {
                let path = "\(FileNames.data)/\(day)/\(name)"
                if name.hasSuffix(FileNames.unfinishedSuffix) { try fileSystem.remove("\(folder)/\(path)") }
                guard name.hasSuffix(FileNames.chunkSuffix), !published.contains(path) else { continue }
                if isMade(path, of: replayed) {
                    try fileSystem.remove("\(folder)/\(path)")
                    report.removedChunks.append(path)
                } else {
                    report.unknownChunks.append(path)
                }
            }
        }
    }

    private func isMade(_ path: String, of replayed: ReplayedRows) -> Bool {
        let file = ChunkFile(path: "\(folder)/\(path)", fileSystem: fileSystem, open: OpenChunks(countMax: 1))
        guard let rowGroups = try? file.segments(), let first = rowGroups.first, let last = rowGroups.last else { return false }
        return replayed.couldMake(
            rowCount: rowGroups.reduce(0) { $0 + $1.rowCount },
            times: first.timeRange.lowerBound...last.timeRange.upperBound)
    }
}

/// What a chunk can have been made of: all rows of the log up to the end of some segment.
struct ReplayedRows {
    private struct Prefix {
        let segment: UInt64
        var rowCount: Int
        var times: ClosedRange<Int64>
    }

    private var prefixes: [Prefix] = []

    mutating func add(_ batch: RecordBatch, ofSegment segment: UInt64) {
        guard let first = batch.times.min(), let last = batch.times.max() else { return }
        var prefix = prefixes.last ?? Prefix(segment: segment, rowCount: 0, times: first...last)
        prefix.rowCount += batch.rowCount
        prefix.times = min(prefix.times.lowerBound, first)...max(prefix.times.upperBound, last)
        if prefix.segment == segment { _ = prefixes.popLast() }
        prefixes.append(Prefix(segment: segment, rowCount: prefix.rowCount, times: prefix.times))
    }

    /// Whether some prefix has as many rows, and the same first and last time.
    func couldMake(rowCount: Int, times: ClosedRange<Int64>) -> Bool {
        prefixes.contains { $0.rowCount == rowCount && $0.times == times }
    }
}
