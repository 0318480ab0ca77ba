import Parquet
import Records
import Synchronization
import SystemIO

/// A chunk's file. What stands in its footer of the row groups is read when it is first needed, and then kept.
final class ChunkFile: Sendable {
    let path: String
    private let fileSystem: any FileSystem
    private let open: OpenChunks
    private let caches: QueryCaches?
    let number = SegmentID.nextFile()
    private let rowGroups = Mutex<[RowGroupSummary]?>(nil)
    private let ranges = Mutex<[[Int]: PageRanges?]>([:])
    private let unused = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter caches: what queries share; nil for nothing.
    init(path: String, fileSystem: any FileSystem, open: OpenChunks, caches: QueryCaches? = nil) {
        self.path = path
        self.fileSystem = fileSystem
        self.open = open
        self.caches = caches
    }

    deinit {
        caches?.forget(file: number)
        unused.withLock { $0 }?()
    }

    /// Has `body` called when nobody uses the file any more.
    func whenUnused(_ body: @escaping @Sendable () -> Void) { unused.withLock { $0 = body } }

    func note(damagedFilter damage: ChunkDamage) { open.damagedFilters.add(damage) }

    /// The row groups.
    ///
    /// - Throws: when the file cannot be read or is no chunk.
    func segments() throws -> [ChunkSegment] {
        try summaries().enumerated().map { ChunkSegment(file: self, rowGroup: $0.offset, summary: $0.element) }
    }

    /// The rows of a page, as the id index names it.
    func location(rowGroup: Int, page: Int) throws -> Snapshot.Location {
        let segments = try segments()
        guard segments.indices.contains(rowGroup) else {
            throw StorageError("cannot read chunk '\(path)': the id index names row group \(rowGroup), which it has not")
        }
        let pages = try segments[rowGroup].pageRows()
        guard pages.indices.contains(page) else {
            throw StorageError("cannot read chunk '\(path)': the id index names page \(page), which it has not")
        }
        return Snapshot.Location(segment: segments[rowGroup], rows: pages[page])
    }

    /// The chunk, open. To be asked for anew for each read: who keeps it keeps a file descriptor.
    func layout() throws -> ChunkLayout {
        try open.layout(path) {
            try ChunkDamage.finding(in: path) {
                let file = try fileSystem.open(path)
                try ChunkChecksum.checkFooter(file)
                return try ChunkLayout(try FileReader(ChunkSource(file: file)), path: path)
            }
        }
    }

    func id(rowGroup: Int) -> SegmentID { SegmentID(file: number, rowGroup: rowGroup) }

    /// Some rows of a column of a row group.
    ///
    /// - Parameter counts: told whether it was there or had to be decoded.
    func vector(
        _ column: Int, rowGroup: Int, _ rows: Range<Int>, of layout: ChunkLayout, _ counts: ReadCounts?
    ) throws -> ColumnVector {
        let key = QueryCaches.ColumnKey(segment: id(rowGroup: rowGroup), column: column, rows: rows)
        if let known = caches?.columns.value(key) {
            counts?.noteCached()
            return known
        }
        let vector = try layout.vector(column, rowGroup: rowGroup, rows)
        let bytes = vector.memoryBytes
        counts?.noteDecoded(bytes)
        caches?.columns.keep(vector, for: key, bytes: bytes)
        return vector
    }

    /// Bounds of the pages of a column; nil where it has none. They are kept, as they are small.
    func pageRanges(_ column: Int, rowGroup: Int, of layout: ChunkLayout) throws -> PageRanges? {
        let type = layout.reader.schema[column].type
        guard type == .int64 || type == .double else { return nil }
        if let known = ranges.withLock({ $0[[rowGroup, column]] }) { return known }
        let pages = try ChunkDamage.finding(in: path, rowGroup: rowGroup, column: layout.reader.schema[column].name) {
            try layout.reader.pageStatistics(column: column, rowGroup: rowGroup)
        }
        let found = pages.map { PageRanges($0, type) }
        ranges.withLock { $0[[rowGroup, column]] = .some(found) }
        return found
    }

    /// The word filter of a row group; nil when it has none.
    func words(rowGroup: Int) throws -> ChunkWords? {
        if let known = caches?.words.value(id(rowGroup: rowGroup)) { return known }
        let layout = try layout()
        let filter = try layout.wordFilter(rowGroup: rowGroup)
        let words = filter.map { ChunkWords($0, layout) }
        caches?.words.keep(words, for: id(rowGroup: rowGroup), bytes: filter?.byteCount ?? 100)
        return words
    }

    func summaries() throws -> [RowGroupSummary] {
        if let known = rowGroups.withLock({ $0 }) { return known }
        let layout = try layout()
        let summaries = try layout.reader.rowGroups.indices.map { rowGroup in
            try ChunkDamage.finding(in: path, rowGroup: rowGroup) { try layout.summary(rowGroup: rowGroup) }
        }
        rowGroups.withLock { $0 = summaries }
        return summaries
    }
}

/// What a query must know of a row group before it reads it.
struct RowGroupSummary: Sendable {
    let rowCount: Int
    let timeRange: ClosedRange<Int64>
}

/// A file as the Parquet reader wants it.
private struct ChunkSource: ByteSource {
    let file: any ReadableFile

    var byteCount: Int { get throws { try file.byteCount } }

    func read(_ range: Range<Int>) throws -> [UInt8] {
        try file.read(at: range.lowerBound, count: range.count)
    }
}

/// What all row groups of a chunk share.
struct ChunkLayout: Sendable {
    let reader: FileReader
    let path: String
    let kinds: ChunkColumnKinds
    /// Column numbers by name.
    let columns: [String: Int]
    let timeColumn: Int
    /// The column of objects of fields without a column; one that is only called so is none.
    let restColumn: Int?
    /// In chunks that have distances to parent spans.
    let parents: ParentColumns?
    let wordFilters: WordFilterPlaces

    init(_ reader: FileReader, path: String) throws {
        self.reader = reader
        self.path = path
        kinds = try ChunkColumnKinds(keyValues: reader.keyValues)
        let columns = Dictionary(reader.schema.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard let time = columns[ChunkNames.time], reader.schema[time].type == .int64 else {
            throw StorageError("cannot read chunk '\(path)': it has no column '\(ChunkNames.time)' of type INT64")
        }
        self.columns = columns
        wordFilters = try WordFilterPlaces(reader, path: path)
        timeColumn = time
        restColumn = kinds.rest.flatMap { columns[$0] }
        parents = try kinds.parentOffsets.map {
            try ParentColumns(offsets: $0, columns, reader.schema, path: path)
        }
    }
}
