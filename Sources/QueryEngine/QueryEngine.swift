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
    private let traceExpander: (@Sendable (_ ids: [String]) throws -> [Record])?

    /// - Parameters:
    ///   - correlationIDs: the fields that name the request of a row, the one that goes before others first: sampling
    ///     keeps or drops whole requests, which decides how far estimates may be wrong.
    ///   - traceExpander: answers the pipe `trace`: all records of the requests that have one of the ids, in
    ///     time order. Without it that pipe is a `QueryFailure`.
    public init(
        limits: QueryLimitsOfEngine = .init(), correlationIDs: [String] = FieldNames.correlationIDs,
        traceExpander: (@Sendable (_ ids: [String]) throws -> [Record])? = nil
    ) {
        self.limits = limits
        self.correlationIDs = correlationIDs
        self.traceExpander = traceExpander
    }

    /// The rows of the answer, as `answer` has them.
    public func records(
        _ query: Query, over snapshot: Snapshot, now: Int64, control: QueryControl = QueryControl()
    ) throws -> [Record] {
        try answer(query, over: snapshot, now: now, control: control).records
    }

    /// What the query finds.
    ///
    /// Rows come oldest first; after `sort` in its order, after `stats` and `uniq` in that of their keys. A `limit`
    /// with no such pipe before it takes the rows found first, segment by segment, and then stops. Fields have their
    /// stored names: `time` and `message` for `_time` and `_msg`.
    ///
    /// - Parameters:
    ///   - now: nanoseconds since 1970 UTC, what `_time:5m` counts from.
    ///   - control: ends the query early.
    /// - Throws: `QueryFailure` for what the query's author must change; what the snapshot and `traceExpander` throw.
    public func answer(
        _ query: Query, over snapshot: Snapshot, now: Int64, control: QueryControl = QueryControl()
    ) throws -> QueryAnswer {
        let context = StageContext(
            limits: limits, control: control, traceExpander: traceExpander, now: now, correlationIDs: correlationIDs)
        let collector = RowCollector(limits)
        let first = try query.pipes.stages(into: collector, context)
        let filter = try query.filter.plan(context)
        if let bounds = query.filter.timeBounds(now: now) {
            let segments = try snapshot.segments(overlapping: bounds == .min ... .max ? nil : bounds)
            try scan(segments, filter, into: first, control)
        }
        try first.finish()
        return QueryAnswer(
            records: query.pipes.setsOrder ? collector.records : collector.recordsByTime,
            estimate: context.estimates.estimate)
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
