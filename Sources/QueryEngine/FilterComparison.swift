import Kernels
import LogsQL
import Records

extension Filter.Comparison {
    func plan() -> any FilterPlan {
        let relation = relation
        let text = TextComparison(relation: relation, operand: operand)
        guard let number = operand.number.map(NumericValue.init) else {
            return TextFilter(field: storedField, predicate: text)
        }
        return NumericFilter(field: storedField, bounds: relation.bounds(number), otherwise: text)
    }
}

extension Filter.Comparison.Relation {
    fileprivate func bounds(_ number: NumericValue) -> NumberBounds {
        switch self {
        case .greater: NumberBounds(lower: .init(number, isIncluded: false))
        case .greaterOrEqual: NumberBounds(lower: .init(number, isIncluded: true))
        case .less: NumberBounds(upper: .init(number, isIncluded: false))
        case .lessOrEqual: NumberBounds(upper: .init(number, isIncluded: true))
        }
    }

    @inline(__always)
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .greater: right < left
        case .greaterOrEqual: right <= left
        case .less: left < right
        case .lessOrEqual: left <= right
        }
    }
}

/// Compares numbers as numbers where both are, else texts by their bytes. The empty text compares with nothing, so that
/// records without the field never match.
private struct TextComparison: TextPredicate {
    private let relation: Filter.Comparison.Relation
    private let bytes: [UInt8]
    private let number: NumericValue?

    init(relation: Filter.Comparison.Relation, operand: Operand) {
        self.relation = relation
        bytes = Array(operand.text.utf8)
        number = operand.number.map(NumericValue.init)
    }

    func matches(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0 else { return false }
        if let number, let value = NumericValue(text) { return relation.holds(value, number) }
        return relation.holds(compareBytes(text, bytes.span), 0)
    }
}

/// Negative if `left` comes first by bytes, positive if `right` does.
func compareBytes(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
        return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
}

/// Rows whose value is a number within bounds. Columns of numbers are read as they are kept, others go to `otherwise`.
struct NumericFilter<Otherwise: TextPredicate>: FilterPlan {
    private let field: String
    private let bounds: NumberBounds
    private let otherwise: TextFilter<Otherwise>

    init(field: String, bounds: NumberBounds, otherwise: Otherwise) {
        self.field = field
        self.bounds = bounds
        self.otherwise = TextFilter(field: field, predicate: otherwise)
    }

    func mayMatch(_ block: Block) throws -> Bool {
        guard let (low, high) = try block.range(field)?.ends else { return true }
        return bounds.overlap(low, high)
    }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        let column = try block.column(field)
        let present = candidates.intersection(column.validity)
        switch column.values {
        case .int64(let values): return integers(values, present)
        case .double(let values) where !present.setRows.contains { values[$0].isNaN }:
            return present.filter { row in NumericValue(values[row]).map(bounds.contain) ?? false }
        default: return try otherwise.rows(of: block, among: candidates)
        }
    }

    private func integers(_ values: [Int64], _ rows: Bitmap) -> Bitmap {
        guard let range = bounds.integers else { return rows.filter { bounds.contain(NumericValue(values[$0])) } }
        guard let first = Int64(exactly: range.lowerBound), !range.isEmpty else { return .none(rows.count) }
        return Kernels.rows(rows, with: values, in: first...Int64(clamping: range.upperBound - 1))
    }
}
