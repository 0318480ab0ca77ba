public import Kernels
public import LogsQL
public import Storage

/// A filter by itself, for those who want to know which rows match and nothing else.
public struct RowFilter {
    /// No row outside matches; nil if no row does.
    public let times: ClosedRange<Int64>?
    private let plan: any FilterPlan

    /// - Parameters:
    ///   - now: nanoseconds since 1970 UTC, what `_time:5m` counts from.
    ///   - control: ends the matching of a regular expression early.
    /// - Throws: `QueryFailure` for a regular expression that does not compile.
    public init(_ filter: Filter, now: Int64, control: QueryControl = QueryControl()) throws {
        let context = StageContext(limits: .init(), control: control, traceExpander: nil, now: now, correlationIDs: [])
        plan = try filter.plan(context)
        times = filter.timeBounds(now: now)
    }

    /// A bit for each of some rows of a segment, 1 for those that match.
    public func matches(_ segment: any Segment, _ rows: Range<Int>) throws -> Bitmap {
        let source = SegmentSource(segment: segment, rows: rows, facts: SegmentFacts(segment))
        let block = Block(source, position: 0, timeRange: segment.timeRange)
        return try plan.rows(of: block, among: Bitmap(repeating: true, count: rows.count))
    }
}

/// Several filters at once, which read a column that more than one of them looks at only once.
public struct RowFilters {
    private let plans: [any FilterPlan]

    /// - Parameter now: nanoseconds since 1970 UTC, what `_time:5m` counts from.
    /// - Throws: `QueryFailure` for a regular expression that does not compile.
    public init(_ filters: [Filter], now: Int64) throws {
        let context = StageContext(limits: .init(), control: QueryControl(), traceExpander: nil, now: now, correlationIDs: [])
        plans = try filters.map { try $0.plan(context) }
    }

    /// For each filter a bit for each of some rows of a segment, 1 for those that match.
    public func matches(_ segment: any Segment, _ rows: Range<Int>) throws -> [Bitmap] {
        let source = SegmentSource(segment: segment, rows: rows, facts: SegmentFacts(segment))
        let block = Block(source, position: 0, timeRange: segment.timeRange)
        let all = Bitmap(repeating: true, count: rows.count)
        return try plans.map { plan in
            try plan.mayMatch(block) ? plan.rows(of: block, among: all) : Bitmap(repeating: false, count: rows.count)
        }
    }
}
