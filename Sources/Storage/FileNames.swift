/// Every name on disk, relative to the data folder.
enum FileNames {
    static let lock = "lock"
    static let catalog = "catalog.sqlite"
    static let writeAheadLog = "wal"
    static let data = "data"
    /// Damaged files: nothing reads them, and nothing removes them but a person.
    static let quarantine = "quarantine"
    static let writeAheadLogQuarantine = "quarantine/wal"
    /// A chunk that is being written; left over after a crash, and then removed.
    static let unfinishedSuffix = ".tmp"

    static let chunkSuffix = ".parquet"
    /// There while a restore into the folder is not done; then nothing may open it.
    static let restoring = "restoring"

    /// Where a damaged chunk goes.
    static func quarantined(_ chunk: String) -> String {
        "\(quarantine)/\(chunk.split(separator: "/").last.map(String.init) ?? chunk)"
    }

    static func chunk(day: String, ulid: String) -> String { "\(data)/\(day)/\(ulid)\(chunkSuffix)" }
}

/// Names inside a chunk: what our files say beyond what every Parquet file says.
enum ChunkNames {
    /// Column of the event time.
    static let time = "time"
    /// JSON object of the fields that have no column of their own, their values as strings: those beyond
    /// `Limits.columnsPerChunkMax`, and a field that is itself called `_rest`.
    static let rest = "_rest"
    /// Column of the distance in rows to the parent span in the same row group, where it is there; `parent_span_id` then
    /// has no value.
    static let parentRowOffset = "parent_row_offset"
    /// Key-value metadata: name of the column with such distances, in chunks that have it.
    static let parentOffsetColumn = "lockstitch.parent_offset_column"
    /// Key-value metadata: name of the column with JSON objects of fields without a column, in chunks that have it.
    static let restColumn = "lockstitch.rest_column"
    /// Key-value metadata: JSON array of where the word filter of each row group lies, `[offset, length]`.
    static let wordFilters = "lockstitch.word_filters"
    /// Key-value metadata: JSON array of the text columns whose values are all JSON arrays.
    static let jsonColumns = "lockstitch.json_columns"
    /// Key-value metadata: JSON array of the text columns whose values are all numbers that fit no number type.
    static let numberColumns = "lockstitch.number_columns"
    /// Key-value metadata of a chunk made of the write-ahead log: the segments that its rows came from, behind commas.
    static let logSegments = "lockstitch.log_segments"
    /// Key-value metadata: checksums, see `ChunkChecksum`.
    static let checksum = "lockstitch.crc32c"
    static let footerChecksum = "lockstitch.footer_crc32c"
    /// Key-value metadata of a chunk made of other chunks: JSON array of their paths.
    static let madeOfChunks = "lockstitch.made_of_chunks"
    /// Key-value metadata of a chunk that sampling has not gone through: when it was sealed, in nanoseconds since 1970.
    static let hotSince = "lockstitch.hot_since"
}
