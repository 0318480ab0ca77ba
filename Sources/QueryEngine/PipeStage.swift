import Kernels
import LogsQL
import Records

/// A pipe at work. It is given rows, block by block, and hands on rows to the next.
protocol PipeStage: AnyObject {
    func process(_ block: Block, _ rows: Bitmap) throws
    /// All rows have come.
    func finish() throws
    /// Whether more rows can change the result.
    var wantsMore: Bool { get }
    /// Whether rows with these times can change the result.
    func wants(times: ClosedRange<Int64>) -> Bool
    /// Whether it does better when later segments come first.
    var prefersNewestFirst: Bool { get }
}

extension PipeStage {
    var wantsMore: Bool { true }
    func wants(times: ClosedRange<Int64>) -> Bool { true }
    var prefersNewestFirst: Bool { false }

    /// Hands rows that it made to `next`, block by block, then ends it.
    func hand(_ records: [Record], to next: any PipeStage, _ control: QueryControl) throws {
        for start in stride(from: 0, to: records.count, by: 8_192) where next.wantsMore {
            try control.check()
            let rows = Array(records[start..<min(start + 8_192, records.count)])
            try next.process(
                Block(RecordSource(rows: rows), position: start), Bitmap(repeating: true, count: rows.count))
        }
        try next.finish()
    }
}

/// What stages and filters are made with.
struct StageContext: Sendable {
    let limits: QueryLimitsOfEngine
    let control: QueryControl
    let traceExpander: (@Sendable ([String]) throws -> [Record])?
    let now: Int64
    /// The fields that name the request of a row, the one that goes before others first.
    let correlationIDs: [String]
    let estimates = SampleEstimates()
    var profile = QueryProfile()
    /// Whether the stages gather a part.
    var gathersPart = false
    /// For the parts of one sort.
    var sortBound: SortBound?
    /// Those of the query, and of the queries around it.
    var options = QueryOptions()
    /// Answers queries inside the query; nil where there can be none.
    var subqueries: Subqueries?
    /// That of the query whose pipes these are, with the times that it is asked for.
    var filter = Filter.all
    /// Runs another query, and ends the stage that it is given. Nil where there can be none.
    ///
    /// - Parameter isWithinTimes: whether rows outside the times that the query is asked for do not count.
    var run: (@Sendable (_ query: Query, _ isWithinTimes: Bool, _ end: any PipeStage) throws -> Void)?

    /// The records of another query over the same snapshot.
    ///
    /// - Parameter isWithinTimes: as for `run`.
    /// - Throws: what the query throws; `QueryFailure` where there can be none.
    func records(of query: Query, isWithinTimes: Bool) throws -> [Record] {
        guard let run else { throw QueryFailure("cannot run the query '(\(query))': there can be none here") }
        let collector = RowCollector(limits)
        try run(query, isWithinTimes, collector)
        return query.pipes.setsOrder ? collector.records : collector.recordsByTime
    }
}

extension LogsQL.Pipe {
    /// - Parameters:
    ///   - needed: the fields of its rows that the pipes after it look at.
    ///   - carried: those that are needed even where a pipe `fields` takes them away.
    ///   - hasStoredRows: whether its rows were stored, and not made by pipes.
    ///   - pipesBefore: that its rows come through.
    func stage(
        before next: any PipeStage, needed: NeededFields, carried: [String], hasStoredRows: Bool,
        after pipesBefore: ArraySlice<LogsQL.Pipe>, _ context: StageContext
    ) throws -> any PipeStage {
        switch self {
        case .fields(let patterns): FieldsStage(FieldSelection(fields: patterns), carried: carried, next)
        case .filter(let filter): FilterStage(try filter.plan(context), next)
        case .limit(let count): LimitStage(count, next)
        case .offset(let count): OffsetStage(count, next)
        case .sort(let sort) where sort.partition.isEmpty && sort.rank == nil:
            SortStage(sort, needed: FieldSelection(needed), context, next)
        case .sort(let sort): PartitionedSortStage(sort, needed: FieldSelection(needed), context, next)
        case .stats(let stats): try StatsStage(stats, hasStoredRows: hasStoredRows, context, next)
        case .uniq(let uniq): UniqStage(uniq, context, next)
        case .facets(let facets): FacetsStage(facets, context, next)
        case .fieldNames(let name): FieldNamesStage(resultName: name, context, next)
        case .blocksCount(let name): BlocksCountStage(resultName: name, context, next)
        case .totalStats(let stats): try TotalStatsStage(stats, needed: FieldSelection(needed), context, next)
        case .runningStats(let stats): try RunningStatsStage(stats, needed: FieldSelection(needed), context, next)
        case .union(let query): UnionStage(query, context, next)
        case .join(let join): JoinStage(join, needed: FieldSelection(needed), context, next)
        case .streamContext(let streams): StreamContextStage(streams, context, next)
        case .template(let template): TemplateStage(template, next)
        case .compare(let compare): CompareStage(compare, earlier: pipesBefore, context, next)
        case .top, .fieldValues, .templates: preconditionFailure("arranged pipes have others in their places")
        case .trace: TraceStage(context, next)
        }
    }
}

extension [LogsQL.Pipe] {
    /// The pipes as they run.
    var arranged: [LogsQL.Pipe] { flatMap(\.expanded).orderingOffsets().boundingSorts() }

    /// The stages of the first pipes, of those as they run.
    ///
    /// - Parameter end: stands after them.
    /// - Returns: what rows are to be given to, and the stages.
    func stages(
        _ count: Int, into end: any PipeStage, _ context: StageContext
    ) throws -> (first: any PipeStage, all: [any PipeStage]) {
        var stages: [any PipeStage] = []
        var next = end
        var needed = NeededFields.all
        var carried: [String] = []
        for (index, (pipe, hasStoredRows)) in zip(self, haveStoredRows).enumerated().reversed() {
            if index < count {
                let stage = try pipe.stage(
                    before: next, needed: needed, carried: carried, hasStoredRows: hasStoredRows, after: self[..<index],
                    context)
                stages.append(stage)
                next = context.profile.measuresStages ? MeasuredStage(index, before: stage, context.profile) : stage
            }
            if pipe.givesStoredRows != nil { carried = [] }
            if hasStoredRows, case .stats = pipe { carried = [FieldNames.weight] + context.correlationIDs }
            needed = pipe.fieldsBefore(needed).union(carried)
        }
        return (next, stages.reversed())
    }

    /// Whether the rows that come into each pipe were stored, and not made by pipes.
    private var haveStoredRows: [Bool] {
        var areStored = true
        return map { pipe in
            defer { areStored = pipe.givesStoredRows ?? areStored }
            return areStored
        }
    }

    /// The same pipes with a sort by time before each `offset` that would skip rows as they are found, segment by
    /// segment: what is skipped must be the same each time that the next rows are asked for.
    private func orderingOffsets() -> [LogsQL.Pipe] {
        guard let offset = firstIndex(where: { if case .offset = $0 { true } else { false } }),
            !self[..<offset].contains(where: \.ordersRows)
        else { return self }
        // Before the pipes that would take rows or the time away.
        let place = firstIndex { if case .filter = $0 { false } else { true } } ?? offset
        var pipes = self
        pipes.insert(.sort(.init(keys: [.init(FieldNames.time)])), at: place)
        return pipes
    }

    /// The same pipes, where a `sort` followed by a `limit` keeps no more rows than get through.
    private func boundingSorts() -> [LogsQL.Pipe] {
        indices.map { index in
            guard case .sort(var sort) = self[index], sort.partition.isEmpty, let bound = limit(after: index), bound > 0 else {
                return self[index]
            }
            sort.limit = Swift.min(sort.limit ?? bound, bound)
            return .sort(sort)
        }
    }

    private func limit(after index: Int) -> Int? {
        var skipped = 0
        for pipe in self[(index + 1)...] {
            switch pipe {
            case .fields: continue
            case .offset(let count): skipped = skipped.saturatingAdd(count)
            case .limit(let count): return skipped.saturatingAdd(count)
            default: return nil
            }
        }
        return nil
    }

    /// Whether the rows that come out have an order of their own, not that of time.
    var setsOrder: Bool {
        for pipe in reversed() where pipe.ordersRows {
            if case .trace = pipe { return false }
            return true
        }
        return false
    }
}

extension LogsQL.Pipe {
    /// Whether its rows are stored ones; nil if they are among those that come in.
    fileprivate var givesStoredRows: Bool? {
        switch self {
        case .stats, .uniq, .top, .facets, .fieldNames, .fieldValues, .blocksCount, .templates, .compare: false
        case .trace, .streamContext: true
        case .fields, .filter, .limit, .offset, .sort, .totalStats, .runningStats, .union, .join, .template: nil
        }
    }

    /// Whether its rows come in an order of its own, whatever that was before; that of `trace` is by time.
    fileprivate var ordersRows: Bool {
        switch self {
        case .sort, .stats, .uniq, .trace, .top, .facets, .fieldNames, .fieldValues, .blocksCount, .templates, .compare,
            .streamContext:
            true
        case .fields, .filter, .limit, .offset, .totalStats, .runningStats, .union, .join, .template: false
        }
    }
}

extension Int {
    func saturatingAdd(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
