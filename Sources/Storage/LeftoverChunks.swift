import Catalog
import Parquet
import Records
import SystemIO

/// Files that a crash left in the data folder: chunks half written, and chunks that the catalog does not know.
struct LeftoverChunks {
    let folder: String
    let fileSystem: any FileSystem

    /// Removes those whose rows are in the log, or in chunks that the catalog knows and that are there, so that other
    /// readers of the folder see no row twice.
    ///
    /// Other chunks that the catalog does not know are only reported: it may be the catalog that is wrong.
    func remove(published: [ChunkRecord], replayed: ReplayedRows, _ report: inout RecoveryReport) throws {
        let published = Set(published.map(\.path))
        for day in try fileSystem.list("\(folder)/\(FileNames.data)") {
            for name in try fileSystem.list("\(folder)/\(FileNames.data)/\(day)") {
                let path = "\(FileNames.data)/\(day)/\(name)"
                if name.hasSuffix(FileNames.unfinishedSuffix) { try fileSystem.remove("\(folder)/\(path)") }
                guard name.hasSuffix(FileNames.chunkSuffix), !published.contains(path) else { continue }
                if isMade(path, of: replayed, published) {
                    try fileSystem.remove("\(folder)/\(path)")
                    report.removedChunks.append(path)
                } else {
                    report.unknownChunks.append(path)
                }
            }
        }
    }

    private func isMade(_ path: String, of replayed: ReplayedRows, _ published: Set<String>) -> Bool {
        let file = ChunkFile(path: "\(folder)/\(path)", fileSystem: fileSystem, open: OpenChunks(countMax: 1))
        guard let layout = try? file.layout(), let rowGroups = try? file.segments(), let first = rowGroups.first,
            let last = rowGroups.last
        else { return false }
        let extent = DayPartition.Extent(
            rowCount: rowGroups.reduce(0) { $0 + $1.rowCount },
            times: first.timeRange.lowerBound...last.timeRange.upperBound)
        switch ChunkOrigin(keyValues: layout.reader.keyValues) {
        case .log(let segment): return replayed.couldMake(extent, throughSegment: segment)
        case .chunks(let paths):
            return paths.allSatisfy { published.contains($0) && fileSystem.exists("\(folder)/\($0)") }
        case nil: return replayed.couldMakeWhole(extent)
        }
    }
}

/// What a chunk can have been made of: all rows of the log up to the end of some segment, or those of one day among them.
struct ReplayedRows {
    private var prefixes: [(segment: UInt64, rows: DayPartition)] = []

    mutating func add(_ batch: RecordBatch, ofSegment segment: UInt64) {
        guard batch.rowCount > 0 else { return }
        if prefixes.last?.segment != segment { prefixes.append((segment, prefixes.last?.rows ?? DayPartition())) }
        prefixes[prefixes.count - 1].rows.add(batch.times)
    }

    /// Whether sealing the rows up to the end of that segment makes a chunk with as many rows, and the same first and last
    /// time.
    func couldMake(_ extent: DayPartition.Extent, throughSegment segment: UInt64) -> Bool {
        prefixes.last { $0.segment <= segment }?.rows.extents.contains(extent) ?? false
    }

    /// Whether all rows up to the end of some segment are as many, with the same first and last time: what the first
    /// version made a chunk of.
    func couldMakeWhole(_ extent: DayPartition.Extent) -> Bool {
        prefixes.contains { prefix in
            var days = Array(prefix.rows.days.values)
            guard var whole = days.popLast() else { return false }
            for day in days { whole.formUnion(day) }
            return whole == extent
        }
    }
}
