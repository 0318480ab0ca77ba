import Kernels
import LogsQL
import Records

/// `min(a)` and `max(a)` in the order of `OrderKey`, over the values that are not empty.
struct StatsExtreme: WeightlessAccumulator {
    private let fields: [FieldPattern]
    private let wantsMax: Bool
    private let limits: QueryLimitsOfEngine
    private var best: [(key: OrderKey, kind: ValueKinds)] = []
    /// Memory of the keys in `best`.
    private var bytes = 0

    init(fields: [FieldPattern], wantsMax: Bool, _ limits: QueryLimitsOfEngine) {
        self.fields = fields
        self.wantsMax = wantsMax
        self.limits = limits
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        best.grow(to: groups.count, with: (.empty, .string))
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let order = OrderColumn(column)
            for row in column.filled(among: rows).setRows {
                let group = groups[row]
                if case .empty = best[group].key {
                    keep(order.key(row), column.kind, group)
                    continue
                }
                let place = order.compare(row, best[group].key)
                if wantsMax ? place > 0 : place < 0 { keep(order.key(row), column.kind, group) }
            }
        }
        try check()
    }

    private func check() throws {
        guard bytes <= limits.distinctBytesMax else {
            throw QueryFailure(
                "cannot keep the \(wantsMax ? "greatest" : "least") value of each group: they are longer than "
                    + "\(limits.distinctBytesMax >> 20) MiB together; group by fewer fields, or filter for fewer rows")
        }
    }

    private mutating func keep(_ key: OrderKey, _ kind: ValueKinds, _ group: Int) {
        bytes += key.memoryBytes - best[group].key.memoryBytes
        best[group] = (key, kind)
    }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) throws {
        best.grow(to: count, with: (.empty, .string))
        for (place, new) in sameType(other).best.enumerated() {
            let group = Int(groups[place])
            guard case .empty = new.key else {
                let order = new.key.compare(best[group].key)
                if case .empty = best[group].key { keep(new.key, new.kind, group) }
                else if wantsMax ? order > 0 : order < 0 { keep(new.key, new.kind, group) }
                continue
            }
        }
        try check()
    }

    var memoryBytes: Int { best.count * 16 + bytes }

    func result(_ group: Int) -> FieldValue {
        guard group < best.count else { return FieldValue("") }
        return FieldValue(best[group].key.text, kind: best[group].kind)
    }
}
