/// A moment in a `_time` filter, or the stretch of time that its text names.
public enum TimePoint: Sendable, Hashable, CustomStringConvertible {
    /// `now`, `now-1h`: nanoseconds from the moment a query runs.
    case now(plus: Int64)
    /// `2023-01-29T09Z`
    case calendar(CalendarTime)

    /// First nanosecond since 1970 UTC.
    public func first(now: Int64) -> Int64 {
        switch self {
        case .now(let nanoseconds): now.plus(nanoseconds)
        case .calendar(let time): time.first
        }
    }

    /// Last nanosecond since 1970 UTC: the end of the day, hour, … that the text names.
    public func last(now: Int64) -> Int64 {
        switch self {
        case .now(let nanoseconds): now.plus(nanoseconds)
        case .calendar(let time): time.last
        }
    }

    public var description: String {
        switch self {
        case .now(0): "now"
        case .now(let nanoseconds): "now\(nanoseconds > 0 ? "+" : "")\(CanonicalText.duration(nanoseconds))"
        case .calendar(let time): time.description
        }
    }
}

extension TimePoint {
    /// A time as the filters of `_time` write it: `2023-01-29T09Z`, `now-1h`, `1h` and `-1h` (both an hour ago), Unix seconds, or
    /// milliseconds, microseconds or nanoseconds. Nil for other text, and for times outside 64 bits of nanoseconds.
    public init?(_ text: String) {
        guard case .point(let point) = TimePoint.read(text) else { return nil }
        self = point
    }

    enum Reading { case point(TimePoint), outOfRange, notATime }

    /// Whether `text` is meant as a time rather than a duration: `now…`, or four digits that begin a date.
    static func isLikely(_ text: String) -> Bool {
        if text.lowercased().hasPrefix("now") { return true }
        let bytes = Array(text.utf8.prefix(5))
        guard bytes.count >= 4, bytes[..<4].allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }) else { return false }
        return bytes.count == 4 || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "Z"), UInt8(ascii: "z")].contains(bytes[4])
    }

    /// `now`, `now-1h`, `-1h` and `1h` (both an hour ago), `2023-01-29T09:20+01:00`, `1562529662.678` (Unix time).
    static func read(_ text: String) -> Reading {
        let lower = text.lowercased()
        if lower == "now" { return .point(.now(plus: 0)) }
        if lower.hasPrefix("now") { return relative(String(text.dropFirst(3))) }
        if isLikely(text) { return CalendarTime.read(text) }
        if let point = unixTime(text) { return point }
        guard case .point(.now(let nanoseconds)) = relative(text.hasPrefix("-") ? text : "-" + text) else { return .notATime }
        return .point(.now(plus: nanoseconds))
    }

    private static func relative(_ text: String) -> Reading {
        guard text.hasPrefix("-") || text.hasPrefix("+") else { return .notATime }
        switch DurationText.read(Array(text.utf8)) {
        case .nanoseconds(let nanoseconds): return .point(.now(plus: nanoseconds))
        case .outOfRange: return .outOfRange
        case .notADuration: return .notATime
        }
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size; nil if the text is no plain number.
    private static func unixTime(_ text: String) -> Reading? {
        guard text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 || $0 == UInt8(ascii: ".") }) else { return nil }
        var scanner = DecimalScanner(bytes: Array(text.utf8))
        guard let decimal = scanner.decimal(), scanner.atEnd, let whole = decimal.scaled(by: 1) else { return .outOfRange }
        let secondsMax: UInt64 = 1 << 31
        let unit: UInt64 =
            whole < secondsMax ? 1_000_000_000 : whole < secondsMax * 1_000 ? 1_000_000 : whole < secondsMax * 1_000_000 ? 1_000 : 1
        guard let nanoseconds = decimal.scaled(by: unit).flatMap({ Int64(exactly: $0) }) else { return .outOfRange }
        return .point(.calendar(CalendarTime(nanoseconds: nanoseconds)))
    }
}
