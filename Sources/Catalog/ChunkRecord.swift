/// A chunk as the catalog knows it.
public struct ChunkRecord: Sendable, Hashable {
    public let id: Int64
    /// Relative to the data folder.
    public let path: String
    /// Of the earliest and the latest row, in nanoseconds since 1970-01-01 UTC.
    public let minTime: Int64
    public let maxTime: Int64
    public let rows: Int
    /// Of the file.
    public let bytes: Int
}

/// A column of a chunk as the catalog knows it.
public struct ChunkColumnRecord: Sendable, Hashable {
    public let name: String
    /// The Parquet type, such as `INT64`.
    public let type: String
    /// Rows that have a value.
    public let values: Int

    public init(name: String, type: String, values: Int) {
        self.name = name
        self.type = type
        self.values = values
    }
}

/// All that one seal tells the catalog, in one transaction.
public struct ChunkPublication: Sendable {
    public let path: String
    public let minTime: Int64
    public let maxTime: Int64
    public let rows: Int
    public let bytes: Int
    public let columns: [ChunkColumnRecord]
    public let ids: [IDEntry]
    /// The last segment of the write-ahead log whose rows are in this chunk.
    public let retiredSegment: UInt64

    public init(
        path: String, minTime: Int64, maxTime: Int64, rows: Int, bytes: Int, columns: [ChunkColumnRecord],
        ids: [IDEntry], retiredSegment: UInt64
    ) {
        self.path = path
        self.minTime = minTime
        self.maxTime = maxTime
        self.rows = rows
        self.bytes = bytes
        self.columns = columns
        self.ids = ids
        self.retiredSegment = retiredSegment
    }
}
