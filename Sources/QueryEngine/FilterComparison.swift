import Kernels
import LogsQL
import Records

extension Filter.Comparison {
    func plan() -> any FilterPlan {
        if let number = operand.number.map(NumericValue.init) {
            return NumericFilter(field: storedField, bounds: relation.bounds(number))
        }
        if let address = operand.address { return addressPlan(storedField, relation.range(address)) }
        let text = TextComparison(relation: relation, bytes: Array(operand.text.utf8))
        return TextFilter(field: storedField, predicate: text)
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

    fileprivate func range(_ address: UInt32) -> AddressPredicate? {
        switch self {
        case .greater, .greaterOrEqual:
            AddressPredicate(lower: address, includesLower: self == .greaterOrEqual, upper: .max, includesUpper: true)
        case .less, .lessOrEqual:
            AddressPredicate(lower: 0, includesLower: true, upper: address, includesUpper: self == .lessOrEqual)
        }
    }

    @inline(__always)
    fileprivate func holds(_ left: Int, _ right: Int) -> Bool {
        switch self {
        case .greater: right < left
        case .greaterOrEqual: right <= left
        case .less: left < right
        case .lessOrEqual: left <= right
        }
    }
}

/// Compares texts by their bytes. The empty text compares with nothing, so that records without the field never match.
private struct TextComparison: TextPredicate {
    let relation: Filter.Comparison.Relation
    let bytes: [UInt8]

    func matches(_ text: Span<UInt8>) -> Bool {
        text.count > 0 && relation.holds(compareBytes(text, bytes.span), 0)
    }
}

/// Negative if `left` comes first by bytes, positive if `right` does.
func compareBytes(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
        return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
}

/// Rows whose value is a number within bounds. Columns of numbers are read as they are kept, others as text.
struct NumericFilter: FilterPlan {
    private let field: String
    private let bounds: NumberBounds
    private let otherwise: TextFilter<NumberPredicate>

    init(field: String, bounds: NumberBounds) {
        self.field = field
        self.bounds = bounds
        otherwise = TextFilter(field: field, predicate: NumberPredicate(bounds: bounds))
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
        case .double(let values):
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

/// The text is a number within bounds.
private struct NumberPredicate: TextPredicate {
    let bounds: NumberBounds

    func matches(_ text: Span<UInt8>) -> Bool { NumericValue(text).map(bounds.contain) ?? false }
}

/// - Parameter range: nil if no address is in it.
func addressPlan(_ field: String, _ range: AddressPredicate?) -> any FilterPlan {
    range.map { TextFilter(field: field, predicate: $0) } ?? NothingFilter()
}
