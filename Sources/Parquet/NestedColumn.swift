import Kernels

/// A column with its levels, as the format stores what nests (Parquet format, "Nested Encoding"; Melnik et al.,
/// "Dremel", 2010).
///
/// There is one entry for each value, and one for each place where a value is missing: a null, an empty list.
public struct NestedColumn: Sendable, Equatable {
    /// How many of the optional and repeated fields on the way to the entry have a value. An entry has one if this is
    /// the leaf's `definitionLevelMax`.
    public let definitionLevels: [UInt8]
    /// At which of the repeated fields on the way the entry goes on with a list that has begun; 0 starts a row.
    public let repetitionLevels: [UInt8]
    /// The values of the entries that have one.
    public let values: ColumnValues

    public var entryCount: Int { definitionLevels.count }
}

/// Gathers the entries of wanted rows from the pages of a chunk.
struct NestedColumnBuilder {
    /// It is to be given the dictionary, before any page.
    var decoder: PageDecoder
    private let wanted: Range<Int>
    private var definitions: [UInt8] = []
    private var repetitions: [UInt8] = []
    /// Rows that have begun.
    private(set) var rowCount = 0
    private(set) var entryCount = 0

    /// - Parameter wanted: rows of the row group.
    init(_ chunk: ChunkContext, wanted: Range<Int>) {
        decoder = PageDecoder(chunk)
        self.wanted = wanted
    }

    /// Whether all wanted rows are here: a row ends where the next begins.
    var isComplete: Bool { rowCount > wanted.upperBound }

    consuming func finish() throws(ParquetError) -> NestedColumn {
        let rows = repetitions.count { $0 == 0 }
        let chunk = decoder.chunk
        guard rows == wanted.count else { throw chunk.malformed("has other rows than its row group") }
        let present = definitions.count { Int($0) == chunk.leaf.definitionLevelMax }
        let values = decoder.finish()
        guard values.count == present else { throw chunk.malformed("has another number of values than its levels say") }
        return NestedColumn(definitionLevels: definitions, repetitionLevels: repetitions, values: values)
    }

    /// Moves to a row at which a page begins.
    mutating func skip(to row: Int) { rowCount = row }

    /// Appends the entries of wanted rows.
    mutating func append(_ page: Page, _ bytes: [UInt8]) throws(ParquetError) {
        let chunk = decoder.chunk
        let limit = chunk.limits.columnBytesMax / 2
        guard page.header.entryCount ?? 0 <= limit - definitions.count else {
            throw .unsupported("column \(chunk.leaf.name) has more than \(limit) entries; read fewer rows")
        }
        let content = try PageContent(page, bytes, chunk)
        let entries = try wantedEntries(content)
        entryCount += content.entryCount
        appendLevels(content, entries)
        try decoder.append(content, wanted: content.values(of: entries, chunk.leaf))
    }

    /// The entries of wanted rows; counts the rows.
    private mutating func wantedEntries(_ page: PageContent) throws(ParquetError) -> Range<Int> {
        guard case .nested(_, let repetitions) = page.levels, !repetitions.isEmpty else {
            let rows = rowCount..<rowCount + page.entryCount
            rowCount = rows.upperBound
            let found = wanted.clamped(to: rows)
            return found.isEmpty ? 0..<0 : found.lowerBound - rows.lowerBound..<found.upperBound - rows.lowerBound
        }
        guard rowCount > 0 || repetitions[0] == 0 else {
            throw decoder.chunk.malformed("begins within a row")
        }
        var start: Int?
        var end = repetitions.count
        for (entry, level) in repetitions.enumerated() where level == 0 || entry == 0 {
            if level == 0 { rowCount += 1 }
            if start == nil, rowCount > wanted.lowerBound { start = entry }
            if rowCount > wanted.upperBound { end = min(end, entry) }
        }
        guard let start, start < end else { return 0..<0 }
        return start..<end
    }

    private mutating func appendLevels(_ page: PageContent, _ entries: Range<Int>) {
        switch page.levels {
        case .none, .validity:
            for entry in entries {
                let isPresent = if case .validity(let bits) = page.levels { bits.bit(entry) } else { true }
                definitions.append(isPresent ? UInt8(decoder.chunk.leaf.definitionLevelMax) : 0)
            }
            repetitions.append(contentsOf: repeatElement(0, count: entries.count))
        case .nested(let newDefinitions, let newRepetitions):
            definitions.append(contentsOf: newDefinitions[entries])
            if newRepetitions.isEmpty {
                repetitions.append(contentsOf: repeatElement(0, count: entries.count))
            } else {
                repetitions.append(contentsOf: newRepetitions[entries])
            }
        }
    }
}
