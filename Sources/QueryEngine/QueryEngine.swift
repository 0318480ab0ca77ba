import Kernels
public import LogsQL
public import Records
public import Storage

/// Answers LogsQL queries over a snapshot: a block of rows at a time, column by column.
///
/// ```swift
/// let rows = try engine.records(try parse("level:error | stats by (service) count()"), over: snapshot, now: now)
/// ```
///
/// Throughout, a field that a record has not is the same as one with the empty text.
public struct QueryEngine: Sendable {
    private let limits: QueryLimitsOfEngine
    private let correlationIDs: [String]
    private let helpers: QueryHelpers
    private let traceExpander: (@Sendable (_ ids: [String]) throws -> [Record])?

    /// - Parameters:
    ///   - correlationIDs: the fields that name the request of a row, the one that goes before others first: sampling
    ///     keeps or drops whole requests, which decides how far estimates may be wrong.
    ///   - helpers: threads that a query uses beside the one that it is asked on.
    ///   - traceExpander: answers the pipe `trace`: all records of the requests that have one of the ids, in
    ///     time order. Without it that pipe is a `QueryFailure`.
    public init(
        limits: QueryLimitsOfEngine = .init(), correlationIDs: [String] = FieldNames.correlationIDs,
        helpers: QueryHelpers = .shared,
        traceExpander: (@Sendable (_ ids: [String]) throws -> [Record])? = nil
    ) {
        self.helpers = helpers
        self.limits = limits
        self.correlationIDs = correlationIDs
        self.traceExpander = traceExpander
    }

    /// The rows of the answer, as `answer` has them.
    public func records(
        _ query: Query, over snapshot: Snapshot, times: ClosedRange<Int64>? = nil, now: Int64,
        control: QueryControl = QueryControl()
    ) throws -> [Record] {
        try answer(query, over: snapshot, times: times, now: now, control: control).records
    }

    /// What the query finds.
    ///
    /// Rows come oldest first; after `sort` in its order, after `stats` and `uniq` in that of their keys. A `limit`
    /// with no such pipe before it takes the rows found first, segment by segment, and then stops. Fields have their
    /// stored names: `time` and `message` for `_time` and `_msg`.
    ///
    /// - Parameters:
    ///   - times: rows outside do not count, unless the query, or one inside it, says `ignore_global_time_filter`.
    ///   - now: nanoseconds since 1970 UTC, what `_time:5m` counts from.
    ///   - control: ends the query early.
    /// - Throws: `QueryFailure` for what the query's author must change; what the snapshot and `traceExpander` throw.
    public func answer(
        _ query: Query, over snapshot: Snapshot, times: ClosedRange<Int64>? = nil, now: Int64,
        control: QueryControl = QueryControl()
    ) throws -> QueryAnswer {
        let collector = RowCollector(limits)
        let run = run(query, snapshot, times, context(now, control))
        try run.run(into: collector)
        return QueryAnswer(
            records: query.pipes.setsOrder ? collector.records : collector.recordsByTime,
            estimate: run.context.estimates.estimate)
    }

    /// How a query is run.
    ///
    /// - Parameters:
    ///   - isRun: whether to run it and tell what each step did.
    ///   - now: as for `answer`.
    /// - Throws: as `answer`.
    public func explain(
        _ query: Query, running isRun: Bool, over snapshot: Snapshot, now: Int64, control: QueryControl = QueryControl()
    ) throws -> QueryExplanation {
        let run = run(query, snapshot, nil, context(now, control, profile: QueryProfile(measuresStages: isRun)))
        let explanation = try run.explanation()
        guard isRun else { return explanation }
        let collector = RowCollector(limits)
        let time = try ContinuousClock().measure { try run.run(into: collector) }
        return run.measured(explanation, rows: collector.records.count, wallMilliseconds: time / .milliseconds(1))
    }

    /// - Parameter options: of the query around it.
    private func context(
        _ now: Int64, _ control: QueryControl, options: QueryOptions = QueryOptions(), profile: QueryProfile = QueryProfile()
    ) -> StageContext {
        var context = StageContext(
            limits: limits, control: control, traceExpander: traceExpander, now: now, correlationIDs: correlationIDs)
        context.options = options
        context.profile = profile
        return context
    }

    /// - Parameter outer: what the query is run with, or a query around it.
    private func run(
        _ query: Query, _ snapshot: Snapshot, _ times: ClosedRange<Int64>?, _ outer: StageContext
    ) -> QueryRun {
        var context = outer
        let options = query.options.inheriting(outer.options)
        context.options = options
        let (now, control) = (outer.now, outer.control)
        context.subqueries = Subqueries { inner, end, options in
            try run(inner, snapshot, times, self.context(now, control, options: options)).run(into: end)
        }
        context.run = { inner, isWithinTimes, end in
            try run(inner, snapshot, isWithinTimes ? times : nil, self.context(now, control, options: options)).run(into: end)
        }
        var query = query
        query.filter = query.filter.within(options.ignoresGlobalTimes == true ? nil : times)
        context.filter = query.filter
        let offset = options.timeOffset ?? 0
        query.filter = query.filter.shifted(intoPast: offset)
        return QueryRun(
            query: query, pipes: query.pipes.arranged, timeOffset: offset, snapshot: snapshot, context: context,
            helpers: helpers)
    }
}
