/// The bounds of one query's execution. Each, when it is hit, gives a `QueryFailure` that names it, but where said
/// otherwise.
public struct QueryLimitsOfEngine: Sendable, Hashable {
    /// Rows of a result, and rows that a `sort` without a limit holds.
    public var rowsMax = 1_000_000
    /// Memory of the rows of a result, and of those that a `sort` holds.
    public var rowBytesMax = 256 << 20
    /// Groups of a `stats`, and sets of values of a `uniq`.
    public var groupsMax = 100_000
    /// Distinct values that a `stats` or `uniq` keeps, over all its groups.
    public var distinctValuesMax = 4_000_000
    /// Bytes of the texts of those values, and of those that all groups keep for one `min` or `max`.
    public var distinctBytesMax = 256 << 20
    /// Values a group keeps for one quantile. No failure: beyond it, a uniform sample of this many stands for all.
    public var quantileValuesPerGroupMax = 2_000_000
    /// Values that all groups keep for one quantile. No failure either while each group can keep a sample of a thousand.
    public var quantileValuesMax = 16_000_000
    /// Sums over a request's rows in a group that the functions of a `stats` keep for sampled rows, one each. No failure:
    /// beyond it, the errors of estimates are not known.
    public var sampleSumsMax = 4_000_000
    /// Distinct values that a query inside a filter, as in `in(…)`, gives.
    public var subqueryValuesMax = 1_000_000
    /// Of those, how many `contains_any(…)` and `contains_all(…)` take.
    public var subqueryPhrasesMax = 10_000
    /// Distinct request ids that `trace` follows.
    public var traceIDsMax = 1_000

    /// Records that `stream_context` shows others around.
    public var streamContextRowsMax = 1_000

    public init() {}
}
