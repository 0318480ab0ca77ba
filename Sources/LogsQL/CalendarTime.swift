/// A date, with as much of the time of day as is known, in a time zone of fixed offset: RFC 3339 (section 5.6) cut short anywhere.
///
/// It stands for the whole stretch that it names: `2023-01-29Z` for a day, `2023-01-29T09:20:29.3Z` for a tenth of a second.
public struct CalendarTime: Sendable, Hashable, CustomStringConvertible {
    public enum Granularity: Sendable, Hashable, CaseIterable {
        case year, month, day, hour, minute, second
        /// Fractions of a second, 1 to 9 digits.
        case digit1, digit2, digit3, digit4, digit5, digit6, digit7, digit8, digit9

        /// 0 for a year, 5 for a second, 14 for a nanosecond.
        var rank: Int { Granularity.allCases.firstIndex(of: self) ?? 0 }
        /// Digits after the second's point, 0 for coarser ones.
        var fractionDigits: Int { max(0, rank - 5) }

        /// Nanoseconds of the stretch; nil for months and years, which differ.
        var nanoseconds: Int64? {
            switch self {
            case .year, .month: nil
            case .day: 86_400_000_000_000
            case .hour: 3_600_000_000_000
            case .minute: 60_000_000_000
            default: (0..<fractionDigits).reduce(1_000_000_000) { (unit, _) in unit / 10 }
            }
        }
    }

    /// First nanosecond since 1970 UTC.
    public let first: Int64
    /// Last nanosecond since 1970 UTC.
    public let last: Int64
    public let granularity: Granularity
    /// Minutes that local time is ahead of UTC, -1439...1439.
    public let zoneMinutes: Int

    /// The time of one nanosecond, in UTC.
    public init(nanoseconds: Int64) {
        first = nanoseconds
        last = nanoseconds
        granularity = .digit9
        zoneMinutes = 0
    }

    /// The stretch of local time that begins at these fields. Nil if a field is out of its range or finer than the granularity,
    /// or the stretch outside 64 bits.
    public init?(
        year: Int, month: Int = 1, day: Int = 1, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0,
        granularity: Granularity, zoneMinutes: Int = 0
    ) {
        guard (0...9999).contains(year), (1...12).contains(month), (1...Civil.days(inMonth: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999_999).contains(nanosecond), (-1439...1439).contains(zoneMinutes),
            zip([month, day, hour + 1, minute + 1, second + 1], Granularity.allCases.dropFirst())
                .allSatisfy({ granularity.rank >= $1.rank || $0 == 1 }),
            nanosecond % Int(granularity.rank > 5 ? granularity.nanoseconds ?? 1 : 1_000_000_000) == 0
        else { return nil }
        let seconds = ((Civil.days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        let local = Int128(seconds) * 1_000_000_000 + Int128(nanosecond)
        let length: Int128 = switch granularity {
        case .year: Int128(Civil.days(year + 1, 1, 1) - Civil.days(year, 1, 1)) * 86_400_000_000_000
        case .month: Int128(Civil.days(inMonth: month, of: year)) * 86_400_000_000_000
        default: Int128(granularity.nanoseconds ?? 1)
        }
        let start = local - Int128(zoneMinutes) * 60_000_000_000
        guard let first = Int64(exactly: start), let last = Int64(exactly: start + length - 1) else { return nil }
        self.first = first
        self.last = last
        self.granularity = granularity
        self.zoneMinutes = zoneMinutes
    }

    /// With the zone always written, so that it means the same everywhere: `2023-01-29T09:20:29.3+01:00`, `2023-01Z`.
    public var description: String {
        let local = Int128(first) + Int128(zoneMinutes) * 60_000_000_000
        let (days, nanosecondOfDay) = Civil.split(local, by: 86_400_000_000_000)
        let date = Civil.date(days: days)
        let (secondOfDay, nanosecond) = Civil.split(Int128(nanosecondOfDay), by: 1_000_000_000)
        let fields = [
            ("", date.year, 4), ("-", date.month, 2), ("-", date.day, 2), ("T", secondOfDay / 3_600, 2),
            (":", secondOfDay / 60 % 60, 2), (":", secondOfDay % 60, 2),
        ]
        var text = fields.prefix(granularity.rank + 1).map { $0.0 + Civil.padded($0.1, $0.2) }.joined()
        let digits = granularity.fractionDigits
        if digits > 0 { text += "." + Civil.padded(nanosecond, 9).prefix(digits) }
        guard zoneMinutes != 0 else { return text + "Z" }
        let zone = abs(zoneMinutes)
        return text + (zoneMinutes < 0 ? "-" : "+") + Civil.padded(zone / 60, 2) + ":" + Civil.padded(zone % 60, 2)
    }
}

extension CalendarTime {
    /// What a `_time` filter takes for a date; nil for anything else.
    public init?(_ text: String) {
        guard case .point(.calendar(let time)) = Self.read(text) else { return nil }
        self = time
    }

    /// `YYYY[-MM[-DD[Thh[:mm[:ss[.f…]]]]]]` and `Z`, `±hh:mm` or nothing (UTC).
    static func read(_ text: String) -> TimePoint.Reading {
        var scanner = TimeScanner(bytes: Array(text.utf8))
        guard let fields = scanner.fields() else { return .notATime }
        // A date that does not exist is no time; one that exists but does not fit is out of range.
        guard (1...12).contains(fields.values[1]), fields.values[2] >= 1,
            fields.values[2] <= Civil.days(inMonth: fields.values[1], of: fields.values[0]),
            fields.values[3] <= 23, fields.values[4] <= 59, fields.values[5] <= 59, abs(fields.zoneMinutes) <= 1439
        else { return .notATime }
        let time = CalendarTime(
            year: fields.values[0], month: fields.values[1], day: fields.values[2], hour: fields.values[3],
            minute: fields.values[4], second: fields.values[5], nanosecond: fields.nanosecond,
            granularity: fields.granularity, zoneMinutes: fields.zoneMinutes)
        return time.map { .point(.calendar($0)) } ?? .outOfRange
    }
}

/// Takes the text of a calendar time apart.
private struct TimeScanner {
    let bytes: [UInt8]
    var position = 0

    struct Fields {
        /// Year to second.
        var values = [0, 1, 1, 0, 0, 0]
        var nanosecond = 0
        var granularity = CalendarTime.Granularity.year
        var zoneMinutes = 0
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func fields() -> Fields? {
        var fields = Fields()
        guard let year = number(digits: 4) else { return nil }
        fields.values[0] = year
        for (index, separator) in [(1, "-"), (2, "-"), (3, "T"), (4, ":"), (5, ":")] {
            guard !atZone, skip(separator) else { break }
            guard let value = number(digits: 2) else { return nil }
            fields.values[index] = value
            fields.granularity = CalendarTime.Granularity.allCases[index]
        }
        if fields.granularity == .second, skip(".") {
            guard fraction(&fields) else { return nil }
        }
        guard let zone = zone(), position == bytes.count else { return nil }
        fields.zoneMinutes = zone
        return fields
    }

    /// At `±hh:`, which tells the zone in `2023-02:00` from the month in `2023-02`.
    private var atZone: Bool {
        guard position + 3 < bytes.count else { return false }
        return [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) && bytes[position + 3] == UInt8(ascii: ":")
    }

    private mutating func fraction(_ fields: inout Fields) -> Bool {
        let start = position
        while position < bytes.count, let digit = digit(at: position) {
            fields.nanosecond = fields.nanosecond * 10 + digit
            position += 1
            guard position - start <= 9 else { return false }
        }
        let count = position - start
        guard count > 0 else { return false }
        for _ in count..<9 { fields.nanosecond *= 10 }
        fields.granularity = CalendarTime.Granularity.allCases[5 + count]
        return true
    }

    /// Minutes ahead of UTC; 0 for `Z` or nothing.
    private mutating func zone() -> Int? {
        guard atZone else {
            _ = skip("Z") || skip("z")
            return 0
        }
        let sign = bytes[position] == UInt8(ascii: "-") ? -1 : 1
        position += 1
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), minutes <= 59 else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func skip(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit(at: position) else { return nil }
            value = value * 10 + digit
            position += 1
        }
        return value
    }

    private func digit(at index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        let digit = bytes[index] &- UInt8(ascii: "0")
        return digit <= 9 ? Int(digit) : nil
    }
}

/// The proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
enum Civil {
    /// Days from 1970-01-01 to a date.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date that many days after 1970-01-01.
    static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Quotient rounded down, and the remainder in `0..<divisor`.
    static func split(_ value: Int128, by divisor: Int128) -> (quotient: Int, remainder: Int) {
        let remainder = (value % divisor + divisor) % divisor
        return (Int((value - remainder) / divisor), Int(remainder))
    }

    static func padded(_ value: Int, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
