import Catalog
import Kernels
import Parquet
import Records
import Stitching

/// All columns of a chunk, typed: the time, then the fields in order of first appearance, then `_rest`.
struct ChunkColumns {
    struct Typed {
        let schema: ColumnSchema
        let column: Column
    }

    /// All but `_rest`.
    private(set) var own: [Typed]
    private(set) var rest: RestObjects?
    /// Runs of rows that become row groups.
    let rowGroups: [Range<Int>]
    private(set) var kinds = ChunkColumnKinds()
    /// For each correlation-id column, the hash of each row's id, 0 where it has none.
    private var idHashes: [[UInt64]] = []

    /// - Throws: as `SortedRows.column`.
    init(_ rows: SortedRows, _ options: StoreOptions) throws(StorageError) {
        let time = ColumnSchema(
            name: ChunkNames.time, type: .int64, logicalType: .timestamp(unit: .nanoseconds, isAdjustedToUTC: true),
            isOptional: false)
        own = [Typed(schema: time, column: Column(values: .int64(rows.times), validity: nil))]
        let (named, restNames) = Self.split(rows.fields, correlationIDs: options.correlationIDs)
        let rest = restNames.isEmpty ? nil : RestObjects(Set(restNames), of: rows)
        rowGroups = Self.rowGroups(rows.rowCount, rest, options)
        self.rest = rest
        if rest != nil { kinds.rest = ChunkNames.rest }
        var spans = SpanColumns(rows.fields.map(\.name))
        for name in named {
            let column = try rows.column(name)
            if options.correlationIDs.contains(name) { index(column, rowCount: rows.rowCount) }
            if spans.take(column, place: own.count) { continue }
            append(column)
        }
        insertParents(spans)
    }

    private mutating func append(_ column: SortedColumn) { own.append(typed(column)) }

    private mutating func typed(_ column: SortedColumn) -> Typed {
        let (type, logicalType, values) = ChunkSchema.typed(column)
        if type == .byteArray { kinds.note(column) }
        let schema = ColumnSchema(name: column.name, type: type, logicalType: logicalType, isOptional: true)
        return Typed(schema: schema, column: Column(values: values, validity: column.validity))
    }

    /// Puts the column of parents where it belongs; distances to them, if there are any, come after it.
    private mutating func insertParents(_ spans: SpanColumns) {
        guard let (column, place) = spans.parents else { return }
        guard let (left, offsets) = spans.split(in: rowGroups) else { return own.insert(typed(column), at: place) }
        let schema = ColumnSchema(name: ChunkNames.parentRowOffset, type: .int32, isOptional: true)
        own.insert(contentsOf: [left.ends.isEmpty ? noParents(left) : typed(left), Typed(schema: schema, column: offsets)], at: place)
        kinds.parentOffsets = ChunkNames.parentRowOffset
    }

    /// A column without values, of the type that ids have here, so that other readers see ids and parents alike.
    private func noParents(_ column: SortedColumn) -> Typed {
        let ids = own.first { $0.schema.name == FieldNames.spanID }?.schema
        let schema = ColumnSchema(
            name: column.name, type: ids?.type ?? .byteArray, logicalType: ids?.logicalType, isOptional: true)
        let values: ColumnValues =
            if case .fixedLenByteArray(let width) = schema.type { .fixed(width: width, bytes: []) } else {
                .byteArray(bytes: [], ends: [])
            }
        return Typed(schema: schema, column: Column(values: values, validity: column.validity))
    }

    /// The texts of a column that gets a word filter: one of text, but for the parents that are left of all.
    func texts(_ typed: Typed) -> RowTexts? {
        guard typed.schema.logicalType == .string, case .byteArray(let bytes, let ends) = typed.column.values,
            kinds.parentOffsets == nil || typed.schema.name != FieldNames.parentSpanID
        else { return nil }
        return RowTexts(bytes: bytes, ends: ends, validity: typed.column.validity)
    }

    /// Which fields get a column of their own, and which go to `_rest`: the most frequent ones and those in the id
    /// index stay, but for one that has the name of that column.
    private static func split(
        _ fields: [(name: String, count: Int)], correlationIDs: [String]
    ) -> (own: [String], rest: [String]) {
        let ranked = fields.enumerated().filter { $0.element.name != ChunkNames.rest }
        guard ranked.count > Limits.columnsPerChunkMax else {
            return (ranked.map(\.element.name), ranked.count < fields.count ? [ChunkNames.rest] : [])
        }
        let byRank = ranked.sorted { left, right in
            let leftIsID = correlationIDs.contains(left.element.name)
            let rightIsID = correlationIDs.contains(right.element.name)
            if leftIsID != rightIsID { return leftIsID }
            return (right.element.count, left.offset) < (left.element.count, right.offset)
        }
        let kept = Set(byRank.prefix(Limits.columnsPerChunkMax).map(\.element.name))
        let names = fields.map(\.name)
        return (names.filter(kept.contains), names.filter { !kept.contains($0) })
    }

    private mutating func index(_ column: SortedColumn, rowCount: Int) {
        let hashes = CorrelationIDs.hashes(bytes: column.bytes, ends: column.ends, field: column.name)
        guard let validity = column.validity else {
            idHashes.append(hashes)
            return
        }
        var ofRow = [UInt64](repeating: 0, count: rowCount)
        var index = 0
        validity.forEachSet { row in
            ofRow[row] = hashes[index]
            index += 1
        }
        idHashes.append(ofRow)
    }

    /// The hashes of all ids on `rows`, each once, rising.
    func distinctIDHashes(_ rows: Range<Int>) -> [UInt64] {
        var hashes: [UInt64] = []
        for column in idHashes {
            var last: UInt64 = 0
            for hash in column[rows] where hash != last {
                last = hash
                if hash != 0 { hashes.append(hash) }
            }
        }
        hashes.sort()
        var distinct: [UInt64] = []
        for hash in hashes where hash != distinct.last { distinct.append(hash) }
        return distinct
    }

    /// Of all columns, `_rest` last.
    var schema: [ColumnSchema] {
        own.map(\.schema) + (rest == nil ? [] : [Self.restSchema])
    }

    private static let restSchema = ColumnSchema(
        name: ChunkNames.rest, type: .byteArray, logicalType: .string, isOptional: true)

    /// What the catalog keeps of them.
    var records: [ChunkColumnRecord] {
        zip(schema, own.map(\.column.values.count) + (rest.map { [$0.count] } ?? [])).map {
            ChunkColumnRecord(name: $0.name, type: $0.type.label, values: $1)
        }
    }

    /// Runs of rows for row groups: of up to `rowGroupRows` rows each, and of up to `rowGroupRestBytes` bytes of `_rest`
    /// where one row does not have more.
    private static func rowGroups(_ rowCount: Int, _ rest: RestObjects?, _ options: StoreOptions) -> [Range<Int>] {
        var starts = [0]
        var restBytes = 0
        for row in 0..<rowCount {
            let rows = row - starts[starts.count - 1]
            let added = rest?.byteCount(row: row) ?? 0
            if rows == options.rowGroupRows || (rows > 0 && restBytes + added > options.rowGroupRestBytes) {
                starts.append(row)
                restBytes = 0
            }
            restBytes += added
        }
        return zip(starts, starts.dropFirst() + [rowCount]).map { $0..<$1 }
    }
}

extension PhysicalType {
    /// As parquet.thrift spells it.
    fileprivate var label: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLenByteArray(let width): "FIXED_LEN_BYTE_ARRAY(\(width))"
        }
    }
}
