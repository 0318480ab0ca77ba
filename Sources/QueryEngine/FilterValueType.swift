import Kernels
import LogsQL
import Records

extension Filter.ValueType {
    func plan() -> any FilterPlan { ValueTypeFilter(field: storedField, kind: kind) }
}

/// Rows that have a value in a column of some form.
private struct ValueTypeFilter: FilterPlan {
    let field: String
    let kind: Filter.ValueType.Kind

    var isCheap: Bool { true }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        let column = try block.column(field)
        return column.values.form == kind ? candidates.intersection(column.validity) : .none(candidates.count)
    }
}

extension ColumnVector.Values {
    fileprivate var form: Filter.ValueType.Kind? {
        switch self {
        case .missing: nil
        case .text: .string
        case .dictionary: .dict
        case .int64: .int64
        case .double: .float64
        case .bool: .bool
        case .hex: .hex
        case .timestamp: .timestamp
        }
    }
}
