import Parquet
import Records
import Stitching

extension ChunkPlan {
    /// The columns of a chunk made of others: with the type that a column has in all of them, else as text.
    ///
    /// - Parameters:
    ///   - asText: columns whose values turned out not to fit the type that they would get.
    ///   - isWeighted: whether every row gets a weight, in the place of what it had.
    init(merging inputs: [ChunkLayout], stitching: StitchingRules, asText: Set<String>, isWeighted: Bool = false) {
        self.init()
        var columns: [String: MergedColumn] = [:]
        var names: [String] = []
        for layout in inputs {
            for (index, schema) in layout.reader.schema.enumerated()
            where index != layout.timeColumn && index != layout.restColumn && index != layout.parents?.offsets {
                let parents = layout.parents.flatMap { $0.parents == index ? $0 : nil }
                let column = parents.map { MergedColumn($0, of: layout) } ?? MergedColumn(layout, index)
                guard column.valueCount > 0, !(isWeighted && schema.name == FieldNames.weight) else { continue }
                if columns[schema.name]?.formUnion(column) == nil {
                    columns[schema.name] = column
                    names.append(schema.name)
                }
            }
        }
        let counts = names.map { (name: $0, count: columns[$0]?.valueCount ?? 0) }
        let (own, rest) = ChunkColumns.split(counts, stitching)
        for name in own {
            guard let column = columns[name] else { continue }
            let isText = asText.contains(name)
            append(
                name, isText ? .byteArray : column.type, isText ? .string : column.logicalType,
                valueKinds: column.kinds)
        }
        if isWeighted { append(FieldNames.weight, .double, nil, valueKinds: .number) }
        insertParentOffsets()
        if !rest.isEmpty || inputs.contains(where: { $0.restColumn != nil }) { appendRest() }
    }

    /// Whether a parent is near shows only when its row group is known, so there is a column for distances wherever ids are
    /// of a type that has them.
    private mutating func insertParentOffsets() {
        func hasIDs(_ schema: ColumnSchema) -> Bool {
            switch schema.type {
            case .byteArray, .fixedLenByteArray: true
            default: false
            }
        }
        guard let ids = own.first(where: { $0.name == FieldNames.spanID }), hasIDs(ids),
            let parents = own.firstIndex(where: { $0.name == FieldNames.parentSpanID }), hasIDs(own[parents]),
            !own.contains(where: { $0.name == ChunkNames.parentRowOffset })
        else { return }
        insertParentOffsets(at: parents + 1)
    }
}

/// A column of one or several chunks.
private struct MergedColumn {
    private(set) var type: PhysicalType
    private(set) var logicalType: LogicalType?
    private(set) var kinds: ValueKinds
    private(set) var valueCount: Int
    /// Of integers: whether all of them would have the same text as a `DOUBLE`.
    private var isExactAsDouble: Bool

    init(_ layout: ChunkLayout, _ index: Int) {
        let schema = layout.reader.schema[index]
        let statistics = layout.reader.rowGroups.map { ($0.rowCount, $0.statistics(index)) }
        valueCount = layout.valueCount(index)
        isExactAsDouble = statistics.allSatisfy { rowCount, statistics in
            if statistics?.nullCount == rowCount { return true }
            guard let min = ChunkLayout.int64(statistics?.min), let max = ChunkLayout.int64(statistics?.max) else { return false }
            return ChunkSchema.isTheSameAsDouble(min) && ChunkSchema.isTheSameAsDouble(max)
        }
        logicalType = schema.logicalType
        switch schema.type {
        case .boolean: (type, kinds) = (.boolean, .bool)
        case .int32, .int64, .int96: (type, kinds) = (.int64, .number)
        case .float, .double: (type, kinds) = (.double, .number)
        case .fixedLenByteArray: (type, kinds) = (schema.type, .string)
        case .byteArray: (type, kinds) = (.byteArray, layout.kinds.kind(of: schema.name))
        }
    }

    /// The parents of spans: those that are in their column, and those that are distances to ids in another column.
    init(_ parents: ParentColumns, of layout: ChunkLayout) {
        var near = Self(layout, parents.ids)
        near.valueCount = layout.valueCount(parents.offsets)
        near.kinds = .string
        let kept = Self(layout, parents.parents)
        self = kept.valueCount > 0 ? kept : near
        if kept.valueCount > 0, near.valueCount > 0 { formUnion(near) }
    }

    mutating func formUnion(_ other: MergedColumn) {
        valueCount += other.valueCount
        kinds.formUnion(other.kinds)
        defer { isExactAsDouble = isExactAsDouble && other.isExactAsDouble }
        if type == other.type, logicalType == other.logicalType { return }
        let numbers = [self, other].filter { $0.logicalType == nil }
        if numbers.count == 2, numbers.allSatisfy({ $0.type == .double || ($0.type == .int64 && $0.isExactAsDouble) }) {
            type = .double
        } else {
            (type, logicalType) = (.byteArray, .string)
        }
    }
}
