import Kernels
import LogsQL
import Records

/// The group of each row of a block.
struct GroupCodes {
    /// Nil if there is only group 0.
    private let codes: [UInt32]?
    /// One more than the highest group so far, in this block or before.
    let count: Int

    init(_ codes: [UInt32]?, count: Int) {
        self.codes = codes
        self.count = count
    }

    var isSingle: Bool { codes == nil }

    /// Adds the values of rows by their groups.
    func add(_ values: [Int64], _ rows: Bitmap, to sums: inout [IntegerSum]) { addRows(values, rows, codes, to: &sums) }

    /// Counts rows by their groups.
    func count(_ rows: Bitmap, into counts: inout [Int]) {
        if let codes { countRows(rows, codes, &counts) } else { counts[0] += rows.popcount }
    }

    @inline(__always)
    subscript(row: Int) -> Int { codes.map { Int($0[row]) } ?? 0 }
}

/// What a stats function keeps, for all groups.
protocol StatsAccumulator: Sendable {
    /// Adds rows that stand for themselves alone.
    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws
    /// Adds rows that sampling kept in the place of others.
    ///
    /// - Parameters:
    ///   - rows: of those of `sample`, which are all that the pipe was given, the ones that match the call's condition.
    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws
    /// All rows have come.
    ///
    /// - Parameter groupOfCell: of the cells of all samples.
    mutating func settle(_ groupOfCell: [UInt32])
    /// - Parameter group: it may be one that `add` has not seen yet.
    func result(_ group: Int) -> FieldValue
    /// The error of an estimate; nil where the result is exact, or its error is not known.
    func error(_ group: Int) -> SampleError?
    /// Whether the result is that of the rows that were kept, not an estimate for those that they stand for.
    var isOfKeptRows: Bool { get }

    /// Takes in what another of the same function has kept of the rows that follow, of which none was sampled.
    ///
    /// - Parameters:
    ///   - other: of the same type.
    ///   - groups: the own number of each group of `other`.
    ///   - count: one more than the highest of them.
    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) throws
    /// Memory that it takes, roughly.
    var memoryBytes: Int { get }
}

extension StatsAccumulator {
    mutating func settle(_ groupOfCell: [UInt32]) {}
    func error(_ group: Int) -> SampleError? { nil }
    var isOfKeptRows: Bool { false }

    /// `other`, which is of the same function.
    func sameType(_ other: any StatsAccumulator) -> Self {
        guard let other = other as? Self else { preconditionFailure("parts of one pipe have the same functions") }
        return other
    }
}

/// A function that looks at values and not at how often they are there.
protocol WeightlessAccumulator: StatsAccumulator {}

extension WeightlessAccumulator {
    mutating func add(_ sample: SampledRows, _ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        try add(block, rows, groups)
    }

    var isOfKeptRows: Bool { true }
}

extension StatsFunction {
    func accumulator(_ context: StageContext) throws -> any StatsAccumulator {
        let limits = context.limits
        return switch self {
        case .count(let fields): StatsCount(fields: fields)
        case .countUniq(let fields, let limit): StatsCountUniq(fields: fields, limit: limit, limits)
        case .sum(let fields): StatsSum(fields: fields, isAverage: false)
        case .avg(let fields): StatsSum(fields: fields, isAverage: true)
        case .min(let fields): StatsExtreme(fields: fields, wantsMax: false, limits)
        case .max(let fields): StatsExtreme(fields: fields, wantsMax: true, limits)
        case .median(let fields): StatsQuantile(phi: 0.5, fields: fields, limits)
        case .quantile(let phi, let fields): StatsQuantile(phi: phi, fields: fields, limits)
        case .share(let filter): StatsShare(filter: try filter.plan(context))
        }
    }
}

extension [FieldPattern] {
    /// The stored names that the patterns take in a block, each once.
    func names(in block: Block) throws -> [String] {
        var seen: Set<String> = []
        return try flatMap { pattern in
            if case .name(let name) = pattern { return [FieldNames.canonical(query: name)] }
            return try block.fieldNames.filter { pattern.matches(stored: $0) }
        }.filter { seen.insert($0).inserted }
    }

    /// The names, if they are the same in all blocks.
    var fixedNames: [String]? {
        var names: [String] = []
        for pattern in self {
            guard case .name(let name) = pattern else { return nil }
            let stored = FieldNames.canonical(query: name)
            if !names.contains(stored) { names.append(stored) }
        }
        return names
    }
}

extension Array {
    /// Grows to `count` elements at least.
    mutating func grow(to count: Int, with element: Element) {
        if self.count < count { append(contentsOf: repeatElement(element, count: count - self.count)) }
    }
}

extension FieldValue {
    /// A number as shown; the empty text for nil, text for what is not finite.
    static func number(_ value: Double?) -> FieldValue {
        guard let value else { return FieldValue("") }
        return FieldValue(NumberText.shortest(value), kind: value.isFinite ? .number : .string)
    }
}
