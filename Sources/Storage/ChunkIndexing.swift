import Catalog
import Parquet
import Records
import SystemIO

/// What the catalog shall know of a chunk, read from its file: as if it had just been written.
struct ChunkIndexing {
    let file: ChunkFile
    /// Relative to the data folder.
    let path: String
    let correlationIDs: [String]

    /// How often its rows were merged is not in the file: more than once counts as once.
    ///
    /// - Throws: `ChunkDamage` when the file cannot be read.
    func publication() throws -> ChunkPublication {
        let layout = try file.layout()
        var ids: [IDEntry] = []
        var rollup = RollupCounter()
        var (first, last, rowCount) = (Int64.max, Int64.min, 0)
        for segment in try file.segments() {
            let rows = try indexedRows(segment, layout)
            try rollup.add(rows)
            ids += try entries(segment, rows)
            rowCount += rows.rowCount
            first = min(first, rows.times.first ?? .max)
            last = max(last, rows.times.last ?? .min)
        }
        guard first <= last else { throw StorageError("cannot use chunk '\(file.path)': it has no rows") }
        let day = Timestamp.dayNumber(first)
        let keyValues = layout.reader.keyValues
        var level = 0
        if case .chunks? = ChunkOrigin(keyValues: keyValues) { level = 1 }
        let hotSince = keyValues.first { $0.key == ChunkNames.hotSince }.flatMap { Int64($0.value) }
        return ChunkPublication(
            path: path, minTime: first, maxTime: last, rows: rowCount, bytes: layout.reader.byteCount, columns: columns(layout),
            ids: ids, day: day == Timestamp.dayNumber(last) ? day : nil, level: level,
            rollup: rollup.cells, hotSince: hotSince)
    }

    /// The same of a chunk of which it is known what it has.
    ///
    /// - Throws: a `StorageError` too, when it has something else.
    func publication(of chunk: BackupContents.Chunk) throws -> ChunkPublication {
        var publication = try publication()
        (publication.day, publication.level, publication.hotSince) = (chunk.day, chunk.level, chunk.hotSince)
        guard BackupContents.Chunk(publication) == chunk else {
            throw StorageError("cannot use chunk '\(file.path)': it has other rows than it should")
        }
        return publication
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
        var ids = RowIDs(rowCount: rows.rowCount)
        for field in correlationIDs { ids.add(try rows.column(field)) }
        return try segment.pageRows().enumerated().flatMap { page, pageRows in
            guard let rowGroup = UInt16(exactly: segment.rowGroup), let page = UInt16(exactly: page) else {
                throw StorageError("cannot use chunk '\(file.path)': it has more than 65536 row groups or pages")
            }
            return ids.distinctHashes(pageRows).map { IDEntry(hash: $0, rowGroup: rowGroup, page: page) }
        }
    }

    private func columns(_ layout: ChunkLayout) -> [ChunkColumnRecord] {
        layout.reader.schema.enumerated().map { index, schema in
            ChunkColumnRecord(name: schema.name, type: schema.type.label, values: layout.valueCount(index))
        }
    }
}
