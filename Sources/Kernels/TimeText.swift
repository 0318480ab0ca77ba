/// Reads times out of text, to nanoseconds since 1970-01-01 UTC.
///
/// RFC 3339 (section 5.6) and its common relaxations: a space for `T`, a comma for the point, no zone (then UTC), `+0100`.
/// Numbers are an epoch in s, ms, µs or ns, told apart by size: below 10^11 seconds, 10^14 milliseconds, 10^17 microseconds.
public struct TimeReader {
    private var cachedDate: (UInt64, UInt64) = (0, 0)
    private var cachedSeconds: Int64 = 0

    public init() {}

    /// The time that `text` writes, or nil.
    public mutating func read(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let base = text.baseAddress, text.count > 0 else { return nil }
        if text.count >= 19, base[4] == UInt8(ascii: "-") { return readDate(base, text.count) }
        return Self.readEpoch(base, text.count)
    }

    @inline(__always)
    private mutating func readDate(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        let raw = UnsafeRawPointer(p)
        let first = raw.loadUnaligned(as: UInt64.self)
        let second = raw.loadUnaligned(fromByteOffset: 2, as: UInt64.self)
        if first != cachedDate.0 || second != cachedDate.1 {
            guard let seconds = Self.secondsOfDate(p) else { return nil }
            cachedDate = (first, second)
            cachedSeconds = seconds
        }
        guard p[10] == UInt8(ascii: "T") || p[10] == UInt8(ascii: " ") || p[10] == UInt8(ascii: "t"),
            p[13] == UInt8(ascii: ":"), p[16] == UInt8(ascii: ":"),
            let hour = Self.twoDigits(p + 11), let minute = Self.twoDigits(p + 14), let second = Self.twoDigits(p + 17),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let seconds = cachedSeconds &+ hour &* 3_600 &+ minute &* 60 &+ second
        var index = 19
        var nanoseconds: Int64 = 0
        if index < count, p[index] == UInt8(ascii: ".") || p[index] == UInt8(ascii: ",") {
            index += 1
            var scale: Int64 = 100_000_000
            let start = index
            while index < count, p[index] &- UInt8(ascii: "0") <= 9 {
                nanoseconds &+= Int64(p[index] &- UInt8(ascii: "0")) &* scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        guard let offset = Self.zoneSeconds(p + index, count - index) else { return nil }
        let (product, overflow) = (seconds &- offset).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(nanoseconds)
        return overflow || carry ? nil : sum
    }

    private static func zoneSeconds(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        if count == 0 { return 0 }
        if count == 1 { return p[0] == UInt8(ascii: "Z") || p[0] == UInt8(ascii: "z") ? 0 : nil }
        guard p[0] == UInt8(ascii: "+") || p[0] == UInt8(ascii: "-"), count == 5 || count == 6,
            count == 5 || p[3] == UInt8(ascii: ":"),
            let hours = twoDigits(p + 1), let minutes = twoDigits(p + count - 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return p[0] == UInt8(ascii: "+") ? seconds : -seconds
    }

    @inline(__always)
    private static func twoDigits(_ p: UnsafePointer<UInt8>) -> Int64? {
        let tens = p[0] &- UInt8(ascii: "0")
        let ones = p[1] &- UInt8(ascii: "0")
        return tens <= 9 && ones <= 9 ? Int64(tens) &* 10 &+ Int64(ones) : nil
    }

    private static func secondsOfDate(_ p: UnsafePointer<UInt8>) -> Int64? {
        guard p[7] == UInt8(ascii: "-"), let century = twoDigits(p), let yearOfCentury = twoDigits(p + 2),
            let month = twoDigits(p + 5), let day = twoDigits(p + 8),
            (1...12).contains(month), day >= 1
        else { return nil }
        let year = century * 100 + yearOfCentury
        guard day <= daysInMonth(month, year: year) else { return nil }
        return daysSinceEpoch(year: year, month: month, day: day) * 86_400
    }

    static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
    public static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func readEpoch(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        let negative = p[0] == UInt8(ascii: "-")
        var index = negative ? 1 : 0
        let start = index
        var whole: Int64 = 0
        while index < count, p[index] &- UInt8(ascii: "0") <= 9 {
            guard index - start < 19 else { return nil }
            let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(p[index] &- UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            whole = sum
            index += 1
        }
        guard index > start else { return nil }
        let unit: Int64 =
            whole < 100_000_000_000
            ? 1_000_000_000 : whole < 100_000_000_000_000 ? 1_000_000 : whole < 100_000_000_000_000_000 ? 1_000 : 1
        var fraction: Int64 = 0
        if index < count {
            guard p[index] == UInt8(ascii: "."), index + 1 < count else { return nil }
            index += 1
            var scale = unit / 10
            while index < count {
                let digit = p[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { return nil }
                fraction += Int64(digit) * scale
                scale /= 10
                index += 1
            }
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        let (sum, carry) = product.addingReportingOverflow(fraction)
        guard !overflow, !carry else { return nil }
        return negative ? -sum : sum
    }
}
