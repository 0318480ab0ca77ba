/// How many rows of a minute have a service and a level.
public struct RollupCell: Sendable, Hashable {
    /// From 1970-01-01 UTC.
    public let minute: Int64
    /// Empty for rows that have none, or an empty one; as in queries these are the same.
    public let service: String
    public let level: String
    public let rows: Int
    /// How many rows they stand for: the sum of `_weight`, which is 1 for rows that have none.
    public let weight: Double

    public init(minute: Int64, service: String, level: String, rows: Int, weight: Double) {
        self.minute = minute
        self.service = service
        self.level = level
        self.rows = rows
        self.weight = weight
    }
}

/// What the catalog has counted of the rows in chunks.
public struct RollupSum: Sendable {
    /// Sorted by minute, service and level.
    public let cells: [RollupCell]
    /// Chunks that may have rows in the range and were not counted, as they have too many services, or were written by the
    /// first version: who needs their rows has to read them.
    public let uncountedChunks: [Int64]
}
