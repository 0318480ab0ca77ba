extension Filter {
    /// `_time:day_range[08:00, 18:00) offset 2h`, `_time:week_range[Mon, Fri]`: the time of day, or the day of the week, in
    /// a zone that is `offset` ahead of UTC.
    ///
    /// A range that begins later than it ends goes over midnight, or over the night to Sunday.
    public struct Cycle: FilterLeaf {
        public enum Range: Sendable, Hashable {
            /// Minutes since midnight, 0...1440.
            case day(lower: Int, upper: Int)
            case week(lower: Weekday, upper: Weekday)
        }

        public enum Weekday: Int, Sendable, Hashable, CaseIterable {
            case sunday, monday, tuesday, wednesday, thursday, friday, saturday

            /// `Mon`
            var name: String { ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][rawValue] }
            fileprivate var names: [String] { [name.lowercased(), "\(self)"] }
        }

        public var range: Range
        public var includesLower: Bool
        public var includesUpper: Bool
        /// Nanoseconds that the zone is ahead of UTC.
        public var offset: Int64

        public init(_ range: Range, includesLower: Bool, includesUpper: Bool, offset: Int64 = 0) {
            self.range = range
            self.includesLower = includesLower
            self.includesUpper = includesUpper
            self.offset = offset
        }

        public var field: String? {
            get { "_time" }
            // It is about the time, whatever is wished.
            set {}
        }

        public var condition: String {
            let (name, lower, upper) =
                switch range {
                case .day(let lower, let upper): ("day_range", Cycle.text(lower), Cycle.text(upper))
                case .week(let lower, let upper): ("week_range", lower.name, upper.name)
                }
            return "\(name)\(includesLower ? "[" : "(")\(lower), \(upper)\(includesUpper ? "]" : ")")"
                + CanonicalText.offset(offset)
        }

        public var filter: Filter { .cycle(self) }

        private static func text(_ minutes: Int) -> String {
            Civil.padded(minutes / 60, 2) + ":" + Civil.padded(minutes % 60, 2)
        }

        private static let dayNanoseconds = 86_400_000_000_000

        /// - Parameter time: nanoseconds since 1970 UTC.
        public func contains(_ time: Int64) -> Bool {
            let (day, ofDay) = Civil.split(Int128(time) + Int128(offset), by: Int128(Cycle.dayNanoseconds))
            switch range {
            case .day(let lower, let upper):
                let first = lower % 1_440 * 60_000_000_000 + (includesLower ? 0 : 1)
                let last = upper * 60_000_000_000 - (includesUpper ? 0 : 1)
                // Nothing comes before midnight: what ends there ends a day.
                return Cycle.contains(ofDay, first, last < 0 ? Cycle.dayNanoseconds - 1 : last)
            case .week(let lower, let upper):
                // 1970-01-01 was a Thursday.
                let weekday = Civil.split(Int128(day + Weekday.thursday.rawValue), by: 7).remainder
                let first = (lower.rawValue + (includesLower ? 0 : 1)) % 7
                return Cycle.contains(weekday, first, (upper.rawValue + (includesUpper ? 0 : 6)) % 7)
            }
        }

        private static func contains(_ place: Int, _ first: Int, _ last: Int) -> Bool {
            first <= last ? (first...last).contains(place) : place >= first || place <= last
        }
    }
}

extension Parser {
    /// `day_range[08:00, 18:00) offset 2h`
    mutating func parseDayRange() throws(QueryError) -> Filter.Cycle {
        let what = "day_range"
        return try parseCycle(in: what, { Filter.Cycle.Range.day(lower: $0, upper: $1) }) { (parser) throws(QueryError) in
            try parser.parseTimeOfDay(in: what)
        }
    }

    /// `week_range[Mon, Fri] offset 2h`
    mutating func parseWeekRange() throws(QueryError) -> Filter.Cycle {
        let what = "week_range"
        return try parseCycle(in: what, { Filter.Cycle.Range.week(lower: $0, upper: $1) }) { (parser) throws(QueryError) in
            try parser.parseWeekday(in: what)
        }
    }

    /// `[a, b) offset 2h` after the name at the current token.
    private mutating func parseCycle<End>(
        in what: String, _ range: (End, End) -> Filter.Cycle.Range, _ end: (inout Parser) throws(QueryError) -> End
    ) throws(QueryError) -> Filter.Cycle {
        advance()
        let includesLower = token.isSymbol("[")
        guard includesLower || token.isSymbol("(") else { throw unexpected(in: what, expected: "'[' or '('") }
        advance()
        let lower = try end(&self)
        try expect(symbol: ",", in: what)
        let upper = try end(&self)
        let includesUpper = try parseRangeEnd(in: what)
        return Filter.Cycle(
            range(lower, upper), includesLower: includesLower, includesUpper: includesUpper, offset: try parseOffset())
    }

    /// `hh:mm`, in minutes since midnight.
    private mutating func parseTimeOfDay(in what: String) throws(QueryError) -> Int {
        let start = token.range.lowerBound
        let text = try parseText(.operand, in: what, expected: "a time of day such as 08:00")
        let bytes = Array(text.utf8)
        let digits = bytes.map { Int($0) - Int(UInt8(ascii: "0")) }
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) }),
            digits[3] <= 5, case let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[3] * 10 + digits[4], minutes <= 1_440
        else { throw fail(what, "'\(text)' is not a time of day", at: start, expected: "hh:mm from 00:00 to 24:00") }
        return minutes
    }

    private mutating func parseWeekday(in what: String) throws(QueryError) -> Filter.Cycle.Weekday {
        let start = token.range.lowerBound
        let text = try parseText(.operand, in: what, expected: "a weekday such as Mon or Monday")
        guard let day = Filter.Cycle.Weekday.allCases.first(where: { $0.names.contains(text.lowercased()) }) else {
            throw fail(what, "'\(text)' is not a weekday", at: start, expected: "Sun, Mon, Tue, Wed, Thu, Fri or Sat, or the whole name")
        }
        return day
    }
}
