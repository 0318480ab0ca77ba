import Kernels
import LogsQL
import Records

/// `quantile(phi, a)` and `median(a)`, over the values that are numbers: of `n` in order, that at place `floor(phi *
/// n)`, the last one for `phi` 1. A row with the weight `w` counts as `w` rows.
///
/// Exact up to `quantileValuesPerGroupMax` values in a group. Beyond, and where all groups together have more than
/// `quantileValuesMax`, a uniform sample stands for all; the least and the greatest value stay exact.
struct StatsQuantile: StatsAccumulator {
    private let phi: Double
    private let fields: [FieldPattern]
    private let limits: QueryLimitsOfEngine
    private var samples: [ValueSample] = []
    private var kept = 0
    /// Values that a group may keep now.
    private var countMax: Int

    /// Fewer values than these tell a quantile badly.
    private static let sampleMin = 1_000

    init(phi: Double, fields: [FieldPattern], _ limits: QueryLimitsOfEngine) {
        self.phi = phi
        self.fields = fields
        self.limits = limits
        countMax = limits.quantileValuesPerGroupMax
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        try add(block, rows, groups, weights: nil)
    }

    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        try add(block, rows, groups, weights: sample.weights)
    }

    /// The least and the greatest value.
    var isOfKeptRows: Bool { phi <= 0 || phi >= 1 }

    private mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes, weights: [Double]?) throws {
        samples.grow(to: groups.count, with: ValueSample())
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let present = rows.intersection(column.validity)
            if groups.isSingle, weights == nil, case .int64(let numbers) = column.values {
                change(0) { $0.add(numbers, present, countMax: $1) }
                continue
            }
            let numbers = NumericColumn(column)
            for row in present.setRows {
                guard let number = numbers[row] else { continue }
                change(groups[row]) { $0.add(number.value, weight: weights?[row] ?? 1, countMax: $1) }
            }
        }
        try check()
    }

    @inline(__always)
    private mutating func change(_ group: Int, _ body: (inout ValueSample, _ countMax: Int) -> Void) {
        kept -= samples[group].count
        body(&samples[group], countMax)
        kept += samples[group].count
    }

    /// Makes the samples smaller where all together are too large.
    private mutating func check() throws {
        while kept > limits.quantileValuesMax {
            guard countMax > Self.sampleMin else {
                throw QueryFailure(
                    "cannot compute the quantile: its groups have more than \(limits.quantileValuesMax) values together; "
                        + "filter for fewer rows, or group by fewer fields")
            }
            countMax = max(Self.sampleMin, countMax / 2)
            for group in samples.indices { change(group) { $0.halve(until: $1) } }
        }
    }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) throws {
        let other = sameType(other)
        samples.grow(to: count, with: ValueSample())
        for (group, sample) in other.samples.enumerated() where !sample.isEmpty {
            change(Int(groups[group])) { $0.merge(sample, countMax: $1) }
        }
        try check()
    }

    var memoryBytes: Int { samples.reduce(samples.count * MemoryLayout<ValueSample>.stride) { $0 + $1.memoryBytes } }

    func result(_ group: Int) -> FieldValue {
        guard group < samples.count, !samples[group].isEmpty else { return FieldValue("") }
        let sample = samples[group]
        if phi <= 0 { return .number(sample.least) }
        if phi >= 1 { return .number(sample.greatest) }
        return .number(sample.quantile(phi))
    }
}
