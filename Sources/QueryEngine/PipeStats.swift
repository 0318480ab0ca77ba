import Kernels
import LogsQL
import Records

/// `stats by (service, _time:5m) count() if (level:error) errors`: straight from the columns. Groups come in the order
/// of their keys.
final class StatsStage: GatheringStage {
    private struct Part: StagePart {
        let groups: TupleCoder
        let accumulators: [any StatsAccumulator]
        let rowCount: Int
        let memoryBytes: Int
    }

    private struct Call {
        let name: String
        /// Of the fields for its error.
        let errorNames: SampleEstimate.ErrorNames
        let condition: (any FilterPlan)?
        var accumulator: any StatsAccumulator
    }

    private let keys: [String]
    /// Whether the keys are among service, level and buckets of whole minutes.
    private let hasCoarseKeys: Bool
    private var groups: TupleCoder
    private var calls: [Call]
    /// Nil where the rows are made by pipes, of which none stands for others.
    private var sample: SampleReader?
    private let estimates: SampleEstimates
    private var isEstimated = false
    private let gathersPart: Bool
    private let limits: QueryLimitsOfEngine
    private let control: QueryControl
    private let next: any PipeStage

    /// - Parameter hasStoredRows: whether the rows that come were stored, and not made by pipes.
    init(_ stats: LogsQL.Pipe.Stats, hasStoredRows: Bool, _ context: StageContext, _ next: any PipeStage) throws {
        let keys = stats.by.map { (field: FieldNames.canonical(query: $0.field), bucket: $0.bucket) }
        self.keys = keys.map(\.field)
        hasCoarseKeys = keys.allSatisfy { key in
            key.field == FieldNames.time
                ? key.bucket?.isOfWholeMinutes == true
                : [FieldNames.service, FieldNames.level].contains(key.field) && key.bucket == nil
        }
        groups = TupleCoder(keys)
        var taken = Set(keys.map(\.field) + stats.calls.map(\.resultName))
        calls = try stats.calls.map { call in
            Call(
                name: call.resultName, errorNames: SampleEstimate.ErrorNames(of: call.resultName, besides: &taken),
                condition: try call.condition?.plan(context), accumulator: try call.function.accumulator(context))
        }
        sample = hasStoredRows ? SampleReader(context, callCount: max(1, calls.count)) : nil
        estimates = context.estimates
        gathersPart = context.gathersPart
        limits = context.limits
        control = context.control
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let codes = keys.isEmpty ? nil : try groups.codes(block, rows, limits)
        try check()
        let groupCodes = GroupCodes(codes, count: groups.count)
        let sampled = try sample?.read(block, rows, groupCodes)
        for index in calls.indices {
            let selected = try calls[index].condition?.rows(of: block, among: rows) ?? rows
            guard let sampled else {
                try calls[index].accumulator.add(block, selected, groupCodes)
                continue
            }
            try calls[index].accumulator.add(block, selected.subtracting(sampled.rows), groupCodes)
            try calls[index].accumulator.add(sampled, block, selected.intersection(sampled.rows), groupCodes)
        }
        if sampled != nil { isEstimated = true }
    }

    private func check() throws {
        guard groups.count <= limits.groupsMax else {
            throw QueryFailure(
                "cannot group by \(keys.joined(separator: ", ")): there are more than \(limits.groupsMax) groups; "
                    + "use larger buckets, group by fewer fields, or filter for fewer rows")
        }
    }

    // MARK: Counts

    /// Whether all it wants is how many rows each service, level and minute has.
    var countsRowsOnly: Bool {
        hasCoarseKeys && calls.allSatisfy { $0.condition == nil && ($0.accumulator as? StatsCount)?.isOfAllRows == true }
    }

    /// Adds rows that each stand for some.
    ///
    /// - Parameter times: by row, for how many.
    func count(_ block: Block, _ rows: Bitmap, times: [Int]) throws {
        let codes = keys.isEmpty ? nil : try groups.codes(block, rows, limits)
        try check()
        let groupCodes = GroupCodes(codes, count: groups.count)
        for index in calls.indices {
            guard var count = calls[index].accumulator as? StatsCount else { continue }
            count.add(rows, groupCodes, times: times)
            calls[index].accumulator = count
        }
        sample?.count(rows.setRows.reduce(0) { $0 + times[$1] })
    }

    // MARK: Parts

    /// The error of an estimate goes over whole requests, which may have rows in many parts.
    func takePart() -> (any StagePart)? {
        guard !isEstimated else { return nil }
        let accumulators = calls.map(\.accumulator)
        return Part(
            groups: groups, accumulators: accumulators, rowCount: sample?.rowCount ?? 0,
            memoryBytes: accumulators.reduce(groups.memoryBytes) { $0 + $1.memoryBytes })
    }

    func merge(_ part: any StagePart) throws {
        guard let part = part as? Part else { preconditionFailure("the part is one of the same pipe") }
        let codes = keys.isEmpty ? [0] : groups.merge(part.groups)
        try groups.check(limits)
        try check()
        sample?.count(part.rowCount)
        for (index, accumulator) in part.accumulators.enumerated() {
            try calls[index].accumulator.merge(accumulator, groups: codes, count: groups.count)
        }
    }

    private func settle() {
        guard isEstimated, let sample else { return }
        for index in calls.indices { calls[index].accumulator.settle(sample.groupOfCell) }
        estimates.estimate = SampleEstimate(
            keptRows: sample.rowCount, standsFor: sample.standsFor, isErrorKnown: sample.hasCells,
            ofKeptRows: calls.filter(\.accumulator.isOfKeptRows).map(\.name),
            errorNames: Dictionary(calls.map { ($0.name, $0.errorNames) }) { first, _ in first })
    }

    /// A part with sampled rows is of no use.
    var wantsMore: Bool { !(gathersPart && isEstimated) }

    func finish() throws {
        settle()
        try hand(groups.sorted().map { record($0.values, $0.code) }, to: next, control)
    }

    private func record(_ values: [FieldValue], _ group: Int) -> Record {
        let own = zip(keys, values).map { Record.Field($0, $1) }
        return Record(time: nil, fields: own + calls.flatMap { fields($0, group) })
    }

    private func fields(_ call: Call, _ group: Int) -> [Record.Field] {
        let result = Record.Field(call.name, call.accumulator.result(group))
        guard isEstimated, let error = call.accumulator.error(group) else { return [result] }
        return [
            result, Record.Field(call.errorNames.standard, .number(error.standard)),
            Record.Field(call.errorNames.low, .number(error.low)), Record.Field(call.errorNames.high, .number(error.high)),
        ]
    }
}
