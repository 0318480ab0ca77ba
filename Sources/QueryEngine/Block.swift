import Kernels
import LogsQL
import Records
import Storage

/// A run of rows on its way through the pipes. Columns are read when first asked for, and once.
final class Block {
    let rowCount: Int
    /// The place of row 0 in the order of all rows, for ties in sorting.
    let position: Int
    /// Bounds of the times of the rows, where they are known without reading them.
    let timeRange: ClosedRange<Int64>?
    private let source: any BlockSource
    private var columns: [String: ColumnVector] = [:]

    init(_ source: any BlockSource, position: Int, timeRange: ClosedRange<Int64>? = nil) {
        self.source = source
        self.timeRange = timeRange
        self.position = position
        rowCount = source.rowCount
    }

    var fieldNames: [String] { get throws { try source.fieldNames } }

    /// - Parameter field: as stored.
    func column(_ field: String) throws -> ColumnVector {
        if let known = columns[field] { return known }
        var column = try source.column(field)
        if source.hasStreams, case .missing = column.values, StreamFields.names.contains(field) {
            column = StreamFields.column(field, of: try self.column(FieldNames.service))
        }
        columns[field] = column
        return column
    }

    /// The same, where a pipe `fields` that was told to carry it has taken it away, too.
    func carriedColumn(_ field: String) throws -> ColumnVector { try source.carriedColumn(field, of: self) }

    /// False only if no row has a weight.
    var mayHaveWeights: Bool { get throws { try source.mayHaveWeights } }

    /// False only if no row has a value in a field with all of some words.
    ///
    /// - Parameter words: as `wordHashes` gives them.
    func mayContain(_ words: [UInt64], field: String) throws -> Bool {
        try words.isEmpty || StreamFields.names.contains(field) || source.mayContain(words, field: field)
    }

    /// Bounds of the numbers in a field, told without reading it; nil where they are not known.
    func range(_ field: String) throws -> ColumnRange? { try source.range(field) }

    func records(_ rows: Bitmap, needed: FieldSelection) throws -> [Record] {
        try source.records(rows, needed: needed, of: self)
    }

    /// From where the rows can be read again, on any thread; nil for rows that pipes made.
    var origin: RowOrigin? { source.origin }

    /// The same rows with no fields but those of `patterns`, in that order.
    ///
    /// - Parameter carried: what `carriedColumn` finds all the same.
    func projected(_ selection: FieldSelection, carried: [String]) -> Block {
        Block(ProjectedSource(base: self, selection: selection, carried: carried), position: position)
    }

    /// As `records`, for rows that stand in columns.
    func materialise(_ rows: Bitmap, names: [String]) throws -> [Record] {
        let columns = try names.map { ($0, try column($0)) }
        var times: [Int64]?
        if case .timestamp(let values) = try column(FieldNames.time).values { times = values }
        return rows.setRows.map { row in
            let fields = columns.compactMap { name, column in column.value(row).map { Record.Field(name, $0) } }
            return Record(time: times?[row], fields: fields)
        }
    }
}

/// Where the rows of a block come from.
protocol BlockSource {
    var rowCount: Int { get }
    var fieldNames: [String] { get throws }
    func column(_ field: String) throws -> ColumnVector
    /// - Parameter block: the block itself, which keeps the columns.
    func carriedColumn(_ field: String, of block: Block) throws -> ColumnVector
    var mayHaveWeights: Bool { get throws }
    func mayContain(_ words: [UInt64], field: String) throws -> Bool
    func range(_ field: String) throws -> ColumnRange?
    var origin: RowOrigin? { get }
    /// Whether its rows are records as stored, which have the fields `StreamFields` as far as they have no such of their own.
    var hasStreams: Bool { get }
    /// - Parameter block: the block itself, which keeps the columns.
    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) throws -> [Record]
}

extension BlockSource {
    func carriedColumn(_ field: String, of block: Block) throws -> ColumnVector { try block.column(field) }
    var mayHaveWeights: Bool { get throws { true } }
    func mayContain(_ words: [UInt64], field: String) throws -> Bool { true }
    var hasStreams: Bool { false }
    func range(_ field: String) throws -> ColumnRange? { nil }
    var origin: RowOrigin? { nil }
}

/// Rows of a segment, perhaps with only some of their fields.
struct RowOrigin: Sendable {
    let segment: any Segment
    let rows: Range<Int>
    /// Those of the last pipe `fields` first; each with the fields that it carries.
    var selections: [(selection: FieldSelection, carried: [String])] = []

    /// - Parameter facts: of the segment.
    func block(_ facts: SegmentFacts) -> Block {
        let stored = Block(SegmentSource(segment: segment, rows: rows, facts: facts), position: 0)
        return selections.reversed().reduce(stored) { $0.projected($1.selection, carried: $1.carried) }
    }
}

/// Rows of a segment.
struct SegmentSource: BlockSource {
    let segment: any Segment
    let rows: Range<Int>
    let facts: SegmentFacts

    var rowCount: Int { rows.count }
    var hasStreams: Bool { true }
    var fieldNames: [String] { get throws { try facts.names() } }

    func range(_ field: String) throws -> ColumnRange? { try segment.range(field, rows: rows) }

    var origin: RowOrigin? { RowOrigin(segment: segment, rows: rows) }

    var mayHaveWeights: Bool { get throws { try segment.mayHaveWeights } }

    func column(_ field: String) throws -> ColumnVector { try segment.column(field, rows: rows) }

    func mayContain(_ words: [UInt64], field: String) throws -> Bool {
        try facts.words()?.mayContain(words, field: field, rows: rows) ?? true
    }

    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) throws -> [Record] {
        try block.materialise(rows, names: needed.selectShown(from: fieldNames))
    }
}

/// What holds for a whole segment, asked for at most once.
final class SegmentFacts {
    private let segment: any Segment
    private var knownNames: [String]?
    private var knownWords: (any SegmentWords)??

    init(_ segment: any Segment) { self.segment = segment }

    func names() throws -> [String] {
        if let knownNames { return knownNames }
        let names = try segment.fieldNames
        knownNames = names
        return names
    }

    func words() throws -> (any SegmentWords)? {
        if let knownWords { return knownWords }
        let words = try segment.words()
        knownWords = .some(words)
        return words
    }
}

/// Rows with only some of their fields.
private struct ProjectedSource: BlockSource {
    let base: Block
    let selection: FieldSelection
    let carried: [String]

    var rowCount: Int { base.rowCount }
    var mayHaveWeights: Bool { get throws { try base.mayHaveWeights } }
    var fieldNames: [String] { get throws { selection.selectShown(from: try base.fieldNames) } }

    func range(_ field: String) throws -> ColumnRange? { selection.contains(field) ? try base.range(field) : nil }

    var origin: RowOrigin? {
        guard var origin = base.origin else { return nil }
        origin.selections.insert((selection, carried), at: 0)
        return origin
    }

    func column(_ field: String) throws -> ColumnVector {
        selection.contains(field) ? try base.column(field) : .missing(count: rowCount)
    }

    func carriedColumn(_ field: String, of block: Block) throws -> ColumnVector {
        carried.contains(field) ? try base.carriedColumn(field) : try block.column(field)
    }

    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) throws -> [Record] {
        try base.records(rows, needed: selection.adding(carried)).map { record in
            Record(time: record.time, fields: record.fields.filter { needed.contains($0.name) })
        }
    }
}

/// Rows that a pipe made.
struct RecordSource: BlockSource {
    let rows: [Record]

    var rowCount: Int { rows.count }

    var fieldNames: [String] {
        var seen: Set<String> = []
        return rows.lazy.flatMap(\.fields).compactMap { seen.insert($0.name).inserted ? $0.name : nil }
    }

    func column(_ field: String) throws -> ColumnVector {
        if field == FieldNames.time, let times = times() {
            return ColumnVector(values: .timestamp(times), kind: .string, validity: nil, count: rowCount)
        }
        return try text(field)
    }

    /// The times of the rows, if each is a record that has its time.
    private func times() -> [Int64]? {
        var times: [Int64] = []
        for row in rows {
            guard let time = row.time, row[FieldNames.time] != nil else { return nil }
            times.append(time)
        }
        return times
    }

    private func text(_ field: String) throws -> ColumnVector {
        var bytes: [UInt8] = []
        var (starts, ends): ([UInt32], [UInt32]) = ([], [])
        var present = RowMarks(count: rowCount)
        for (row, record) in rows.enumerated() {
            starts.append(UInt32(bytes.count))
            if let value = record[field] {
                bytes.append(contentsOf: value.text.utf8)
                present.insert(row)
            }
            guard bytes.count <= UInt32.max else {
                throw QueryFailure(
                    "cannot go on with field '\(field)': its values are over 4 GiB; put a limit before this pipe")
            }
            ends.append(UInt32(bytes.count))
        }
        return ColumnVector(
            values: .text(TextVector(bytes: bytes, starts: starts, ends: ends)), kind: .string,
            validity: present.bitmap, count: rowCount)
    }

    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) throws -> [Record] {
        rows.setRows.map { row in
            let record = self.rows[row]
            guard !needed.isAll else { return record }
            return Record(time: record.time, fields: needed.select(from: record))
        }
    }
}
