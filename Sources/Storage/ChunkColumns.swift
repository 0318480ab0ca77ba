import Kernels
import Parquet
import Records

/// All columns of a chunk, typed: the time, then the fields in order of first appearance, then `_rest`.
struct ChunkColumns {
    struct Typed {
        let schema: ColumnSchema
        let column: Column
    }

    /// All but `_rest`.
    private(set) var own: [Typed] = []
    private(set) var rest: RestObjects?
    private(set) var plan = ChunkPlan()
    let rowCount: Int
    /// Runs of rows that become row groups.
    let rowGroups: [Range<Int>]
    /// Of the first and the last row; nil if there are none.
    let times: ClosedRange<Int64>?
    private(set) var ids: RowIDs

    /// The columns with the types that the values allow.
    ///
    /// - Throws: as `SortedRows.column`.
    init(_ rows: SortedRows, _ options: StoreOptions) throws(StorageError) {
        let (named, rest) = Self.split(rows.fields, correlationIDs: options.correlationIDs)
        self.init(rows, rest: rest.isEmpty ? nil : RestObjects(Set(rest), of: rows), options)
        own = [Typed(schema: plan.own[0], column: Column(values: .int64(rows.times), validity: nil))]
        var spans = SpanColumns(rows.fields.map(\.name))
        for name in named {
            let column = try rows.column(name)
            if options.correlationIDs.contains(name) { ids.add(column) }
            if !spans.take(column, place: own.count) { insert(column, at: own.count) }
        }
        insertParents(spans)
        if !rest.isEmpty { plan.appendRest() }
    }

    /// The columns of a plan, for some of the rows that it was made for.
    ///
    /// - Throws: `ChunkPlanMismatch` when values are not of the type that the plan has; as `SortedRows.column`.
    init(_ rows: SortedRows, _ plan: ChunkPlan, _ options: StoreOptions) throws {
        let others = Set(rows.fields.map(\.name)).subtracting(plan.fieldNames)
        guard plan.hasRest || others.isEmpty else { throw ChunkPlanMismatch(column: ChunkNames.rest) }
        self.init(rows, rest: plan.hasRest ? RestObjects(others, of: rows) : nil, options)
        self.plan = plan
        own = [Typed(schema: plan.own[0], column: Column(values: .int64(rows.times), validity: nil))]
        var spans = SpanColumns(plan.parentOffsets == nil ? [] : plan.fieldNames)
        for (place, schema) in plan.own.enumerated().dropFirst() where place != plan.parentOffsets {
            let column = try rows.column(schema.name)
            if options.correlationIDs.contains(schema.name) { ids.add(column) }
            if !spans.take(column, place: place) { own.append(try Self.typed(column, as: schema)) }
        }
        let split = spans.split(in: rowGroups)
        if let (column, place) = spans.parents {
            own.insert(try Self.typed(split?.left ?? column, as: plan.own[place]), at: place)
        }
        guard let place = plan.parentOffsets else { return }
        let none = Column(values: .int32([]), validity: Bitmap(repeating: false, count: rowCount))
        own.insert(Typed(schema: plan.own[place], column: split?.offsets ?? none), at: place)
    }

    private init(_ rows: SortedRows, rest: RestObjects?, _ options: StoreOptions) {
        rowCount = rows.rowCount
        ids = RowIDs(rowCount: rows.rowCount)
        times = rows.times.first.flatMap { first in rows.times.last.map { first...$0 } }
        rowGroups = Self.rowGroups(rows.rowCount, rest, options)
        self.rest = rest
    }

    private static func typed(_ column: SortedColumn, as schema: ColumnSchema) throws -> Typed {
        guard let values = ChunkSchema.values(of: column, as: schema) else { throw ChunkPlanMismatch(column: schema.name) }
        return Typed(schema: schema, column: Column(values: values, validity: column.validity))
    }

    private mutating func insert(_ column: SortedColumn, at place: Int) {
        let (type, logicalType, values) = ChunkSchema.typed(column)
        plan.insert(column.name, type, logicalType, valueKinds: column.kinds, at: place)
        own.insert(Typed(schema: plan.own[place], column: Column(values: values, validity: column.validity)), at: place)
    }

    /// Puts the column of parents where it belongs; distances to them, if there are any, come after it.
    private mutating func insertParents(_ spans: SpanColumns) {
        guard let (column, place) = spans.parents else { return }
        guard let (left, offsets) = spans.split(in: rowGroups) else { return insert(column, at: place) }
        if left.ends.isEmpty { insertNoParents(left, at: place) } else { insert(left, at: place) }
        plan.insertParentOffsets(at: place + 1)
        own.insert(Typed(schema: plan.own[place + 1], column: offsets), at: place + 1)
    }

    /// Puts a column without values there, of the type that ids have, so that other readers see ids and parents alike.
    private mutating func insertNoParents(_ column: SortedColumn, at place: Int) {
        let ids = plan.own.first { $0.name == FieldNames.spanID }
        let type = ids?.type ?? .byteArray
        plan.insert(column.name, type, ids?.logicalType, valueKinds: .string, at: place)
        own.insert(
            Typed(schema: plan.own[place], column: Column(values: ColumnValues(noneOf: type), validity: column.validity)),
            at: place)
    }

    /// The texts of a column that gets a word filter: one of text, but for the parents that are left of all.
    func texts(_ typed: Typed) -> RowTexts? {
        guard typed.schema.logicalType == .string, case .byteArray(let bytes, let ends) = typed.column.values,
            plan.parentOffsets == nil || typed.schema.name != FieldNames.parentSpanID
        else { return nil }
        return RowTexts(bytes: bytes, ends: ends, validity: typed.column.validity)
    }

    /// Which fields get a column of their own, and which go to `_rest`: the most frequent ones, those in the id index and
    /// the weight stay, but for one that has the name of that column.
    static func split(
        _ fields: [(name: String, count: Int)], correlationIDs: [String]
    ) -> (own: [String], rest: [String]) {
        let ranked = fields.enumerated().filter { $0.element.name != ChunkNames.rest }
        guard ranked.count > Limits.columnsPerChunkMax else {
            return (ranked.map(\.element.name), ranked.count < fields.count ? [ChunkNames.rest] : [])
        }
        let stays = Set(correlationIDs + [FieldNames.weight])
        let byRank = ranked.sorted { left, right in
            let (leftStays, rightStays) = (stays.contains(left.element.name), stays.contains(right.element.name))
            if leftStays != rightStays { return leftStays }
            return (right.element.count, left.offset) < (left.element.count, right.offset)
        }
        let kept = Set(byRank.prefix(Limits.columnsPerChunkMax).map(\.element.name))
        let names = fields.map(\.name)
        return (names.filter(kept.contains), names.filter { !kept.contains($0) })
    }

    /// How many rows have a value, for all columns, `_rest` last.
    var valueCounts: [Int] {
        own.map(\.column.values.count) + (rest.map { [$0.count] } ?? [])
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
    var label: String {
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

/// Rows that a plan does not fit, and the column at which it shows.
struct ChunkPlanMismatch: Error {
    let column: String
}
