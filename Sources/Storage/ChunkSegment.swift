import Kernels
import Parquet
import Records

/// A row group of a chunk as a query sees it.
struct ChunkSegment: Segment {
    private let file: ChunkFile
    let rowGroup: Int
    private let summary: RowGroupSummary
    private var reads: ReadCounts?

    init(file: ChunkFile, rowGroup: Int, summary: RowGroupSummary) {
        self.file = file
        self.rowGroup = rowGroup
        self.summary = summary
    }

    func counting(into counts: ReadCounts) -> any Segment {
        var segment = self
        segment.reads = counts
        return segment
    }

    /// Of the file.
    var path: String { file.path }

    func layout() throws -> ChunkLayout { try file.layout() }

    var identity: SegmentID? { file.id(rowGroup: rowGroup) }

    var rowCount: Int { summary.rowCount }

    var timeRange: ClosedRange<Int64> { summary.timeRange }

    var rowsPerBlock: Int { 8_192 }

    /// The rows of each page.
    func pageRows() throws -> [Range<Int>] {
        let layout = try file.layout()
        return try ChunkDamage.finding(in: layout.path, rowGroup: rowGroup, column: ChunkNames.time) {
            try layout.reader.pageRows(column: layout.timeColumn, rowGroup: rowGroup)
        }
    }

    /// A filter that is damaged counts as none: the rows are not affected, and are then read.
    func words() throws -> (any SegmentWords)? {
        do {
            return try file.words(rowGroup: rowGroup)
        } catch let damage as ChunkDamage where damage.kind == .damaged {
            file.note(damagedFilter: damage)
            return nil
        }
    }

    func range(_ field: String, rows: Range<Int>) throws -> ColumnRange? {
        let layout = try file.layout()
        guard let column = layout.columns[field], column != layout.restColumn, column != layout.parents?.offsets else {
            return nil
        }
        return try file.pageRanges(column, rowGroup: rowGroup, of: layout)?.range(rows)
    }

    /// Weights are never in `_rest`.
    var mayHaveWeights: Bool { get throws { try file.layout().columns[FieldNames.weight] != nil } }

    var fieldNames: [String] {
        get throws {
            let layout = try file.layout()
            let hidden = [layout.restColumn, layout.parents?.offsets]
            let own = layout.reader.schema.enumerated().filter { !hidden.contains($0.offset) }.map(\.element.name)
            guard let rest = layout.restColumn else { return own }
            return try own + RestColumn.names(in: layout.vector(rest, rowGroup: rowGroup, 0..<rowCount))
        }
    }

    func column(_ field: String, rows: Range<Int>) throws -> ColumnVector {
        let layout = try file.layout()
        if let column = layout.columns[field], column != layout.restColumn, column != layout.parents?.offsets {
            return try file.vector(column, rowGroup: rowGroup, rows, of: layout, reads)
        }
        guard let rest = layout.restColumn else { return .missing(count: rows.count) }
        return RestColumn.extract(field, from: try file.vector(rest, rowGroup: rowGroup, rows, of: layout, reads))
    }
}

extension ChunkLayout {
    /// Rows are in time order, so that the first and the last give the range.
    func summary(rowGroup: Int) throws -> RowGroupSummary {
        let group = reader.rowGroups[rowGroup]
        if let statistics = group.statistics(timeColumn), let min = Self.int64(statistics.min),
            let max = Self.int64(statistics.max), min <= max
        {
            return RowGroupSummary(rowCount: group.rowCount, timeRange: min...max)
        }
        let column = try reader.read(column: timeColumn, rowGroup: rowGroup)
        guard case .int64(let times) = column.values, let min = times.min(), let max = times.max() else {
            throw StorageError("cannot read chunk '\(path)': row group \(rowGroup) has no times")
        }
        return RowGroupSummary(rowCount: group.rowCount, timeRange: min...max)
    }

    /// How many rows of all row groups have a value in a column, as the footer says.
    func valueCount(_ index: Int) -> Int {
        reader.rowGroups.reduce(0) { $0 + $1.rowCount - ($1.statistics(index)?.nullCount ?? 0) }
    }

    static func int64(_ plain: [UInt8]?) -> Int64? {
        guard let plain, plain.count == 8 else { return nil }
        return Int64(bitPattern: plain.littleEndian)
    }

    /// The word filter of a row group; nil when it has none.
    func wordFilter(rowGroup: Int) throws -> WordFilter? {
        guard let place = wordFilters[rowGroup] else { return nil }
        let bytes = try ChunkDamage.finding(in: path, rowGroup: rowGroup) { try reader.foreignBytes(place) }
        guard let filter = WordFilter(bytes) else {
            throw ChunkDamage(
                kind: .damaged, path: path, rowGroup: rowGroup, column: nil,
                reason: "its word filter, bytes \(place) of the file, is not as it was written; its rows are not affected")
        }
        return filter
    }

    /// Some rows of a column of a row group, as the file has them.
    func column(_ index: Int, rowGroup: Int, _ rows: Range<Int>) throws -> Column {
        try ChunkDamage.finding(in: path, rowGroup: rowGroup, column: reader.schema[index].name) {
            try reader.read(column: index, rowGroup: rowGroup, rows: rows)
        }
    }

    /// The values of some rows of a column of a row group.
    func vector(_ index: Int, rowGroup: Int, _ rows: Range<Int>) throws -> ColumnVector {
        if let parents, index == parents.parents { return try parentIDs(parents, rowGroup: rowGroup, rows) }
        return try storedVector(index, rowGroup: rowGroup, rows)
    }

    /// The same, without what a parent's distance stands for.
    func storedVector(_ index: Int, rowGroup: Int, _ rows: Range<Int>) throws -> ColumnVector {
        let column = try column(index, rowGroup: rowGroup, rows)
        if index == timeColumn, case .int64(let times) = column.values {
            return ColumnVector(values: .timestamp(times), kind: .string, validity: nil, count: times.count)
        }
        let schema = reader.schema[index]
        return column.vector(isUUID: schema.logicalType == .uuid, textKind: kinds.kind(of: schema.name))
    }
}

extension Column {
    /// Values spread over all rows.
    ///
    /// - Parameters:
    ///   - isUUID: whether values of 16 bytes are shown as UUIDs.
    ///   - textKind: how text is shown.
    func vector(isUUID: Bool, textKind: ValueKinds) -> ColumnVector {
        let (values, kind) = spread(isUUID: isUUID, textKind: textKind)
        return ColumnVector(values: values, kind: kind, validity: validity, count: rowCount)
    }

    private func spread(isUUID: Bool, textKind: ValueKinds) -> (ColumnVector.Values, ValueKinds) {
        switch values {
        case .boolean(let values): (.bool(dense(values) { expanded(values, by: $0) }), .bool)
        case .int32(let values):
            (.int64(dense(values.map(Int64.init)) { expanded(values.map(Int64.init), by: $0) }), .number)
        case .int64(let values): (.int64(dense(values) { expanded(values, by: $0) }), .number)
        case .float(let values):
            (.double(dense(values.map(Double.init)) { expanded(values.map(Double.init), by: $0) }), .number)
        case .double(let values): (.double(dense(values) { expanded(values, by: $0) }), .number)
        case .fixed(16, let bytes) where isUUID: (uuids(bytes), .string)
        case .fixed(let width, let bytes):
            (.hex(width: width, bytes: dense(bytes) { expanded(fixed: bytes, width: width, by: $0) }), .string)
        case .byteArray(let bytes, let ends): (.text(text(bytes, ends)), textKind)
        case .dictionary(let codes, let bytes, let ends):
            (
                .dictionary(
                    codes: dense(codes) { expanded(codes, by: $0) },
                    dictionary: TextVector(bytes: bytes, starts: starts(ofEnds: ends), ends: ends)), textKind
            )
        }
    }

    private func dense<Value>(_ values: [Value], _ expand: (Bitmap) -> [Value]) -> [Value] {
        validity.map(expand) ?? values
    }

    private func uuids(_ bytes: [UInt8]) -> ColumnVector.Values {
        let texts = uuidTexts(bytes)
        let length = texts.count / max(1, values.count)
        return .text(text(texts, (0..<values.count).map { UInt32(($0 + 1) * length) }))
    }

    private func text(_ bytes: [UInt8], _ ends: [UInt32]) -> TextVector {
        let starts = starts(ofEnds: ends)
        guard let validity else { return TextVector(bytes: bytes, starts: starts, ends: ends) }
        return TextVector(bytes: bytes, starts: expanded(starts, by: validity), ends: expanded(ends, by: validity))
    }
}
