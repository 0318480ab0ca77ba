/// Limits of a store. Every one has a sane default.
public struct StoreOptions: Sendable {
    /// Rows at which the memtable is sealed.
    public var memtableRowsMax = 524_288
    /// Bytes at which the memtable is sealed: those that its rows take in memory, and those that `_rest` would add to
    /// them. Up to twice as much is in memory while one is sealed and the next fills.
    public var memtableBytesMax = 256 << 20
    /// Age at which the memtable is sealed, in nanoseconds.
    public var memtableAgeMax: Int64 = 300 * 1_000_000_000
    /// zstd level of chunks, 1 to 19.
    public var zstdLevel = 1
    /// Rows of a row group.
    public var rowGroupRows = 131_072
    /// Bytes of `_rest`, but for escapes, at which a row group ends before it has `rowGroupRows`. Escapes make a byte six at
    /// most, and a line ends at `Limits.lineBytesMax`, so that no column of a row group comes near 4 GiB.
    public var rowGroupRestBytes = 64 << 20
    /// Rows of a page.
    public var pageRows = 8_192
    /// Whether chunks have filters by which queries for words skip pages.
    public var wordFilters = true
    /// Fields whose values are in the id index.
    public var correlationIDs: [String]

    public init(correlationIDs: [String]) { self.correlationIDs = correlationIDs }
}
