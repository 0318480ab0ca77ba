public import Records
public import Stitching

/// A run of rows that never changes: one batch of the memtable, or one row group of a chunk.
public protocol Segment: Sendable {
    var rowCount: Int { get }
    /// The earliest and the latest time among the rows.
    var timeRange: ClosedRange<Int64> { get }
    /// Every field that some row has, `time` first, the others in the order of their columns.
    /// - Throws: as `column`.
    var fieldNames: [String] { get throws }

    /// The values of `field` for `rows`, decoding no more pages than these rows need. `time` gives timestamps.
    /// A field that no row has gives `ColumnVector.missing`.
    /// - Throws: when a chunk cannot be read or fails a check.
    func column(_ field: String, rows: Range<Int>) throws -> ColumnVector

    /// What is known of the words of the segment; nil when nothing is.
    /// - Throws: as `column`.
    func words() throws -> (any SegmentWords)?

    /// Its name, under which caches keep what was made of its rows; nil for what is soon gone.
    var identity: SegmentID? { get }

    /// The same rows, noting what is read of them.
    func counting(into counts: ReadCounts) -> any Segment

    /// Bounds of the numbers that some rows have in a field, told without reading them; nil where they are not known. Rows may
    /// be without a value.
    /// - Throws: as `column`.
    func range(_ field: String, rows: Range<Int>) throws -> ColumnRange?

    /// False only if no row has a weight (`FieldNames.weight`), which is then known without a look at the rows.
    /// - Throws: as `column`.
    var mayHaveWeights: Bool { get throws }

    /// How many rows to read at a time: what a page holds, or all rows of a memtable batch.
    var rowsPerBlock: Int { get }
}

extension Segment {
    /// The rows, in runs of `rowsPerBlock`.
    public var blocks: [Range<Int>] {
        let step = max(1, rowsPerBlock)
        return stride(from: 0, to: rowCount, by: step).map { $0..<min($0 + step, rowCount) }
    }

    public func words() throws -> (any SegmentWords)? { nil }

    public func range(_ field: String, rows: Range<Int>) throws -> ColumnRange? { nil }

    public var identity: SegmentID? { nil }

    public func counting(into counts: ReadCounts) -> any Segment { self }

    public var mayHaveWeights: Bool { get throws { true } }
}

/// What a query reads: all segments there are at one moment, unaffected by what is written later.
public struct Snapshot: Sendable {
    /// Rows that may hold an id.
    public struct Location: Sendable {
        public let segment: any Segment
        public let rows: Range<Int>

        public init(segment: any Segment, rows: Range<Int>) {
            self.segment = segment
            self.rows = rows
        }
    }

    private let segments: @Sendable (ClosedRange<Int64>?) throws -> [any Segment]
    private let lookup: @Sendable (String) throws -> [Location]
    private let counts: @Sendable (SegmentID) throws -> ChunkCounts?
    /// What queries of this snapshot share with others; nil for nothing.
    public let caches: QueryCaches?
    /// Rows that were taken, and that it does not have.
    public let omissions: [Omission]
    /// Which fields hold ids.
    public let stitching: StitchingRules

    /// - Parameters:
    ///   - segments: answers `segments(overlapping:)`.
    ///   - lookup: answers `locate(id:)`.
    ///   - counts: answers `counts(ofChunkWith:)`.
    ///   - omissions: rows that were taken, and that it does not have.
    ///   - stitching: which fields hold ids.
    public init(
        segments: @escaping @Sendable (ClosedRange<Int64>?) throws -> [any Segment],
        lookup: @escaping @Sendable (String) throws -> [Location],
        counts: @escaping @Sendable (SegmentID) throws -> ChunkCounts? = { _ in nil }, caches: QueryCaches? = nil,
        omissions: [Omission] = [], stitching: StitchingRules = .standard
    ) {
        self.counts = counts
        self.caches = caches
        self.segments = segments
        self.lookup = lookup
        self.omissions = omissions
        self.stitching = stitching
    }

    /// The segments that may have rows within `range` (nanoseconds since the epoch), oldest first; all of them for nil.
    /// - Throws: when a chunk that is needed cannot be opened.
    public func segments(overlapping range: ClosedRange<Int64>?) throws -> [any Segment] { try segments(range) }

    /// How many rows of a chunk each minute, service and level has; nil where that is not known, or some of them stand for
    /// rows that were sampled away.
    ///
    /// - Parameter segment: a row group of the chunk.
    /// - Throws: when the catalog or the chunk cannot be read.
    public func counts(ofChunkWith segment: SegmentID) throws -> ChunkCounts? { try counts(segment) }

    /// Where rows with `id` in a correlation-id field may be, over the whole retention: the id index names pages, and
    /// memtable batches with it are candidates as a whole. A candidate need not have the id; a row elsewhere has it not.
    public func locate(id: String) throws -> [Location] { try lookup(id) }
}
