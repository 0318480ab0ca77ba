extension Filter {
    /// `_time:5m`, `_time:2023-01-29Z`, `_time:[2023-01-29Z, now) offset 1h`: when a record was written.
    ///
    /// It stays symbolic until `resolve(now:)`, so that one parsed query can run again and again.
    public struct Time: FilterLeaf {
        public enum Bounds: Sendable, Hashable {
            /// `5m`: `(now - nanoseconds, now]`. At least zero.
            case last(nanoseconds: Int64)
            /// `2023-01-29Z`: the whole of that day (hour, second, …).
            case period(TimePoint)
            /// `[2023-01-29Z, 2023-01-30Z]`: an included upper end counts as a whole, here to the last nanosecond of the 30th;
            /// the lower end counts from its first nanosecond, an excluded one from the second.
            case range(lower: TimePoint, includesLower: Bool, upper: TimePoint, includesUpper: Bool)
            /// `>2023-01-29Z`, `<=now-1h`: one side of a range.
            case comparison(Comparison.Relation, TimePoint)
        }

        public var bounds: Bounds
        /// `offset 1h`: moves the bounds this many nanoseconds into the past.
        public var offset: Int64

        public init(_ bounds: Bounds, offset: Int64 = 0) {
            self.bounds = bounds
            self.offset = offset
        }

        public var field: String? {
            get { "_time" }
            // It is about the time, whatever is wished.
            set {}
        }

        public var condition: String { bounds.text + CanonicalText.offset(offset) }
        public var filter: Filter { .time(self) }

        /// The times that match, in nanoseconds since 1970 UTC, ends included; nil if there are none. Times outside 64 bits are cut off.
        public func resolve(now: Int64) -> ClosedRange<Int64>? {
            let (lower, upper) = bounds.ends(now: now)
            let first = lower.map { $0.plus(offset, sign: -1) } ?? .min
            let last = upper.map { $0.plus(offset, sign: -1) } ?? .max
            return first <= last ? first...last : nil
        }
    }
}

extension Filter.Time.Bounds {
    /// First and last nanosecond; nil for an open side.
    fileprivate func ends(now: Int64) -> (Int64?, Int64?) {
        switch self {
        case .last(let nanoseconds): (now.plus(nanoseconds, sign: -1).plus(1), now)
        case .period(let point): (point.first(now: now), point.last(now: now))
        case .range(let lower, let includesLower, let upper, let includesUpper):
            (
                lower.first(now: now).plus(includesLower ? 0 : 1),
                includesUpper ? upper.last(now: now) : upper.first(now: now).plus(1, sign: -1)
            )
        case .comparison(.greater, let point): (point.first(now: now).plus(1), nil)
        case .comparison(.greaterOrEqual, let point): (point.first(now: now), nil)
        case .comparison(.less, let point): (nil, point.first(now: now).plus(1, sign: -1))
        case .comparison(.lessOrEqual, let point): (nil, point.last(now: now))
        }
    }

    fileprivate var text: String {
        switch self {
        case .last(let nanoseconds): CanonicalText.duration(nanoseconds)
        case .period(let point): point.description
        case .range(let lower, let includesLower, let upper, let includesUpper):
            "\(includesLower ? "[" : "(")\(lower), \(upper)\(includesUpper ? "]" : ")")"
        case .comparison(let relation, let point): relation.rawValue + point.description
        }
    }
}

extension Int64 {
    /// The sum or difference, cut off at the ends of 64 bits.
    func plus(_ other: Int64, sign: Int64 = 1) -> Int64 {
        let (sum, overflow) = sign < 0 ? subtractingReportingOverflow(other) : addingReportingOverflow(other)
        guard overflow else { return sum }
        return self < 0 ? .min : .max
    }
}

extension Parser {
    private static let what = "_time filter"

    /// What follows `_time:`.
    mutating func parseTime() throws(QueryError) -> Filter {
        if token.isKeyword("day_range") { return .cycle(try parseDayRange()) }
        if token.isKeyword("week_range") { return .cycle(try parseWeekRange()) }
        let isOpen = token.isKeyword("offset")
        let bounds = isOpen ? .comparison(.lessOrEqual, .now(plus: 0)) : try parseTimeBounds()
        return .time(Filter.Time(bounds, offset: try parseOffset()))
    }

    /// `offset 1h`, in nanoseconds; 0 if there is none.
    mutating func parseOffset() throws(QueryError) -> Int64 {
        guard accept(keyword: "offset") else { return 0 }
        return try parseDuration(in: "offset")
    }

    private mutating func parseTimeBounds() throws(QueryError) -> Filter.Time.Bounds {
        if token.isSymbol("[") || token.isSymbol("(") { return try parseTimeRange() }
        if let relation = Filter.Comparison.Relation(rawValue: token.text), token.kind == .symbol {
            advance()
            return try parseTimeComparison(relation)
        }
        _ = accept(symbol: "=")
        let start = token.range.lowerBound
        let text = try parseTimeText()
        if TimePoint.isLikely(text) { return .period(try timePoint(text, at: start)) }
        let length = try duration(text, in: Parser.what, at: start)
        return .last(nanoseconds: length < 0 ? -length : length)
    }

    private mutating func parseTimeRange() throws(QueryError) -> Filter.Time.Bounds {
        let includesLower = token.isSymbol("[")
        advance()
        let lower = try parseTimePoint()
        try expect(symbol: ",", in: Parser.what)
        let upper = try parseTimePoint()
        let includesUpper = try parseRangeEnd(in: Parser.what)
        return .range(lower: lower, includesLower: includesLower, upper: upper, includesUpper: includesUpper)
    }

    /// `>time` is later than a time, but `>5m` older than 5 minutes, and `<5m` younger.
    private mutating func parseTimeComparison(
        _ relation: Filter.Comparison.Relation
    ) throws(QueryError) -> Filter.Time.Bounds {
        let start = token.range.lowerBound
        let text = try parseTimeText()
        if TimePoint.isLikely(text) { return .comparison(relation, try timePoint(text, at: start)) }
        let age = try duration(text, in: Parser.what, at: start)
        let point = TimePoint.now(plus: age < 0 ? age : -age)
        switch relation {
        case .greater: return .comparison(.less, point)
        case .greaterOrEqual: return .comparison(.lessOrEqual, point)
        case .less: return .last(nanoseconds: age < 0 ? -age : age)
        case .lessOrEqual:
            return .range(lower: point, includesLower: true, upper: .now(plus: 0), includesUpper: true)
        }
    }

    private mutating func parseTimePoint() throws(QueryError) -> TimePoint {
        let start = token.range.lowerBound
        return try timePoint(try parseTimeText(), at: start)
    }

    private mutating func parseTimeText() throws(QueryError) -> String {
        guard !token.isSymbol("*"), !token.isSymbol("!") else { throw unexpected(in: Parser.what, expected: Parser.timeForms) }
        return try parseText(.operand, in: Parser.what, expected: Parser.timeForms)
    }

    private func timePoint(_ text: String, at start: Int) throws(QueryError) -> TimePoint {
        switch TimePoint.read(text) {
        case .point(let point): return point
        case .outOfRange:
            throw fail(Parser.what, "'\(text)' is outside 1677-09-22 … 2262-04-10", at: start)
        case .notATime:
            throw fail(Parser.what, "'\(text)' is not a time", at: start, expected: Parser.timeForms)
        }
    }

    private static let timeForms = "a duration such as 5m, or a time such as 2023-01-29, 2023-01-29T09:20:29Z or now-1h"
}
