/// Limits of a store. Every one has a sane default.
public struct StoreOptions: Sendable {
    /// Rows at which the memtable is sealed.
    public var memtableRowsMax = 524_288
    /// Bytes at which the memtable is sealed. Up to twice as much is in memory while one is sealed and the next fills.
    public var memtableBytesMax = 256 << 20
    /// Age at which the memtable is sealed, in nanoseconds.
    public var memtableAgeMax: Int64 = 300 * 1_000_000_000
    /// zstd level of chunks, 1 to 19.
    public var zstdLevel = 1
    /// Rows of a row group.
    public var rowGroupRows = 131_072
    /// Rows of a page.
    public var pageRows = 8_192
    /// Fields whose values are in the id index.
    public var correlationIDs: [String]

    public init(correlationIDs: [String]) { self.correlationIDs = correlationIDs }
}
