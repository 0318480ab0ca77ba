public import Stitching

/// Limits of a store. Every one has a sane default.
public struct StoreOptions: Sendable {
    /// Rows at which the memtable is sealed.
    public var memtableRowsMax = 524_288
    /// Bytes at which the memtable is sealed: those that its rows take in memory, and those that `_rest` would add to
    /// them. Up to twice as much is in memory while one is sealed and the next fills.
    public var memtableBytesMax = 256 << 20
    /// Age at which the memtable is sealed, in nanoseconds.
    public var memtableAgeMax: Int64 = 300 * 1_000_000_000
    /// Bytes at which a segment of the write-ahead log ends. A replay that has to seal does so between segments, so they are
    /// a small part of a memtable.
    public var logSegmentBytesMax: Int { min(32 << 20, max(1 << 20, memtableBytesMax / 8)) }
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
    /// What compaction makes chunks grow to, in bytes.
    public var compactionBytes = 256 << 20
    /// zstd level of chunks that compaction makes, 1 to 19.
    public var compactionZstdLevel = 6
    /// Bytes in memory at which a row group of such a chunk ends before it has `rowGroupRows`.
    public var compactionRowGroupBytes = 64 << 20
    /// Memory for columns of chunks as queries read them, shared by all queries; 0 for none.
    public var queryCacheBytes = 256 << 20
    /// Memory for what queries made of whole row groups; 0 for none.
    public var resultCacheBytes = 32 << 20
    public var retention = RetentionPolicy()
    /// Which fields hold ids, which go to the id index.
    public var stitching: StitchingRules

    public init(stitching: StitchingRules = .standard) { self.stitching = stitching }

    /// - Parameter correlationIDs: the fields that hold ids, and no others.
    public init(correlationIDs: [String]) { stitching = StitchingRules(ids: correlationIDs) }
}
