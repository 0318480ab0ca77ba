import Kernels
import LogsQL
import Records

extension Filter.FieldComparison {
    func plan() -> any FilterPlan {
        FieldComparisonFilter(field: storedField, other: FieldNames.canonical(query: other), relation: relation)
    }
}

/// Rows by how the texts of two fields compare. Columns of integers and of times are compared as they are kept.
private struct FieldComparisonFilter: FilterPlan {
    let field: String
    let other: String
    let relation: Filter.FieldComparison.Relation

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        if field == other { return relation == .less ? .none(candidates.count) : candidates }
        let (left, right) = (try block.column(field), try block.column(other))
        switch (left.values, right.values) {
        case (.int64(let a), .int64(let b)): return compare(left, right, candidates) { holds(a[$0], b[$0]) }
        case (.timestamp(let a), .timestamp(let b)): return compare(left, right, candidates) { holds(a[$0], b[$0]) }
        default: return compareTexts(left, right, candidates)
        }
    }

    /// Rows that have both values by `holds`, the others by their texts.
    private func compare(
        _ left: ColumnVector, _ right: ColumnVector, _ candidates: Bitmap, _ holds: (Int) -> Bool
    ) -> Bitmap {
        let both = candidates.intersection(left.validity).intersection(right.validity)
        var found = both.filter(holds)
        found.formUnion(compareTexts(left, right, candidates.subtracting(both)))
        return found
    }

    private func compareTexts(_ left: ColumnVector, _ right: ColumnVector, _ candidates: Bitmap) -> Bitmap {
        var (a, b) = (ShownText(left), ShownText(right))
        return candidates.filter { row in
            a.loadAny(row)
            b.loadAny(row)
            return holds(a.bytes.span, b.bytes.span)
        }
    }

    @inline(__always)
    private func holds(_ left: Int64, _ right: Int64) -> Bool {
        switch relation {
        case .equal: left == right
        case .less: left < right
        case .lessOrEqual: left <= right
        }
    }

    private func holds(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard relation != .equal else { return compareBytes(left, right) == 0 }
        if let a = NumericValue(left), let b = NumericValue(right) { return relation == .less ? a < b : !(b < a) }
        if let a = IPAddress.v4(left), let b = IPAddress.v4(right) { return relation == .less ? a < b : a <= b }
        let order = compareBytes(left, right)
        return relation == .less ? order < 0 : order <= 0
    }
}

extension ShownText {
    /// As `load`, and the empty text for a row that has no value.
    fileprivate mutating func loadAny(_ row: Int) {
        if column.isPresent(row) { load(row) } else { clear() }
    }
}
