import Kernels
import LogsQL
import Records

/// `quantile(phi, a)` and `median(a)`, over the values that are numbers: of `n` in order, that at place `floor(phi *
/// n)`, the last one for `phi` 1. A row with the weight `w` counts as `w` rows.
///
/// Exact up to `quantileValuesPerGroupMax` values in a group. Beyond, a uniform sample of so many stands for all
/// (Vitter 1985, "Random sampling with a reservoir", algorithm R), chosen by a fixed seed, so that the same rows give
/// the same answer; the least and the greatest value stay exact.
struct StatsQuantile: StatsAccumulator {
    private struct Sample {
        var values: [Double] = []
        /// Of the values; nil while all are 1.
        var weights: [Double]?
        var seen = 0
        var least = Double.infinity
        var greatest = -Double.infinity

        @inline(__always)
        mutating func append(_ value: Double, weight: Double) {
            if weight != 1, weights == nil { weights = Array(repeating: 1, count: values.count) }
            values.append(value)
            weights?.append(weight)
        }

        mutating func replace(_ place: Int, by value: Double, weight: Double) {
            if weight != 1, weights == nil { weights = Array(repeating: 1, count: values.count) }
            values[place] = value
            weights?[place] = weight
        }

        func quantile(_ phi: Double) -> Double? {
            guard let weights else {
                let sorted = values.sorted()
                return sorted[min(Int(phi * Double(sorted.count)), sorted.count - 1)]
            }
            let sorted = zip(values, weights).sorted { $0.0 < $1.0 }
            let place = phi * weights.reduce(0, +)
            var before = 0.0
            for (value, weight) in sorted {
                before += weight
                if before > place { return value }
            }
            return sorted.last?.0
        }
    }

    private let phi: Double
    private let fields: [FieldPattern]
    private let limits: QueryLimitsOfEngine
    private var samples: [Sample] = []
    private var kept = 0
    private var random = SplitMix64(state: 0x6C6F_636B)

    init(phi: Double, fields: [FieldPattern], _ limits: QueryLimitsOfEngine) {
        self.phi = phi
        self.fields = fields
        self.limits = limits
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        try add(block, rows, groups, weights: nil)
    }

    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        try add(block, rows, groups, weights: sample.weights)
    }

    private mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes, weights: [Double]?) throws {
        samples.grow(to: groups.count, with: Sample())
        for name in try fields.names(in: block) {
            let column = try block.column(name)
            let numbers = NumericColumn(column)
            for row in rows.intersection(column.validity).setRows {
                if let number = numbers[row] { add(number.value, weight: weights?[row] ?? 1, to: groups[row]) }
            }
        }
        guard kept <= limits.quantileValuesMax else {
            throw QueryFailure(
                "cannot compute the quantile: its groups have more than \(limits.quantileValuesMax) values together; "
                    + "filter for fewer rows, or group by fewer fields")
        }
    }

    @inline(__always)
    private mutating func add(_ value: Double, weight: Double, to group: Int) {
        samples[group].seen += 1
        samples[group].least = min(samples[group].least, value)
        samples[group].greatest = max(samples[group].greatest, value)
        if samples[group].values.count < limits.quantileValuesPerGroupMax {
            samples[group].append(value, weight: weight)
            kept += 1
            return
        }
        let place = random.next(below: samples[group].seen)
        if place < samples[group].values.count { samples[group].replace(place, by: value, weight: weight) }
    }

    func result(_ group: Int) -> FieldValue {
        guard group < samples.count, samples[group].seen > 0 else { return FieldValue("") }
        let sample = samples[group]
        if phi <= 0 { return .number(sample.least) }
        if phi >= 1 { return .number(sample.greatest) }
        return .number(sample.quantile(phi))
    }
}

/// Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators".
private struct SplitMix64 {
    var state: UInt64

    /// - Parameter bound: at least 1.
    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31).multipliedFullWidth(by: UInt64(bound)).high)
    }
}
