import Kernels
import LogsQL
import Records

/// `count()`: rows; `count(a, b)`: rows in which one of the fields is not empty.
struct StatsCount: StatsAccumulator {
    private let fields: [FieldPattern]
    private var counts: [Int] = []
    /// `x` is 1 for rows that count.
    private var sampled = SampleSums()

    init(fields: [FieldPattern]) { self.fields = fields }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        counts.grow(to: groups.count, with: 0)
        groups.count(try filled(block, rows), into: &counts)
    }

    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        sampled.count(try filled(block, rows), of: sample, groups)
    }

    mutating func settle(_ groupOfCell: [UInt32]) { sampled.settle(groupOfCell) }

    private func filled(_ block: Block, _ rows: Bitmap) throws -> Bitmap {
        guard fields != [.all] else { return rows }
        var found = Bitmap.none(rows.count)
        for name in try fields.names(in: block) { found.formUnion(try block.column(name).filled(among: rows)) }
        return found
    }

    /// Whether it counts all rows.
    var isOfAllRows: Bool { fields == [.all] }

    /// Adds rows that each stand for some.
    mutating func add(_ rows: Bitmap, _ groups: GroupCodes, times: [Int]) {
        counts.grow(to: groups.count, with: 0)
        for row in rows.setRows { counts[groups[row]] += times[row] }
    }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) {
        counts.grow(to: count, with: 0)
        for (group, more) in sameType(other).counts.enumerated() { counts[Int(groups[group])] += more }
    }

    var memoryBytes: Int { counts.count * 8 }

    /// Rows that stand for themselves alone.
    func certain(_ group: Int) -> Int { group < counts.count ? counts[group] : 0 }

    func result(_ group: Int) -> FieldValue {
        guard let totals = sampled.totals(group) else { return FieldValue(String(certain(group)), kind: .number) }
        return .number(Double(certain(group)) + totals.x)
    }

    func error(_ group: Int) -> SampleError? { sampled.countError(group, certain: Double(certain(group))) }
}
