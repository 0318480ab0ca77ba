/// Every bound of the write path, each with what happens when it is hit.
public enum Limits {
    /// Longest line accepted, in bytes. A longer one is cut here: its head is kept as a record with a `parse_error`, the rest is skipped and counted.
    public static let lineBytesMax = 1 << 20
    /// Fields of one record. The line is then kept whole in `message` with a `parse_error`.
    public static let fieldsPerRecordMax = 1_000
    /// Levels of nested objects. The line is then kept whole in `message` with a `parse_error`.
    public static let nestingMax = 100
    /// Bytes of a field name after flattening. The line is then kept whole in `message` with a `parse_error`.
    public static let fieldNameBytesMax = 1_024
    /// Words without `=` in a logfmt line; a line with more is no logfmt but plain text.
    public static let bareKeysMax = 8
    /// Lines of one source that are open at once since not all of their pieces have come. The first of more is taken as it is, with a `parse_error`.
    public static let openLinesMax = 16
    /// Columns of one batch. When a line would add more, the batch ends before it.
    public static let columnsPerBatchMax = 2_000
    /// Input bytes of one batch: a receiver hands on what it has at this size.
    public static let batchBytesMax = 4 << 20
    /// Distinct services with a token bucket of their own. Further ones share one bucket.
    public static let serviceBucketsMax = 10_000
    /// Columns of one chunk; the rarest beyond it go to the `_rest` column as JSON.
    public static let columnsPerChunkMax = 500
}
