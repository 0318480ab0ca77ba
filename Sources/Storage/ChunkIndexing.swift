import Catalog
import Parquet
import Records

/// What the catalog shall know of a chunk, read from its file: as if it had just been written.
struct ChunkIndexing {
    let file: ChunkFile
    let correlationIDs: [String]

    /// - Throws: `ChunkDamage` when the file cannot be read; a `StorageError` when it is not the chunk that was expected.
    func publication(of chunk: BackupContents.Chunk) throws -> ChunkPublication {
        let layout = try file.layout()
        let segments = try file.segments()
        var ids: [IDEntry] = []
        var rollup = RollupCounter()
        for segment in segments {
            let rows = try indexedRows(segment, layout)
            try rollup.add(rows)
            ids += try entries(segment, rows)
        }
        let rowCount = segments.reduce(0) { $0 + $1.rowCount }
        let times = chunk.minTime...chunk.maxTime
        guard rowCount == chunk.rows, segments.allSatisfy({ times.contains($0.timeRange) })
        else { throw StorageError("cannot use chunk '\(file.path)': it has other rows than it should") }
        return ChunkPublication(
            path: chunk.path, minTime: chunk.minTime, maxTime: chunk.maxTime, rows: chunk.rows, bytes: chunk.bytes,
            columns: try columns(layout), ids: ids, day: chunk.day, level: chunk.level, rollup: rollup.cells)
    }

    /// A row group with the columns only that the catalog looks at.
    private func indexedRows(_ segment: ChunkSegment, _ layout: ChunkLayout) throws -> SortedRows {
        let all = 0..<segment.rowCount
        let ids = correlationIDs.filter { layout.columns[$0] != nil }
        let names = [FieldNames.service, FieldNames.level, FieldNames.weight] + ids
        let columns = try names.compactMap { TextColumn($0, try segment.column($0, rows: all)) }
        return SortedRows([RecordBatch(times: try segment.times(all), columns: columns)])
    }

    private func entries(_ segment: ChunkSegment, _ rows: SortedRows) throws -> [IDEntry] {
        let columns = try ChunkColumns(rows, correlationIDs: correlationIDs)
        return try segment.pageRows().enumerated().flatMap { page, pageRows in
            guard let rowGroup = UInt16(exactly: segment.rowGroup), let page = UInt16(exactly: page) else {
                throw StorageError("cannot use chunk '\(file.path)': it has more than 65536 row groups or pages")
            }
            return columns.distinctIDHashes(pageRows).map { IDEntry(hash: $0, rowGroup: rowGroup, page: page) }
        }
    }

    private func columns(_ layout: ChunkLayout) throws -> [ChunkColumnRecord] {
        layout.reader.schema.enumerated().map { index, schema in
            let values = layout.reader.rowGroups.reduce(0) { $0 + $1.rowCount - ($1.statistics(index)?.nullCount ?? 0) }
            return ChunkColumnRecord(name: schema.name, type: schema.type.label, values: values)
        }
    }
}
