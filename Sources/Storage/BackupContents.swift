public import Catalog

/// All that a copy of a store must have: its chunks, and what the catalog knows beyond them.
public struct BackupContents: Codable, Sendable, Equatable {
    public struct Chunk: Codable, Sendable, Hashable {
        /// Relative to the data folder.
        public let path: String
        public let bytes: Int
        public let rows: Int
        /// Of the earliest and the latest row, in nanoseconds since 1970-01-01 UTC.
        public let minTime: Int64
        public let maxTime: Int64
        /// As in `ChunkRecord`.
        public let day: Int64?
        public let level: Int
        public let hotSince: Int64?

        public init(
            path: String, bytes: Int, rows: Int, minTime: Int64, maxTime: Int64, day: Int64?, level: Int, hotSince: Int64? = nil
        ) {
            self.path = path
            self.bytes = bytes
            self.rows = rows
            self.minTime = minTime
            self.maxTime = maxTime
            self.day = day
            self.level = level
            self.hotSince = hotSince
        }

        init(_ record: ChunkRecord) {
            self.init(
                path: record.path, bytes: record.bytes, rows: record.rows, minTime: record.minTime,
                maxTime: record.maxTime, day: record.day, level: record.level, hotSince: record.hotSince)
        }

        init(_ publication: ChunkPublication) {
            self.init(
                path: publication.path, bytes: publication.bytes, rows: publication.rows, minTime: publication.minTime,
                maxTime: publication.maxTime, day: publication.day, level: publication.level, hotSince: publication.hotSince)
        }
    }

    /// What a chunk does not say.
    public struct Extras: Codable, Sendable, Equatable {
        public let catalog: [KeptTable]
        /// The last segment of the write-ahead log whose rows are in chunks: no segment of a copy may have its number or a
        /// lower one, as chunks say which segments they were made of.
        public let retiredSegment: UInt64
        /// Rows that were lost before: what queries leave out, and what is not among the chunks either.
        public let omissions: [String]
    }

    /// Oldest first.
    public let chunks: [Chunk]
    public let extras: Extras
}
