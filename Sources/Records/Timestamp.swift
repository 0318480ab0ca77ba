/// Nanoseconds since 1970-01-01 UTC, and their text (RFC 3339, section 5.6).
public enum Timestamp {
    public static let nanosecondsPerSecond: Int64 = 1_000_000_000

    /// RFC 3339 in UTC with as many fraction digits as the value needs, in steps of three: `2023-01-29T09:20:29.295Z`.
    public static func text(_ time: Int64) -> String {
        var (seconds, nanoseconds) = time.quotientAndRemainder(dividingBy: nanosecondsPerSecond)
        if nanoseconds < 0 {
            seconds -= 1
            nanoseconds += nanosecondsPerSecond
        }
        var (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if secondOfDay < 0 {
            days -= 1
            secondOfDay += 86_400
        }
        let date = civil(days: days)
        var text: [UInt8] = []
        text.reserveCapacity(30)
        append(date.year, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        append(Int64(date.month), digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        append(Int64(date.day), digits: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        append(secondOfDay / 3_600, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(secondOfDay / 60 % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(secondOfDay % 60, digits: 2, to: &text)
        if nanoseconds > 0 {
            text.append(UInt8(ascii: "."))
            if nanoseconds % 1_000_000 == 0 {
                append(nanoseconds / 1_000_000, digits: 3, to: &text)
            } else if nanoseconds % 1_000 == 0 {
                append(nanoseconds / 1_000, digits: 6, to: &text)
            } else {
                append(nanoseconds, digits: 9, to: &text)
            }
        }
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The UTC day of a time, as chunks name their folders: `2023-01-29`.
    public static func day(_ time: Int64) -> String { String(text(time).prefix(10)) }

    /// Days from 1970-01-01 UTC to that of a time; negative before.
    public static func dayNumber(_ time: Int64) -> Int64 {
        let (day, rest) = time.quotientAndRemainder(dividingBy: 86_400 * nanosecondsPerSecond)
        return rest < 0 ? day - 1 : day
    }

    private static func append(_ value: Int64, digits: Int, to text: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    /// Days since 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    static func civil(days: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
