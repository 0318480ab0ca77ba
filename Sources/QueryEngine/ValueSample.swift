import Kernels

/// The values of a group: all of them, or, where these are too many, each with the same probability, which is halved as
/// often as it must be. What is left is chosen by a fixed seed, so that the same rows give the same answer.
struct ValueSample: Sendable {
    private var values: [Double] = []
    /// Of the values; nil while all are 1.
    private var weights: [Double]?
    private var halvings = 0
    private var random = SplitMix64(state: 0x6C6F_636B)
    /// Of all values; `least > greatest` while there are none.
    private(set) var least = Double.infinity
    private(set) var greatest = -Double.infinity

    var count: Int { values.count }
    var isEmpty: Bool { least > greatest }
    var memoryBytes: Int { values.count * (weights == nil ? 8 : 16) }

    /// - Parameter countMax: how many values it keeps.
    @inline(__always)
    mutating func add(_ value: Double, weight: Double, countMax: Int) {
        least = min(least, value)
        greatest = max(greatest, value)
        if halvings > 0, random.next() & (1 << UInt64(halvings) - 1) != 0 { return }
        if weight != 1, weights == nil { weights = Array(repeating: 1, count: values.count) }
        values.append(value)
        weights?.append(weight)
        if values.count > countMax { halve(until: countMax) }
    }

    /// Adds the values of some rows, each with the weight 1.
    mutating func add(_ numbers: [Int64], _ rows: Bitmap, countMax: Int) {
        guard halvings == 0, weights == nil else {
            for row in rows.setRows { add(Double(numbers[row]), weight: 1, countMax: countMax) }
            return
        }
        let first = values.count
        appendValues(numbers, rows, to: &values)
        for index in first..<values.count {
            least = min(least, values[index])
            greatest = max(greatest, values[index])
        }
        if values.count > countMax { halve(until: countMax) }
    }

    mutating func merge(_ other: ValueSample, countMax: Int) {
        var other = other
        while halvings < other.halvings { halve() }
        while other.halvings < halvings { other.halve() }
        if weights != nil || other.weights != nil {
            let own = weights ?? Array(repeating: 1, count: values.count)
            weights = own + (other.weights ?? Array(repeating: 1, count: other.values.count))
        }
        values += other.values
        least = min(least, other.least)
        greatest = max(greatest, other.greatest)
        halve(until: countMax)
    }

    mutating func halve(until countMax: Int) {
        while values.count > countMax { halve() }
    }

    private mutating func halve() {
        halvings += 1
        let (old, oldWeights) = (values, weights)
        values.removeAll(keepingCapacity: true)
        weights?.removeAll(keepingCapacity: true)
        var coins: UInt64 = 0
        for index in old.indices {
            coins = index & 63 == 0 ? random.next() : coins >> 1
            guard coins & 1 == 1 else { continue }
            values.append(old[index])
            if let oldWeights { weights?.append(oldWeights[index]) }
        }
    }

    /// Of `n` values in order that at place `floor(phi * n)`, a value of the weight `w` counting `w` times. Nil when there
    /// is none.
    func quantile(_ phi: Double) -> Double? {
        guard !values.isEmpty else { return isEmpty ? nil : least }
        guard let weights else {
            var values = values
            return select(min(Int(phi * Double(values.count)), values.count - 1), of: &values)
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

/// Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators".
private struct SplitMix64: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
