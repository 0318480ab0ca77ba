import Catalog
import Kernels
import Parquet
import Records
import Stitching
import SystemIO

/// Writes sorted rows to a chunk file, so that it is there whole or not at all.
struct ChunkWriter {
    let folder: String
    let options: StoreOptions
    let fileSystem: any FileSystem

    /// - Parameter rows: one at least.
    /// - Throws: when the file cannot be written; what was written of it is removed.
    func write(_ rows: SortedRows, ulid: String) throws -> SealedChunk {
        let day = Timestamp.day(rows.times.first ?? 0)
        let path = FileNames.chunk(day: day, ulid: ulid)
        let unfinished = "\(folder)/\(path)\(FileNames.unfinishedSuffix)"
        let dayFolder = "\(folder)/\(FileNames.data)/\(day)"
        if !fileSystem.exists(dayFolder) {
            try fileSystem.createDirectory(dayFolder)
            try fileSystem.syncDirectory("\(folder)/\(FileNames.data)")
        }
        do {
            let columns = try ChunkColumns(rows, options)
            let bytes = try write(columns, to: unfinished)
            try fileSystem.rename(unfinished, to: "\(folder)/\(path)")
            try fileSystem.syncDirectory(dayFolder)
            return SealedChunk(
                path: path, minTime: rows.times.first ?? 0, maxTime: rows.times.last ?? 0, rows: rows.rowCount,
                bytes: bytes, columns: columns.records, ids: ids(columns))
        } catch {
            // One or the other is there, or none.
            for path in [unfinished, "\(folder)/\(path)"] { try? fileSystem.remove(path) }
            throw error
        }
    }

    private func write(_ columns: ChunkColumns, to path: String) throws -> Int {
        let file = try fileSystem.create(path)
        var writerOptions = WriterOptions()
        writerOptions.zstdLevel = options.zstdLevel
        writerOptions.pageRows = options.pageRows
        var writer = try FileWriter(schema: columns.schema, options: writerOptions) { try file.append($0) }
        var filters: [[UInt8]?] = []
        for rows in columns.rowGroups {
            try writer.beginRowGroup(rowCount: rows.count)
            var words = WordFilterBuilder(rows, pageRows: options.pageRows)
            for (number, column) in columns.own.enumerated() {
                let start = writer.byteCount
                try writer.write(column.column, rows: rows)
                guard options.wordFilters, let texts = columns.texts(column) else { continue }
                words.add(texts, number: number, bytesInFile: writer.byteCount - start)
            }
            if let rest = columns.rest { try writer.write(rest.column(rows)) }
            try writer.endRowGroup()
            filters.append(words.finish())
        }
        let keyValues = try columns.kinds.keyValues() + append(filters, to: &writer).keyValues()
        let bytes = try writer.finish(keyValues: keyValues, sortingColumn: 0)
        try file.sync()
        try file.close()
        return bytes
    }

    private func append(_ filters: [[UInt8]?], to writer: inout FileWriter) throws -> WordFilterPlaces {
        var places: [Range<Int>?] = []
        for filter in filters {
            guard let filter else {
                places.append(nil)
                continue
            }
            let start = try writer.append(foreign: filter)
            places.append(start..<start + filter.count)
        }
        return WordFilterPlaces(places)
    }

    /// The pages on which each id stands.
    private func ids(_ columns: ChunkColumns) -> [IDEntry] {
        var entries: [IDEntry] = []
        for (rowGroup, groupRows) in columns.rowGroups.enumerated() {
            for (page, rows) in ranges(groupRows, of: options.pageRows).enumerated() {
                for hash in columns.distinctIDHashes(rows) {
                    entries.append(IDEntry(hash: hash, rowGroup: UInt16(rowGroup), page: UInt16(page)))
                }
            }
        }
        return entries
    }

    private func ranges(_ rows: Range<Int>, of count: Int) -> [Range<Int>] {
        stride(from: rows.lowerBound, to: rows.upperBound, by: count).map {
            $0..<min($0 + count, rows.upperBound)
        }
    }
}

/// A chunk file that the catalog does not know yet.
struct SealedChunk {
    let path: String
    let minTime: Int64
    let maxTime: Int64
    let rows: Int
    let bytes: Int
    let columns: [ChunkColumnRecord]
    let ids: [IDEntry]

    func publication(retiring segment: UInt64) -> ChunkPublication {
        ChunkPublication(
            path: path, minTime: minTime, maxTime: maxTime, rows: rows, bytes: bytes, columns: columns, ids: ids,
            retiredSegment: segment)
    }
}
