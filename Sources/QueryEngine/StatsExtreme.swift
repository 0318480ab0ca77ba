import Kernels
import LogsQL
import Records

/// `min(a)` and `max(a)` in the order of `OrderKey`, over the values that are not empty.
struct StatsExtreme: StatsAccumulator {
    private let fields: [FieldPattern]
    private let wantsMax: Bool
    private var best: [(key: OrderKey, kind: ValueKinds)] = []

    init(fields: [FieldPattern], wantsMax: Bool) {
        self.fields = fields
        self.wantsMax = wantsMax
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        best.grow(to: groups.count, with: (.empty, .string))
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let order = OrderColumn(column)
            for row in column.filled(among: rows).setRows {
                let group = groups[row]
                if case .empty = best[group].key {
                    best[group] = (order.key(row), column.kind)
                    continue
                }
                let place = order.compare(row, best[group].key)
                if wantsMax ? place > 0 : place < 0 { best[group] = (order.key(row), column.kind) }
            }
        }
    }

    func result(_ group: Int) -> FieldValue {
        guard group < best.count else { return FieldValue("") }
        return FieldValue(best[group].key.text, kind: best[group].kind)
    }
}
