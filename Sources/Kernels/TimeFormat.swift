import Synchronization

/// A written form of times, compiled to steps over bytes.
///
/// Year, month and so on are read where the format says; what it does not say is taken from the time of receipt (the
/// year) or is zero.
public struct TimeFormat: Sendable {
    public enum Step: Sendable, Hashable, BitwiseCopyable {
        case literal(UInt8)
        /// One space or more.
        case spaces
        case year, yearOfCentury, month, monthName, day, paddedDay, weekday
        case hour, hourOfTwelve, halfOfDay, minute, second, fraction, zone
        /// Digits since the epoch, each worth so many nanoseconds; a fraction may follow.
        case epoch(Int64)
        /// A number whose unit its size tells; nine digits or more.
        case anyEpoch
        /// RFC 3339, section 5.6, and its usual variants.
        case rfc3339
        /// From the year to the second, with a byte between date and time; the hour may have one digit.
        case isoSecond(separator: UInt8)
    }

    let steps: [Step]
    let zoneSeconds: Int64
    /// Year to second as ISO 8601 writes them.
    private static let isoSteps: [Step] = [
        .year, .literal(UInt8(ascii: "-")), .month, .literal(UInt8(ascii: "-")), .day, .literal(UInt8(ascii: "T")), .hour,
        .literal(UInt8(ascii: ":")), .minute, .literal(UInt8(ascii: ":")), .second,
    ]
    /// The same for equal formats of this process.
    let id: Int

    private struct Key: Hashable {
        let steps: [Step]
        let zoneSeconds: Int64
    }

    private static let ids = Mutex<[Key: Int]>([:])

    /// - Parameter zoneSeconds: east of UTC, for times that name no zone.
    public init(_ steps: [Step], zoneSeconds: Int64) {
        self.steps = Self.fusing(steps)
        self.zoneSeconds = zoneSeconds
        id = Self.ids.withLock { ids in
            let key = Key(steps: steps, zoneSeconds: zoneSeconds)
            if let id = ids[key] { return id }
            ids[key] = ids.count
            return ids.count - 1
        }
    }

    /// With one step for year to second where they stand as ISO 8601 has them.
    private static func fusing(_ steps: [Step]) -> [Step] {
        guard steps.count >= isoSteps.count, case .literal(let separator) = steps[5] else { return steps }
        var expected = isoSteps
        expected[5] = .literal(separator)
        guard steps.starts(with: expected) else { return steps }
        return [.isoSecond(separator: separator)] + steps.dropFirst(isoSteps.count)
    }

    /// Reads a time that begins at `start`.
    ///
    /// - Parameter receivedAt: nanoseconds since the epoch; a time without a year gets the year nearest to it.
    /// - Returns: nanoseconds since 1970-01-01 UTC, and where the text of the time ends; nil where none is there.
    public func read(_ text: Span<UInt8>, from start: Int, receivedAt: Int64) -> (time: Int64, end: Int)? {
        text.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return steps.withUnsafeBufferPointer { steps in
                guard
                    let (time, end) = readTime(
                        steps, zoneSeconds: zoneSeconds, base + start, base + buffer.count, receivedAt: receivedAt)
                else { return nil }
                return (time, end - base)
            }
        }
    }
}

/// Reads a time that begins at `start`; what follows it, or nil where none is there.
func readTime(
    _ steps: UnsafeBufferPointer<TimeFormat.Step>, zoneSeconds: Int64, _ start: UnsafePointer<UInt8>,
    _ end: UnsafePointer<UInt8>, receivedAt: Int64
) -> (time: Int64, end: UnsafePointer<UInt8>)? {
    var cursor = TimeCursor(p: start, end: end)
    var parts = TimeParts(zoneSeconds: zoneSeconds)
    for index in 0..<steps.count { guard cursor.read(steps[index], &parts) else { return nil } }
    guard let time = parts.nanoseconds(receivedAt: receivedAt) else { return nil }
    return (time, cursor.p)
}

/// What has been read of a time.
private struct TimeParts {
    var zoneSeconds: Int64
    var year: Int64?
    var month: Int64 = 1
    var day: Int64 = 1
    var hour: Int64 = 0
    var minute: Int64 = 0
    var second: Int64 = 0
    var nanoseconds: Int64 = 0
    var isAfternoon: Bool?
    /// The whole time, where it is not made of parts.
    var absolute: Int64?

    init(zoneSeconds: Int64) { self.zoneSeconds = zoneSeconds }

    func nanoseconds(receivedAt: Int64) -> Int64? {
        if let absolute { return absolute }
        if let year { return nanoseconds(year: year) }
        // A log of 31 December read on 1 January is from last year, and clocks may be a little ahead of ours.
        let received = Self.year(ofSecond: receivedAt / 1_000_000_000)
        var nearest: Int64?
        for offset: Int64 in 0..<3 {
            // This year, the last one, the next one.
            guard let time = nanoseconds(year: received + (offset == 2 ? 1 : -offset)) else { continue }
            let distance = time.distance(to: receivedAt).magnitude
            // Less than half a year away: no other is nearer.
            if distance < 182 * 86_400_000_000_000 { return time }
            if nearest.map({ distance < $0.distance(to: receivedAt).magnitude }) ?? true { nearest = time }
        }
        return nearest
    }

    private func nanoseconds(year: Int64) -> Int64? {
        guard day >= 1, day <= TimeReader.daysInMonth(month, year: year) else { return nil }
        var hour = hour
        if let isAfternoon { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        let days = TimeReader.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - zoneSeconds
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(nanoseconds)
        return overflow || carry ? nil : sum
    }

    private static func year(ofSecond second: Int64) -> Int64 {
        var year = 1970 + second / 31_556_952
        while TimeReader.daysSinceEpoch(year: year, month: 1, day: 1) * 86_400 > second { year -= 1 }
        while TimeReader.daysSinceEpoch(year: year + 1, month: 1, day: 1) * 86_400 <= second { year += 1 }
        return year
    }
}

/// Reads the steps of a format one after another. Never past `end`.
private struct TimeCursor {
    var p: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    mutating func read(_ step: TimeFormat.Step, _ parts: inout TimeParts) -> Bool {
        switch step {
        case .literal(let byte): return take(byte)
        case .spaces:
            guard take(UInt8(ascii: " ")) else { return false }
            while take(UInt8(ascii: " ")) {}
            return true
        case .year: return year().map { parts.year = $0 } != nil
        case .yearOfCentury:
            // As POSIX strptime: 69 to 99 are of the last century.
            return twoDigits().map { parts.year = $0 < 69 ? 2_000 + $0 : 1_900 + $0 } != nil
        case .month: return twoDigits().map { parts.month = $0 } != nil && (1...12).contains(parts.month)
        case .monthName: return monthName().map { parts.month = $0 } != nil
        case .day: return twoDigits().map { parts.day = $0 } != nil
        case .paddedDay:
            if p < end, p[0] == UInt8(ascii: " ") { p += 1 }
            return oneOrTwoDigits().map { parts.day = $0 } != nil
        case .weekday: return weekday()
        case .hour: return oneOrTwoDigits().map { parts.hour = $0 } != nil
        case .hourOfTwelve: return oneOrTwoDigits().map { parts.hour = $0 } != nil && (1...12).contains(parts.hour)
        case .halfOfDay: return halfOfDay(&parts)
        case .minute: return twoDigits().map { parts.minute = $0 } != nil
        case .second: return twoDigits().map { parts.second = $0 } != nil
        case .fraction: return fraction(&parts)
        case .zone: return zone(&parts)
        case .epoch(let unit): return epoch(unit).map { parts.absolute = $0 } != nil
        case .anyEpoch: return anyEpoch().map { parts.absolute = $0 } != nil
        case .rfc3339: return rfc3339(&parts)
        case .isoSecond(let separator):
            return isoDate(&parts) && take(separator) && read(.hour, &parts) && isoMinute(&parts)
        }
    }

    /// `2026-11-25`.
    @inline(__always)
    private mutating func isoDate(_ parts: inout TimeParts) -> Bool {
        guard end - p >= 10, p[4] == UInt8(ascii: "-"), p[7] == UInt8(ascii: "-"),
            let century = twoDigits(at: 0), let year = twoDigits(at: 2), let month = twoDigits(at: 5),
            let day = twoDigits(at: 8), (1...12).contains(month)
        else { return false }
        parts.year = century * 100 + year
        parts.month = month
        parts.day = day
        p += 10
        return true
    }

    /// `:59:59`.
    @inline(__always)
    private mutating func isoMinute(_ parts: inout TimeParts) -> Bool {
        guard end - p >= 6, p[0] == UInt8(ascii: ":"), p[3] == UInt8(ascii: ":"), let minute = twoDigits(at: 1),
            let second = twoDigits(at: 4)
        else { return false }
        parts.minute = minute
        parts.second = second
        p += 6
        return true
    }

    /// Only where so many bytes are known to be there.
    @inline(__always)
    private func twoDigits(at offset: Int) -> Int64? {
        let tens = p[offset] &- UInt8(ascii: "0")
        let ones = p[offset + 1] &- UInt8(ascii: "0")
        return tens <= 9 && ones <= 9 ? Int64(tens) &* 10 &+ Int64(ones) : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard p < end, p[0] == byte else { return false }
        p += 1
        return true
    }

    @inline(__always)
    private func digit(_ offset: Int) -> Int64? {
        guard p + offset < end else { return nil }
        let value = p[offset] &- UInt8(ascii: "0")
        return value <= 9 ? Int64(value) : nil
    }

    private mutating func twoDigits() -> Int64? {
        guard end - p >= 2, let value = twoDigits(at: 0) else { return nil }
        p += 2
        return value
    }

    private mutating func oneOrTwoDigits() -> Int64? {
        guard let first = digit(0) else { return nil }
        guard let second = digit(1) else {
            p += 1
            return first
        }
        p += 2
        return first * 10 + second
    }

    private mutating func year() -> Int64? {
        let start = p
        guard let century = twoDigits(), let year = twoDigits() else {
            p = start
            return nil
        }
        return century * 100 + year
    }

    /// A number of so many digits, as many as there are.
    private mutating func digits(_ count: ClosedRange<Int>) -> Int64? {
        var value: Int64 = 0
        var taken = 0
        while taken < count.upperBound, let digit = digit(taken) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
            taken += 1
        }
        guard taken >= count.lowerBound else { return nil }
        p += taken
        return value
    }

    private mutating func fraction(_ parts: inout TimeParts) -> Bool {
        let start = p
        var value: Int64 = 0
        while p - start < 9, let digit = digit(0) {
            value = value &* 10 &+ digit
            p += 1
        }
        let taken = p - start
        // Digits beyond the nanoseconds are passed over.
        while digit(0) != nil { p += 1 }
        for _ in taken..<9 { value &*= 10 }
        parts.nanoseconds = value
        return taken > 0
    }

    private mutating func zone(_ parts: inout TimeParts) -> Bool {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) || takeUTC() {
            parts.zoneSeconds = 0
            return true
        }
        let isWest = p < end && p[0] == UInt8(ascii: "-")
        guard take(UInt8(ascii: "+")) || take(UInt8(ascii: "-")), let hours = twoDigits(), hours < 24 else { return false }
        if p < end, p[0] == UInt8(ascii: ":"), digit(1) != nil { p += 1 }
        let minutes = twoDigits() ?? 0
        guard minutes < 60 else { return false }
        parts.zoneSeconds = (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
        return true
    }

    private mutating func rfc3339(_ parts: inout TimeParts) -> Bool {
        guard isoDate(&parts), take(UInt8(ascii: "T")) || take(UInt8(ascii: " ")) || take(UInt8(ascii: "t")),
            let hour = twoDigits(), isoMinute(&parts)
        else { return false }
        parts.hour = hour
        if p < end, p[0] == UInt8(ascii: ".") || p[0] == UInt8(ascii: ","), digit(1) != nil {
            p += 1
            guard fraction(&parts) else { return false }
        }
        if p < end, p[0] | 0x20 == UInt8(ascii: "z") || p[0] == UInt8(ascii: "+") || p[0] == UInt8(ascii: "-") {
            let before = p
            if !zone(&parts) { p = before }
        }
        return true
    }

    private mutating func epoch(_ unit: Int64) -> Int64? {
        guard let whole = digits(1...19) else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        var fraction: Int64 = 0
        if p < end, p[0] == UInt8(ascii: "."), digit(1) != nil {
            p += 1
            var scale = unit / 10
            while let digit = digit(0) {
                // Digits beyond the nanoseconds have a scale of 0.
                fraction += digit * scale
                scale /= 10
                p += 1
            }
        }
        let (sum, carry) = product.addingReportingOverflow(fraction)
        return carry ? nil : sum
    }

    private mutating func anyEpoch() -> Int64? {
        let start = p
        guard let whole = digits(9...19), digit(0) == nil else { return nil }
        p = start
        let unit: Int64 =
            whole < 100_000_000_000
            ? 1_000_000_000 : whole < 100_000_000_000_000 ? 1_000_000 : whole < 100_000_000_000_000_000 ? 1_000 : 1
        return epoch(unit)
    }

    /// The next three bytes in lower case as one number, the first in the highest place; 0 where there are not three.
    private var threeLetters: UInt32 {
        guard end - p >= 3 else { return 0 }
        return (UInt32(p[0]) << 16 | UInt32(p[1]) << 8 | UInt32(p[2])) | 0x20_2020
    }

    private mutating func monthName() -> Int64? {
        let month: Int64
        switch threeLetters {
        case 0x6a_616e: month = 1  // jan
        case 0x66_6562: month = 2  // feb
        case 0x6d_6172: month = 3  // mar
        case 0x61_7072: month = 4  // apr
        case 0x6d_6179: month = 5  // may
        case 0x6a_756e: month = 6  // jun
        case 0x6a_756c: month = 7  // jul
        case 0x61_7567: month = 8  // aug
        case 0x73_6570: month = 9  // sep
        case 0x6f_6374: month = 10  // oct
        case 0x6e_6f76: month = 11  // nov
        case 0x64_6563: month = 12  // dec
        default: return nil
        }
        p += 3
        return month
    }

    private mutating func weekday() -> Bool {
        switch threeLetters {
        case 0x6d_6f6e, 0x74_7565, 0x77_6564, 0x74_6875, 0x66_7269, 0x73_6174, 0x73_756e:  // mon to sun
            p += 3
            return true
        default: return false
        }
    }

    private mutating func halfOfDay(_ parts: inout TimeParts) -> Bool {
        guard end - p >= 2, p[1] | 0x20 == UInt8(ascii: "m"),
            p[0] | 0x20 == UInt8(ascii: "a") || p[0] | 0x20 == UInt8(ascii: "p")
        else { return false }
        parts.isAfternoon = p[0] | 0x20 == UInt8(ascii: "p")
        p += 2
        return true
    }

    private mutating func takeUTC() -> Bool {
        guard threeLetters == 0x75_7463 || threeLetters == 0x67_6d74 else { return false }  // utc, gmt
        p += 3
        return true
    }
}
