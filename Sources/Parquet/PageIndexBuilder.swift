/// Collects the bounds of a chunk's pages for its `ColumnIndex` and its `Statistics`.
struct PageIndexBuilder {
    private let schema: ColumnSchema
    private var index = ColumnIndex(nullCounts: [])
    private var chunkBounds = ValueBounds.empty
    private var nullCount = 0
    /// Whether each page with values has bounds, without which there is no `ColumnIndex`.
    private var isComplete = true
    private var order = BoundaryOrder()

    init(schema: ColumnSchema) { self.schema = schema }

    mutating func add(_ bounds: ValueBounds, nullCount pageNullCount: Int) {
        chunkBounds.merge(bounds)
        nullCount += pageNullCount
        let written = bounds.written(type: schema.type, isText: schema.isText)
        if bounds != .empty {
            isComplete = isComplete && written.min != nil && written.max != nil
            order.add(pageKeys(bounds, written))
        }
        index.isNullPage.append(bounds == .empty)
        index.mins.append(written.min ?? [])
        index.maxs.append(written.max ?? [])
        index.nullCounts?.append(Int64(pageNullCount))
    }

    /// What the order of pages is judged by: for byte arrays the bounds as written, since shortening can change it.
    private func pageKeys(_ bounds: ValueBounds, _ written: WrittenBounds) -> ValueBounds {
        guard case .bytes = bounds, let min = written.min, let max = written.max else { return bounds }
        return .bytes(min: min, max: max)
    }

    var statistics: Statistics {
        let written = chunkBounds.written(type: schema.type, isText: schema.isText)
        return Statistics(
            min: written.min, max: written.max, nullCount: Int64(nullCount),
            isMinExact: written.min == nil ? nil : written.isMinExact,
            isMaxExact: written.max == nil ? nil : written.isMaxExact)
    }

    /// nil when a page has no usable bounds, since the structure has no way to say so.
    var columnIndex: ColumnIndex? {
        guard isComplete else { return nil }
        var index = index
        index.boundaryOrder = order.number
        return index
    }
}

/// parquet.thrift `BoundaryOrder`, of pages added one after another.
private struct BoundaryOrder {
    private var last: ValueBounds?
    private var isAscending = true
    private var isDescending = true

    var number: Int32 { isAscending ? 1 : isDescending ? 2 : 0 }

    mutating func add(_ bounds: ValueBounds) {
        if let last {
            isAscending = isAscending && last.isAtMost(bounds)
            isDescending = isDescending && bounds.isAtMost(last)
        }
        last = bounds
    }
}

extension ValueBounds {
    /// Whether neither bound is above that of `other`.
    fileprivate func isAtMost(_ other: ValueBounds) -> Bool {
        switch (self, other) {
        case (.integers(let a, let b), .integers(let c, let d)): a <= c && b <= d
        case (.unsigned(let a, let b), .unsigned(let c, let d)): a <= c && b <= d
        case (.floats(let a, let b), .floats(let c, let d)): a <= c && b <= d
        case (.doubles(let a, let b), .doubles(let c, let d)): a <= c && b <= d
        case (.bytes(let a, let b), .bytes(let c, let d)):
            !c.lexicographicallyPrecedes(a) && !d.lexicographicallyPrecedes(b)
        default: false
        }
    }
}
