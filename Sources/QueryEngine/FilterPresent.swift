import Kernels
import LogsQL
import Records

extension Filter.Present {
    func plan() -> any FilterPlan { PresenceFilter(field: storedField, wantsEmpty: false) }
}

extension Filter.Empty {
    func plan() -> any FilterPlan { PresenceFilter(field: storedField, wantsEmpty: true) }
}

/// Rows whose field has a value that is not empty, or those whose field has none.
private struct PresenceFilter: FilterPlan {
    let field: String
    let wantsEmpty: Bool

    var isCheap: Bool { true }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        let filled = try block.column(field).filled(among: candidates)
        return wantsEmpty ? candidates.subtracting(filled) : filled
    }
}

extension ColumnVector {
    /// The rows that have a value other than the empty text.
    func filled(among candidates: Bitmap) -> Bitmap {
        let present = candidates.intersection(validity)
        switch values {
        case .missing: return .none(count)
        case .text(let vector): return present.filter { vector.starts[$0] != vector.ends[$0] }
        case .dictionary(let codes, let dictionary):
            let empty = (0..<dictionary.count).filter { dictionary.range($0).isEmpty }.map(UInt32.init)
            return empty.isEmpty ? present : present.filter { !empty.contains(codes[$0]) }
        case .hex(let width, _): return width == 0 ? .none(count) : present
        case .int64, .double, .bool, .timestamp: return present
        }
    }
}

extension Bitmap {
    @inline(__always)
    func filter(_ isIncluded: (Int) -> Bool) -> Bitmap {
        var marks = RowMarks(count: count)
        for row in setRows where isIncluded(row) { marks.insert(row) }
        return marks.bitmap
    }
}
