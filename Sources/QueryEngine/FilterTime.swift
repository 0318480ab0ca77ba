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
        let present = candidates.intersection(column.validity)
        switch column.values {
        case .timestamp(let times): return Kernels.rows(present, with: times, in: bounds)
        case .missing: return .none(candidates.count)
        default: return textual(column, present, bounds)
        }
    }

    /// Times that a pipe made, such as those of `stats by (_time:5m)`.
    private func textual(_ column: ColumnVector, _ rows: Bitmap, _ bounds: ClosedRange<Int64>) -> Bitmap {
        var text = ShownText(column)
        return rows.filter { row in
            text.load(row)
            return TimeText.read(text.bytes).map(bounds.contains) ?? false
        }
    }
}
