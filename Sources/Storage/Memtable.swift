import Records

/// The rows that are in the write-ahead log but in no chunk yet, in the order in which they came.
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
    /// The log segments with these rows, rising.
    private(set) var logSegments: [UInt64] = []

    var isEmpty: Bool { segments.isEmpty }
    var batches: [RecordBatch] { segments.map(\.batch) }

    /// - Parameter logSegment: the segment of the write-ahead log that has the batch.
    mutating func append(_ batch: RecordBatch, now: Int64, logSegment: UInt64) {
        guard batch.rowCount > 0 else { return }
        if logSegments.last != logSegment { logSegments.append(logSegment) }
        var segment = batch
        while let last = segments.last?.batch, Self.belongTogether(last, segment) {
            segments.removeLast()
            byteCount -= last.byteCount
            segment = last.appending(segment)
        }
        segments.append(MemtableSegment(segment))
        rowCount += batch.rowCount
        byteCount += segment.byteCount
        for column in batch.columns {
            nameBytes += column.count * (column.name.utf8.count + RestObjects.valueOverhead)
            if names.count <= Limits.columnsPerChunkMax { names.insert(column.name) }
        }
        openedAt = openedAt ?? now
    }

    /// Whether two batches, one after the other, become one segment. Small ones must: each column of each costs more than
    /// a few rows of it, in memory and in every query. A segment takes in only what is at least half of it, so that no
    /// row is copied more often than a segment can double. Snapshots keep the batches that they have.
    private static func belongTogether(_ last: RecordBatch, _ next: RecordBatch) -> Bool {
        last.rowCount + next.rowCount <= segmentRowsMax && last.rowCount < 2 * next.rowCount
            && last.byteCount + next.byteCount <= segmentBytesMax
            && max(last.columns.count, next.columns.count) <= Limits.columnsPerBatchMax
    }

    /// What segments grow to.
    private static let segmentRowsMax = 8_192
    private static let segmentBytesMax = 1 << 20

    /// Whether a limit that ends this memtable has been reached.
    func isDue(_ options: StoreOptions, now: Int64) -> Bool {
        guard let openedAt else { return false }
        let restBytes = names.count > Limits.columnsPerChunkMax ? nameBytes : 0
        return rowCount >= options.memtableRowsMax || byteCount + restBytes >= options.memtableBytesMax
            || now - openedAt >= options.memtableAgeMax
    }
}
