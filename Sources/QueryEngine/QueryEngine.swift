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
    private let traceExpander: (@Sendable (_ ids: [String]) throws -> [Record])?

    /// - Parameter traceExpander: answers the pipe `trace`: all records of the requests that have one of the ids, in
    ///   time order. Without it that pipe is a `QueryFailure`.
    public init(
        limits: QueryLimitsOfEngine = .init(), traceExpander: (@Sendable (_ ids: [String]) throws -> [Record])? = nil
    ) {
        self.limits = limits
        self.traceExpander = traceExpander
    }

    /// The rows of the answer.
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
    public func records(
        _ query: Query, over snapshot: Snapshot, times: ClosedRange<Int64>? = nil, now: Int64,
        control: QueryControl = QueryControl()
    ) throws -> [Record] {
        let collector = RowCollector(limits)
        let context = StageContext(limits: limits, control: control, traceExpander: traceExpander, now: now)
        try run(query, into: collector, snapshot, times, context)
        return query.pipes.setsOrder ? collector.records : collector.recordsByTime
    }

    /// - Parameter outer: what the query is run with, or a query around it.
    private func run(
        _ query: Query, into collector: any PipeStage, _ snapshot: Snapshot, _ times: ClosedRange<Int64>?,
        _ outer: StageContext
    ) throws {
        var context = outer
        context.options = query.options.inheriting(outer.options)
        context.subqueries = context.subqueries ?? Subqueries { query, collector, options in
            var context = outer
            context.options = options
            try run(query, into: collector, snapshot, times, context)
        }
        let offset = context.options.timeOffset ?? 0
        let pipes = try query.pipes.stages(into: collector, context)
        let first = offset == 0 ? pipes : TimeOffsetStage(offset, pipes)
        let condition = query.filter.within(context.options.ignoresGlobalTimes == true ? nil : times)
            .shifted(intoPast: offset)
        let filter = try condition.plan(context)
        if let bounds = condition.timeBounds(now: context.now) {
            let segments = try snapshot.segments(overlapping: bounds == .min ... .max ? nil : bounds)
            try scan(segments, filter, into: first, context.control)
        }
        try first.finish()
    }

    private func scan(
        _ segments: [any Segment], _ filter: any FilterPlan, into stage: any PipeStage, _ control: QueryControl
    ) throws {
        var position = 0
        let placed = segments.map { segment in
            defer { position += segment.rowCount }
            return (segment, position)
        }
        for (segment, position) in stage.prefersNewestFirst ? placed.reversed() : placed {
            guard stage.wantsMore else { return }
            guard stage.wants(times: segment.timeRange) else { continue }
            try scan(segment, position, filter, into: stage, control)
        }
    }

    private func scan(
        _ segment: any Segment, _ position: Int, _ filter: any FilterPlan, into stage: any PipeStage,
        _ control: QueryControl
    ) throws {
        let facts = SegmentFacts(segment)
        let blocks = segment.blocks
        for rows in stage.prefersNewestFirst ? blocks.reversed() : blocks where stage.wantsMore {
            try control.check()
            let block = Block(
                SegmentSource(segment: segment, rows: rows, facts: facts), position: position + rows.lowerBound,
                timeRange: segment.timeRange)
            guard try filter.mayMatch(block) else { continue }
            let found = try filter.rows(of: block, among: Bitmap(repeating: true, count: rows.count))
            if !found.isEmpty { try stage.process(block, found) }
        }
    }
}
