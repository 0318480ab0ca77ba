import Kernels
import LogsQL
import Records

/// `sum(a)` and `avg(a)`, over the values that are numbers; empty if there are none. A sum of integers is exact.
struct StatsSum: StatsAccumulator {
    private struct Sum {
        var integers: Int128 = 0
        var others = 0.0
        var otherCount = 0
        var count = 0

        var total: Double { Double(integers) + others }

        mutating func add(_ number: NumericValue) {
            count += 1
            if let integer = number.integer {
                integers += Int128(integer)
            } else {
                others += number.value
                otherCount += 1
            }
        }

        mutating func add(_ other: Sum) {
            count += other.count
            integers += other.integers
            others += other.others
            otherCount += other.otherCount
        }
    }

    private let fields: [FieldPattern]
    private let isAverage: Bool
    private var sums: [Sum] = []
    /// Of the rows that have a number.
    private var sampled = SampleSums()

    init(fields: [FieldPattern], isAverage: Bool) {
        self.fields = fields
        self.isAverage = isAverage
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        sums.grow(to: groups.count, with: Sum())
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let numbers = NumericColumn(column)
            for row in rows.intersection(column.validity).setRows {
                if let number = numbers[row] { sums[groups[row]].add(number) }
            }
        }
    }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) {
        sums.grow(to: count, with: Sum())
        for (group, more) in sameType(other).sums.enumerated() { sums[Int(groups[group])].add(more) }
    }

    var memoryBytes: Int { sums.count * MemoryLayout<Sum>.stride }

    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let numbers = NumericColumn(column)
            for row in rows.intersection(column.validity).setRows {
                guard let number = numbers[row] else { continue }
                sampled.add(number.value, row: row, of: sample, group: groups[row])
            }
        }
    }

    mutating func settle(_ groupOfCell: [UInt32]) { sampled.settle(groupOfCell) }

    private func certain(_ group: Int) -> Sum { group < sums.count ? sums[group] : Sum() }

    /// The sum and the number of values, of all rows that there were.
    private func totals(_ group: Int) -> (sum: Double, count: Double) {
        let (certain, sample) = (certain(group), sampled.totals(group) ?? (x: 0, n: 0))
        return (certain.total + sample.x, Double(certain.count) + sample.n)
    }

    func result(_ group: Int) -> FieldValue {
        let totals = totals(group)
        guard totals.count > 0 else { return FieldValue("") }
        if isAverage { return .number(totals.sum / totals.count) }
        guard sampled.totals(group) == nil, certain(group).otherCount == 0 else { return .number(totals.sum) }
        return FieldValue(String(certain(group).integers), kind: .number)
    }

    func error(_ group: Int) -> SampleError? {
        guard isAverage else { return sampled.totalError(group, certain: certain(group).total) }
        let totals = totals(group)
        guard totals.count > 0 else { return nil }
        return sampled.meanError(group, ratio: totals.sum / totals.count, total: totals.count)
    }
}
