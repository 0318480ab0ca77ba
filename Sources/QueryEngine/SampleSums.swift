import Foundation
import Kernels

/// What a function of `stats` adds up over sampled rows, for all groups: a variable `x`, and `n`, the rows, of which it
/// makes a total or a ratio, with the error that sampling brings.
///
/// Each request was kept with the probability `1/w`, on its own, and all its rows have the weight `w` (Poisson sampling of
/// clusters). The total of `x` is then estimated by `Σ w·x` (Horvitz and Thompson 1952, "A generalization of sampling
/// without replacement from a finite universe"), and the variance of that by `Σ w(w−1)·X²`, where `X` is the sum of `x`
/// over a request and the outer sum goes over requests. The variance of a ratio `R` of two totals is that of the total
/// of the residuals `x − R·n`, over the square of the lower total (Särndal, Swensson and Wretman 1992, "Model Assisted
/// Survey Sampling", sections 2.8 and 5.6).
struct SampleSums {
    /// Sums over the rows of a group.
    fileprivate struct Group {
        /// Subtracted from every `x` of the group before squares are taken, so that residuals that are small beside the
        /// values do not drown in rounding.
        var shift = 0.0
        var totalX = 0.0
        var totalN = 0.0
        /// Of the rows that are there, without weights.
        var keptX = 0.0
        var hasNegative = false
        /// Of requests of one row that name no id; `settle` adds those of cells.
        fileprivate var moments = Moments()
    }

    /// Sums over the rows of a cell.
    private struct Cell {
        var x = 0.0
        var n = 0.0
        /// `√(w(w−1))`; the greatest, should they not agree.
        var factor = 0.0
    }

    private var groups: [Group?] = []
    private var cells: [Cell] = []
    /// False once there were too many cells.
    private var isErrorKnown = true

    /// Adds row `row` of `sample`.
    @inline(__always)
    mutating func add(_ x: Double, row: Int, of sample: SampledRows, group: Int) {
        groups.grow(to: group + 1, with: nil)
        let weight = sample.weights[row]
        var sums = groups[group] ?? Group(shift: x)
        sums.totalX += weight * x
        sums.totalN += weight
        sums.keptX += x
        if x < 0 { sums.hasNegative = true }
        // A weight below 1 is none that sampling gives; it brings no error.
        let factor = max(0, weight * (weight - 1)).squareRoot()
        if let number = sample.cells?[row] {
            if number == SampledRows.noCell {
                sums.moments.add(x - sums.shift, 1, factor)
            } else {
                add(x - sums.shift, factor, cell: Int(number))
            }
        } else {
            (cells, isErrorKnown) = ([], false)
        }
        groups[group] = sums
    }

    @inline(__always)
    private mutating func add(_ x: Double, _ factor: Double, cell: Int) {
        cells.grow(to: cell + 1, with: Cell())
        var sums = cells[cell]
        sums.x += x
        sums.n += 1
        sums.factor = max(sums.factor, factor)
        cells[cell] = sums
    }

    /// Adds the rows of `sample`: `x` is 1 for those that `counted` has.
    mutating func count(_ counted: Bitmap, of sample: SampledRows, _ groups: GroupCodes) {
        for row in sample.rows.setRows { add(counted[row] ? 1 : 0, row: row, of: sample, group: groups[row]) }
    }

    /// To be called when all rows are there.
    mutating func settle(_ groupOfCell: [UInt32]) {
        for (number, cell) in cells.enumerated() where cell.n > 0 {
            groups[Int(groupOfCell[number])]?.moments.add(cell.x, cell.n, cell.factor)
        }
        cells = []
    }

    /// The totals of the sampled rows of a group; nil if it has none.
    func totals(_ group: Int) -> (x: Double, n: Double)? {
        guard group < groups.count, let sums = groups[group] else { return nil }
        return (sums.totalX, sums.totalN)
    }

    // MARK: Errors

    // Plain intervals, the estimate and 1.96 standard errors to both sides, miss the truth too often where few requests
    // carry most of a total: estimate and variance rise and fall together with those that happen to be in the sample.
    // Hence intervals of logarithms, Student's distribution, and a floor of the variance (`Moments.Residuals`).

    /// The error of `certain + Σ w·x`. The interval is that of the logarithm of the sum, where no `x` is negative.
    func totalError(_ group: Int, certain: Double) -> SampleError? {
        guard let sums = known(group) else { return nil }
        let residuals = sums.moments.residuals(ratio: -sums.shift)
        guard sums.totalX > 0, !sums.hasNegative else {
            return SampleError(residuals.error, around: certain + sums.totalX, residuals.margin)
        }
        let factor = exp(min(residuals.margin / sums.totalX, Self.exponentMax))
        return SampleError(
            standard: residuals.error, low: certain + max(sums.keptX, sums.totalX / factor), high: certain + sums.totalX * factor)
    }

    /// The same where `x` is 1 for rows that count, and 0 for others.
    func countError(_ group: Int, certain: Double) -> SampleError? {
        guard let sums = known(group), sums.totalX == 0 else { return totalError(group, certain: certain) }
        return SampleError(standard: 0, low: certain, high: certain + sums.highOfNone)
    }

    /// The error of `ratio`, which is that of the totals of `x` and `n` over all rows.
    ///
    /// - Parameter total: of `n`, over all rows; above 0.
    func meanError(_ group: Int, ratio: Double, total: Double) -> SampleError? {
        guard let sums = known(group) else { return nil }
        let residuals = sums.moments.residuals(ratio: ratio - sums.shift)
        return SampleError(residuals.error / total, around: ratio, residuals.margin / total)
    }

    /// The same for a ratio that is within 0…1, where the interval is that of `log(R / (1 − R))`.
    func shareError(_ group: Int, ratio: Double, total: Double) -> SampleError? {
        guard let sums = known(group) else { return nil }
        let residuals = sums.moments.residuals(ratio: ratio - sums.shift)
        let error = residuals.error / total
        let highOfNone = min(1, sums.highOfNone / total)
        if ratio <= 0 { return SampleError(standard: error, low: 0, high: highOfNone) }
        if ratio >= 1 { return SampleError(standard: error, low: 1 - highOfNone, high: 1) }
        let factor = exp(min(residuals.margin / total / (ratio * (1 - ratio)), Self.exponentMax))
        let odds = ratio / (1 - ratio)
        return SampleError(
            standard: error, low: odds / factor / (1 + odds / factor), high: odds * factor / (1 + odds * factor))
    }

    /// So that nothing becomes infinite.
    private static let exponentMax = 50.0

    private func known(_ group: Int) -> Group? { isErrorKnown && group < groups.count ? groups[group] : nil }
}

extension SampleSums.Group {
    /// How large the total of `x` may be of which the sample has nothing: `3.7 = −ln 0.025` requests such as are in the
    /// sample would all have been missed in one of 40 cases.
    fileprivate var highOfNone: Double { totalN > 0 ? -log(0.025) * moments.varianceOfN / totalN : 0 }
}

/// Sums over requests of powers of two variables, up to the fourth.
private struct Moments {
    /// Of `xx`, `xn` and `nn`, as they are.
    private var plain = SIMD4<Double>()
    /// The same, each times the square of the request's factor `√(w(w−1))`.
    private var second = SIMD4<Double>()
    /// Of `xxxx`, `xxxn`, `xxnn`, `xnnn` and `nnnn`, each times the fourth power of the factor.
    private var fourth = SIMD8<Double>()

    mutating func add(_ x: Double, _ n: Double, _ factor: Double) {
        let squares = SIMD4(x * x, x * n, n * n, 0)
        plain += squares
        let weighted = factor * factor * squares
        second += weighted
        let (xx, xn, nn) = (weighted[0], weighted[1], weighted[2])
        fourth += SIMD8(xx * xx, xx * xn, xx * nn, xn * nn, nn * nn, 0, 0, 0)
    }

    /// The variance of the total of `n`.
    var varianceOfN: Double { second[2] }

    /// What is to be said of the total of `x − r·n`.
    struct Residuals {
        let error: Double
        /// How far an interval reaches to both sides, at 95 %.
        let margin: Double
    }

    func residuals(ratio r: Double) -> Residuals {
        let powers = SIMD4(1, -2 * r, r * r, 0)
        let variance = max(0, (second * powers).sum())
        // A request of a great weight that differs from the others is seldom in the sample. What is there, of whatever
        // weight, tells how much requests differ; that much is to be expected of those of great weights too.
        let floor = plain[2] > 0 ? max(0, (plain * powers).sum()) / plain[2] * second[2] : 0
        // The degrees of freedom of the variance: Satterthwaite 1946, "An approximate distribution of estimates of
        // variance components".
        let fourthPowers = (fourth * SIMD8(1, -4 * r, 6 * r * r, -4 * r * r * r, r * r * r * r, 0, 0, 0)).sum()
        let freedom = fourthPowers > 0 ? 2 * variance * variance / fourthPowers : .infinity
        return Residuals(
            error: variance.squareRoot(),
            margin: StudentT.quantile975(max(2, freedom)) * max(variance, floor).squareRoot())
    }
}

/// Student's distribution.
enum StudentT {
    /// The value that a variable exceeds in 2.5 % of all cases.
    ///
    /// - Parameter freedom: degrees of freedom, at least 2; within 1 % there (Abramowitz and Stegun, 26.7.5).
    static func quantile975(_ freedom: Double) -> Double {
        1.959_964 + 2.372_27 / freedom + 2.822_50 / (freedom * freedom) + 2.555_85 / (freedom * freedom * freedom)
            + 1.589_53 / (freedom * freedom * freedom * freedom)
    }
}

/// How far an estimate may be from the truth, as sampling goes.
struct SampleError {
    let standard: Double
    /// An interval that has the truth in it in 95 % of all cases.
    let low: Double
    let high: Double

    init(standard: Double, low: Double, high: Double) {
        self.standard = standard
        self.low = low
        self.high = high
    }

    init(_ standard: Double, around value: Double, _ margin: Double) {
        self.init(standard: standard, low: value - margin, high: value + margin)
    }
}
