import Records

/// The rows that are in the write-ahead log but in no chunk yet, batch by batch as they came.
struct Memtable {
    private(set) var segments: [MemtableSegment] = []
    private(set) var rowCount = 0
    private(set) var byteCount = 0
    /// Bytes of the names of all values, which `_rest` repeats row by row.
    private var nameBytes = 0
    /// Names of fields, as many as decide whether the chunk will have a `_rest`.
    private var names: Set<String> = []
    /// When the first batch came, on the monotonic clock in nanoseconds.
    private(set) var openedAt: Int64?

    var isEmpty: Bool { segments.isEmpty }
    var batches: [RecordBatch] { segments.map(\.batch) }

    mutating func append(_ batch: RecordBatch, now: Int64) {
        guard batch.rowCount > 0 else { return }
        segments.append(MemtableSegment(batch))
        rowCount += batch.rowCount
        byteCount += batch.byteCount
        for column in batch.columns {
            nameBytes += column.count * (column.name.utf8.count + RestObjects.valueOverhead)
            if names.count <= Limits.columnsPerChunkMax { names.insert(column.name) }
        }
        openedAt = openedAt ?? now
    }

    /// Whether a limit that ends this memtable has been reached.
    func isDue(_ options: StoreOptions, now: Int64) -> Bool {
        guard let openedAt else { return false }
        let restBytes = names.count > Limits.columnsPerChunkMax ? nameBytes : 0
        return rowCount >= options.memtableRowsMax || byteCount + restBytes >= options.memtableBytesMax
            || now - openedAt >= options.memtableAgeMax
    }
}
