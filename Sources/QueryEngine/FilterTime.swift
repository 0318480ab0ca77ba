import Kernels
import LogsQL
import Records
import Storage

extension Filter.Time {
    func plan(now: Int64) -> any FilterPlan { TimeFilter(field: storedField, bounds: resolve(now: now)) }
}

private struct TimeFilter: FilterPlan {
    let field: String
    let bounds: ClosedRange<Int64>?

    var isCheap: Bool { true }

    func mayMatch(_ block: Block) throws -> Bool {
        guard let bounds else { return false }
        guard let segment = block.timeRange else { return true }
        guard segment.overlaps(bounds) else { return false }
        if bounds.contains(segment.lowerBound), bounds.contains(segment.upperBound) { return true }
        guard case .integers(let range)? = try block.range(field) else { return true }
        return range.overlaps(bounds)
    }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        guard let bounds else { return .none(candidates.count) }
        if let range = block.timeRange {
            if !range.overlaps(bounds) { return .none(candidates.count) }
            if bounds.contains(range.lowerBound), bounds.contains(range.upperBound) { return candidates }
        }
        let column = try block.column(field)
        guard case .timestamp(let times) = column.values else { return column.times(among: candidates, bounds.contains) }
        return Kernels.rows(candidates.intersection(column.validity), with: times, in: bounds)
    }
}

/// Rows whose time fulfils a condition.
struct TimeTest: FilterPlan {
    let field: String
    let holds: @Sendable (Int64) -> Bool

    var isCheap: Bool { true }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        try block.column(field).times(among: candidates, holds)
    }
}

extension ColumnVector {
    /// The rows whose value is a time for which `holds` is true.
    fileprivate func times(among candidates: Bitmap, _ holds: (Int64) -> Bool) -> Bitmap {
        let present = candidates.intersection(validity)
        switch values {
        case .timestamp(let times): return present.filter { holds(times[$0]) }
        case .missing: return .none(candidates.count)
        default:
            // Times that a pipe made, such as those of `stats by (_time:5m)`.
            var text = ShownText(self)
            return present.filter { row in
                text.load(row)
                return TimeText.read(text.bytes).map(holds) ?? false
            }
        }
    }
}
