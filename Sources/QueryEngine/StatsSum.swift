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

    func result(_ group: Int) -> FieldValue {
        guard group < sums.count, sums[group].count > 0 else { return FieldValue("") }
        let sum = sums[group]
        let total = Double(sum.integers) + sum.others
        if isAverage { return .number(total / Double(sum.count)) }
        return sum.otherCount == 0 ? FieldValue(String(sum.integers), kind: .number) : .number(total)
    }
}
