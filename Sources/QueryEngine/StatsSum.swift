import Kernels
import LogsQL
import Records

/// `sum(a)` and `avg(a)`, over the values that are numbers; empty if there are none. A sum of integers is exact.
struct StatsSum: StatsAccumulator {
    /// Numbers that are no integers of 64 bits.
    private struct Others {
        var sum = 0.0
        var count = 0
    }

    private let fields: [FieldPattern]
    private let isAverage: Bool
    private var integers: [IntegerSum] = []
    private var others: [Others] = []
    /// Of the rows that have a number.
    private var sampled = SampleSums()

    init(fields: [FieldPattern], isAverage: Bool) {
        self.fields = fields
        self.isAverage = isAverage
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        integers.grow(to: groups.count, with: IntegerSum())
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let present = rows.intersection(column.validity)
            if case .int64(let values) = column.values {
                groups.add(values, present, to: &integers)
                continue
            }
            let numbers = NumericColumn(column)
            for row in present.setRows {
                if let number = numbers[row] { add(number, to: groups[row]) }
            }
        }
    }

    private mutating func add(_ number: NumericValue, to group: Int) {
        if let integer = number.integer {
            integers[group].sum += Int128(integer)
            integers[group].count += 1
        } else {
            others.grow(to: group + 1, with: Others())
            others[group].sum += number.value
            others[group].count += 1
        }
    }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) {
        let other = sameType(other)
        integers.grow(to: count, with: IntegerSum())
        for (group, more) in other.integers.enumerated() {
            integers[Int(groups[group])].sum += more.sum
            integers[Int(groups[group])].count += more.count
        }
        if !other.others.isEmpty { others.grow(to: count, with: Others()) }
        for (group, more) in other.others.enumerated() {
            others[Int(groups[group])].sum += more.sum
            others[Int(groups[group])].count += more.count
        }
    }

    var memoryBytes: Int { integers.count * MemoryLayout<IntegerSum>.stride + others.count * MemoryLayout<Others>.stride }

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

    /// Of the rows that stand for themselves alone.
    private func certain(_ group: Int) -> (integers: IntegerSum, others: Others) {
        (group < integers.count ? integers[group] : IntegerSum(), group < others.count ? others[group] : Others())
    }

    private func certainTotal(_ group: Int) -> Double {
        let certain = certain(group)
        return Double(certain.integers.sum) + certain.others.sum
    }

    /// The sum and the number of values, of all rows that there were.
    private func totals(_ group: Int) -> (sum: Double, count: Double) {
        let (certain, sample) = (certain(group), sampled.totals(group) ?? (x: 0, n: 0))
        return (certainTotal(group) + sample.x, Double(certain.integers.count + certain.others.count) + sample.n)
    }

    func result(_ group: Int) -> FieldValue {
        let totals = totals(group)
        guard totals.count > 0 else { return FieldValue("") }
        if isAverage { return .number(totals.sum / totals.count) }
        guard sampled.totals(group) == nil, certain(group).others.count == 0 else { return .number(totals.sum) }
        return FieldValue(String(certain(group).integers.sum), kind: .number)
    }

    func error(_ group: Int) -> SampleError? {
        guard isAverage else { return sampled.totalError(group, certain: certainTotal(group)) }
        let totals = totals(group)
        guard totals.count > 0 else { return nil }
        return sampled.meanError(group, ratio: totals.sum / totals.count, total: totals.count)
    }
}
