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
    /// Days from 1970-01-01 UTC to that of all rows; nil where they are of several days.
    public let day: Int64?
    /// How often the rows in it were merged into a larger chunk: 0 for a chunk that sealing made.
    public let level: Int
    /// When it was sealed, in nanoseconds since 1970-01-01 UTC, while sampling has not gone through it; else nil.
    public let hotSince: Int64?

    public init(
        id: Int64, path: String, minTime: Int64, maxTime: Int64, rows: Int, bytes: Int, day: Int64?, level: Int,
        hotSince: Int64? = nil
    ) {
        self.id = id
        self.path = path
        self.minTime = minTime
        self.maxTime = maxTime
        self.rows = rows
        self.bytes = bytes
        self.day = day
        self.level = level
        self.hotSince = hotSince
    }
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

/// All that the catalog is told of a new chunk.
public struct ChunkPublication: Sendable {
    public let path: String
    public let minTime: Int64
    public let maxTime: Int64
    public let rows: Int
    public let bytes: Int
    public let columns: [ChunkColumnRecord]
    public let ids: [IDEntry]
    /// As in `ChunkRecord`.
    public var day: Int64?
    public var level: Int
    /// Counts of all rows; nil where they are not much fewer than the rows.
    public let rollup: [RollupCell]?
    /// As in `ChunkRecord`.
    public var hotSince: Int64?

    public init(
        path: String, minTime: Int64, maxTime: Int64, rows: Int, bytes: Int, columns: [ChunkColumnRecord],
        ids: [IDEntry], day: Int64?, level: Int = 0,
        rollup: [RollupCell]? = nil, hotSince: Int64? = nil
    ) {
        self.path = path
        self.minTime = minTime
        self.maxTime = maxTime
        self.rows = rows
        self.bytes = bytes
        self.columns = columns
        self.ids = ids
        self.day = day
        self.level = level
        self.rollup = rollup
        self.hotSince = hotSince
    }
}
