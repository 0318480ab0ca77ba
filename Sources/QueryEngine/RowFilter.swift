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
