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
    private(set) var own: [Typed] = []
    private(set) var rest: RestObjects?
    private(set) var plan = ChunkPlan()
    let rowCount: Int
    /// Of the first and the last row; nil if there are none.
    let times: ClosedRange<Int64>?
    /// For each correlation-id column, the hash of each row's id, 0 where it has none.
    private var idHashes: [[UInt64]] = []

    /// The columns with the types that the values allow.
    ///
    /// - Throws: as `SortedRows.column`.
    init(_ rows: SortedRows, correlationIDs: [String]) throws(StorageError) {
        self.init(times: rows.times)
        let (named, rest) = Self.split(rows.fields, correlationIDs: correlationIDs)
        for name in named {
            let column = try rows.column(name)
            let (type, logicalType, values) = ChunkSchema.typed(column)
            plan.append(name, type, logicalType, valueKinds: column.kinds)
            append(values, of: column)
            if correlationIDs.contains(name) { index(column, rowCount: rows.rowCount) }
        }
        guard !rest.isEmpty else { return }
        plan.appendRest()
        self.rest = RestObjects(Set(rest), of: rows)
    }

    /// The columns of a plan, for some of the rows that it was made for.
    ///
    /// - Throws: `ChunkPlanMismatch` when values are not of the type that the plan has; as `SortedRows.column`.
    init(_ rows: SortedRows, _ plan: ChunkPlan, correlationIDs: [String]) throws {
        self.init(times: rows.times)
        self.plan = plan
        for schema in plan.own.dropFirst() {
            let column = try rows.column(schema.name)
            guard let values = ChunkSchema.values(of: column, as: schema) else { throw ChunkPlanMismatch(column: schema.name) }
            append(values, of: column)
            if correlationIDs.contains(schema.name) { index(column, rowCount: rows.rowCount) }
        }
        let others = Set(rows.fields.map(\.name)).subtracting(plan.own.map(\.name))
        guard plan.hasRest || others.isEmpty else { throw ChunkPlanMismatch(column: ChunkNames.rest) }
        if plan.hasRest { rest = RestObjects(others, of: rows) }
    }

    private init(times: [Int64]) {
        rowCount = times.count
        self.times = times.first.flatMap { first in times.last.map { first...$0 } }
        own = [Typed(schema: plan.own[0], column: Column(values: .int64(times), validity: nil))]
    }

    private mutating func append(_ values: ColumnValues, of column: SortedColumn) {
        own.append(Typed(schema: plan.own[own.count], column: Column(values: values, validity: column.validity)))
    }

    /// Which fields get a column of their own, and which go to `_rest`: the most frequent ones and those in the id
    /// index stay, but for one that has the name of that column.
    static func split(
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

    /// How many rows have a value, for all columns, `_rest` last.
    var valueCounts: [Int] {
        own.map(\.column.values.count) + (rest.map { [$0.count] } ?? [])
    }

    /// Runs of rows for row groups: up to `rowsMax` rows each, of up to `restBytesMax` bytes of `_rest` where one row
    /// does not have more.
    func rowGroups(rowsMax: Int, restBytesMax: Int) -> [Range<Int>] {
        var starts = [0]
        var restBytes = 0
        for row in 0..<rowCount {
            let rows = row - starts[starts.count - 1]
            let added = rest?.byteCount(row: row) ?? 0
            if rows == rowsMax || (rows > 0 && restBytes + added > restBytesMax) {
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
