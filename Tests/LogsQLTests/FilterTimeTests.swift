import LogsQL
import Testing

struct FilterTimeTests {
    private static let second: Int64 = 1_000_000_000
    /// 2023-01-30T12:00:00Z
    private static let now: Int64 = 1_675_080_000 * second
    /// 2023-01-29T00:00:00Z
    private static let day: Int64 = 1_674_950_400 * second

    /// First and last nanosecond that match.
    @Test(arguments: [
        ("5m", now - 300 * second + 1, now),
        ("5m offset 1h", now - 3_900 * second + 1, now - 3_600 * second),
        ("0s", now + 1, now),
        ("2023-01-29", day, day + 86_400 * second - 1),
        ("2023-01-29 offset 1d", day - 86_400 * second, day - 1),
        ("2023-01-29T09", day + 9 * 3_600 * second, day + 10 * 3_600 * second - 1),
        ("2023-01-29T09:20", day + 33_600 * second, day + 33_660 * second - 1),
        ("2023-01-29T09:20:29", day + 33_629 * second, day + 33_630 * second - 1),
        ("2023-01-29T09:20:29.5", day + 33_629 * second + 500_000_000, day + 33_629 * second + 599_999_999),
        ("2023-01-29T09:20:29.295Z", day + 33_629 * second + 295_000_000, day + 33_629 * second + 295_999_999),
        ("2023-01-29T09:20:29.123456789", day + 33_629 * second + 123_456_789, day + 33_629 * second + 123_456_789),
        ("2023-01-29T01:00+01:00", day, day + 60 * second - 1),
        ("2023-01-28T19:30-04:30", day, day + 60 * second - 1),
        ("2023-01-29+02:30", day - 9_000 * second, day - 9_000 * second + 86_400 * second - 1),
        ("2023-01", day - 28 * 86_400 * second, day + 3 * 86_400 * second - 1),
        ("2023", day - 28 * 86_400 * second, day + 337 * 86_400 * second - 1),
        ("2024-02Z", 1_706_745_600 * second, 1_709_251_200 * second - 1),
        ("1969-12-31", -86_400 * second, -1),
        ("now", now, now),
        ("[2023-01-29, 2023-01-30]", day, day + 2 * 86_400 * second - 1),
        ("[2023-01-29, 2023-01-30)", day, day + 86_400 * second - 1),
        ("(2023-01-29, 2023-01-30]", day + 1, day + 2 * 86_400 * second - 1),
        ("(2023-01-29, 2023-01-30)", day + 1, day + 86_400 * second - 1),
        ("[2023-01-29, 2023-01-30T05]", day, day + 30 * 3_600 * second - 1),
        ("[now-1h, now]", now - 3_600 * second, now),
        ("[2023-01-29, now) offset 1s", day - second, now - second - 1),
        (">2023-01-29", day + 1, .max),
        (">=2023-01-29", day, .max),
        ("<2023-01-29", .min, day - 1),
        ("<=2023-01-29", .min, day + 86_400 * second - 1),
        (">=2023-01-29 offset 1s", day - second, .max),
        (">5m", .min, now - 300 * second - 1),
        (">=5m", .min, now - 300 * second),
        ("<5m", now - 300 * second + 1, now),
        ("<=5m", now - 300 * second, now),
        ("offset 1h", .min, now - 3_600 * second),
        ("290y", now - 290 * 365 * 86_400 * second + 1, now),
        ("[1674950400, 1674950401]", day, day + second),
        ("[1674950400000, 1674950400001]", day, day + 1_000_000),
    ] as [(String, Int64, Int64)])
    func bounds(source: String, first: Int64, last: Int64) throws {
        let filter = try parse("_time:" + source).filter
        #expect(filter.timeBounds(now: Self.now) == (first <= last ? first...last : nil))
    }

    /// Sums beyond 64 bits stop at the end.
    @Test func saturates() {
        let far = Filter.Time(.last(nanoseconds: .max), offset: .max)
        #expect(far.resolve(now: .min) == .min ... .min)
        #expect(Filter.Time(.comparison(.greaterOrEqual, .now(plus: .max))).resolve(now: .max) == .max ... .max)
        #expect(Filter.Time(.comparison(.less, .now(plus: .min)), offset: .min).resolve(now: -1) == .min ... 0)
    }

    @Test(arguments: [
        ("_time:5m error", now - 300 * second + 1, now),
        ("_time:[now-2h, now-1h] _time:[now-90m, now]", now - 5_400 * second, now - 3_600 * second),
        ("_time:[now-2h, now-1h] or _time:now", now - 7_200 * second, now),
        ("_time:[now-2h, now-1h] or error", .min, .max),
        ("!_time:5m", .min, .max),
        ("error", .min, .max),
        ("x (a _time:now or b _time:5m)", now - 300 * second + 1, now),
    ] as [(String, Int64, Int64)])
    func boundsOfConjunctions(source: String, first: Int64, last: Int64) throws {
        #expect(try parse(source).filter.timeBounds(now: Self.now) == first...last)
    }

    @Test(arguments: ["_time:now _time:[now-1h, now)", "_time:[now, now-1h]", "_time:[now, now-1h] or _time:0s"])
    func noTimeAtAll(source: String) throws {
        #expect(try parse(source).filter.timeBounds(now: Self.now) == nil)
    }

    /// Every day from 1970 on, counted here, against the calendar's arithmetic.
    @Test func calendarCountsDays() throws {
        var days: Int64 = 0
        for year in 1970...2100 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    let time = try #require(CalendarTime(year: year, month: month + 1, day: day, granularity: .day))
                    #expect(time.first == days * 86_400 * Self.second)
                    #expect(CalendarTime(nanoseconds: time.first).description == "\(time.description.dropLast())T00:00:00.000000000Z")
                    days += 1
                }
            }
        }
    }

    /// Times of 2023-01-29, a Sunday, and of the Monday after it, 01-30.
    @Test(arguments: [
        ("day_range[08:00, 18:00)", ["29T08:00:00Z", "30T17:59:59.999999999Z"], ["29T07:59:59.999999999Z", "29T18:00:00Z"]),
        ("day_range(08:00, 18:00]", ["29T08:00:00.000000001Z", "29T18:00:00Z"], ["29T08:00:00Z", "29T18:00:00.000000001Z"]),
        ("day_range[08:00, 18:00) offset 2h", ["29T06:00:00Z", "29T15:59:59Z"], ["29T05:59:59Z", "29T16:00:00Z"]),
        ("day_range[08:00, 18:00) offset -2h", ["29T10:00:00Z", "29T19:59:59Z"], ["29T09:59:59Z", "29T20:00:00Z"]),
        ("day_range[00:00, 24:00]", ["29T00:00:00Z", "29T23:59:59.999999999Z"], []),
        ("day_range[00:00, 24:00)", ["29T00:00:00Z", "29T23:59:59.999999999Z"], []),
        ("day_range[12:00, 00:00)", ["29T12:00:00Z", "29T23:59:59.999999999Z"], ["29T00:00:00Z", "29T11:59:59Z"]),
        ("day_range[22:00, 06:00)", ["29T22:00:00Z", "29T00:00:00Z", "29T05:59:59Z"], ["29T06:00:00Z", "29T21:59:59Z"]),
        ("week_range[Mon, Fri]", ["30T00:00:00Z", "30T23:59:59Z"], ["29T00:00:00Z", "29T23:59:59.999999999Z"]),
        ("week_range(Sun, Sat)", ["30T00:00:00Z", "30T23:59:59Z"], ["29T00:00:00Z", "29T23:59:59.999999999Z"]),
        ("week_range[Sun, Mon)", ["29T12:00:00Z"], ["30T00:00:00Z"]),
        ("week_range(Fri, Mon)", ["29T00:00:00Z"], ["30T00:00:00Z"]),
        ("week_range[Sat, Sun]", ["29T00:00:00Z"], ["30T00:00:00Z"]),
        ("week_range[Mon, Mon] offset 2h", ["29T22:00:00Z", "30T21:59:59Z"], ["29T21:59:59Z", "30T22:00:00Z"]),
    ])
    func daysAndWeeks(source: String, inside: [String], outside: [String]) throws {
        func contains(_ text: String) throws -> Bool {
            let point = try #require(try parse("_time:2023-01-\(text)").filter.timeBounds(now: 0))
            let cycle = try #require(try parse("_time:" + source).filter.leaf as? Filter.Cycle)
            return cycle.contains(point.lowerBound)
        }
        for text in inside { #expect(try contains(text), "\(source): \(text)") }
        for text in outside { #expect(try !contains(text), "\(source): \(text)") }
        #expect(try parse("_time:" + source).filter.timeBounds(now: 0) == .min ... .max)
    }

    /// Before 1970, and at the ends of 64 bits.
    @Test func daysOfAllTimes() throws {
        let day = Filter.Cycle(.day(lower: 0, upper: 720), includesLower: true, includesUpper: false)
        #expect(!day.contains(-1))
        #expect(day.contains(-86_400 * Self.second))
        var week = Filter.Cycle(.week(lower: .wednesday, upper: .wednesday), includesLower: true, includesUpper: true)
        #expect(week.contains(-1))
        // 2^64 - 2 nanoseconds after 1970 is a Sunday in 2554.
        week.offset = .max
        #expect(!week.contains(.max))
        week.range = .week(lower: .sunday, upper: .sunday)
        #expect(week.contains(.max))
    }

    @Test func calendarRefusesWhatIsNoDate() {
        #expect(CalendarTime(year: 2023, month: 2, day: 29, granularity: .day) == nil)
        #expect(CalendarTime(year: 2023, month: 2, day: 28, hour: 5, granularity: .day) == nil)
        #expect(CalendarTime(year: 2023, nanosecond: 1, granularity: .digit8) == nil)
        #expect(CalendarTime(year: 2023, nanosecond: 10, granularity: .digit8) != nil)
        #expect(CalendarTime(year: 2262, granularity: .year) == nil)
        #expect(CalendarTime(year: 2261, granularity: .year) != nil)
    }
}
