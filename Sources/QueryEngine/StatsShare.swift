import Kernels
import LogsQL
import Records

/// `share(filter)`: the part of the rows that match; empty if there are no rows.
struct StatsShare: StatsAccumulator {
    private let filter: any FilterPlan
    private var matches = StatsCount(fields: [.all])
    private var all = StatsCount(fields: [.all])
    /// `x` is 1 for rows that match.
    private var sampled = SampleSums()

    init(filter: any FilterPlan) { self.filter = filter }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        try all.add(block, rows, groups)
        try matches.add(block, try filter.rows(of: block, among: rows), groups)
    }

    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        let matching = try filter.rows(of: block, among: rows)
        for row in rows.setRows {
            sampled.add(matching[row] ? 1 : 0, row: row, of: sample, group: groups[row])
        }
    }

    mutating func settle(_ groupOfCell: [UInt32]) { sampled.settle(groupOfCell) }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) {
        let other = sameType(other)
        matches.merge(other.matches, groups: groups, count: count)
        all.merge(other.all, groups: groups, count: count)
    }

    var memoryBytes: Int { matches.memoryBytes + all.memoryBytes }

    private func totals(_ group: Int) -> (matches: Double, all: Double) {
        let sample = sampled.totals(group) ?? (x: 0, n: 0)
        return (Double(matches.certain(group)) + sample.x, Double(all.certain(group)) + sample.n)
    }

    func result(_ group: Int) -> FieldValue {
        let totals = totals(group)
        return .number(totals.all > 0 ? totals.matches / totals.all : nil)
    }

    func error(_ group: Int) -> SampleError? {
        let totals = totals(group)
        guard totals.all > 0 else { return nil }
        return sampled.shareError(group, ratio: totals.matches / totals.all, total: totals.all)
    }
}
