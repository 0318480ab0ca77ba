import Kernels
import Records

/// Moves a time in its text.
struct TimeTextShifter {
    /// `2023-01-29T09:20:29`, RFC 3339, section 5.6, before the fraction and the zone.
    private static let dateTimeCount = 19

    private var reader = TimeReader()
    /// The text of the second that was written last, as most lines are from the same one as the line before.
    private var cachedSecond: Int64 = .min
    private var cachedText: [UInt8] = []

    /// The time that the text says, in nanoseconds since 1970-01-01 UTC, or nil.
    mutating func read(_ text: Span<UInt8>) -> Int64? {
        // Safe: the pointer is used during the call only.
        unsafe text.withUnsafeBufferPointer { unsafe reader.read($0) }
    }

    /// The text of the time moved by so many seconds, in the same form; nil if it cannot be.
    mutating func shifted(_ text: Span<UInt8>, seconds: Int64) -> [UInt8]? {
        guard read(text) != nil else { return nil }
        if text.count >= Self.dateTimeCount, text[4] == UInt8(ascii: "-") { return shiftedDate(text, seconds) }
        return Self.shiftedEpoch(text, seconds)
    }

    /// Date and time of day change; what stands between and after them stays. The zone moves neither.
    private mutating func shiftedDate(_ text: Span<UInt8>, _ seconds: Int64) -> [UInt8]? {
        guard let local = read(text.extracting(0..<Self.dateTimeCount)) else { return nil }
        let (second, overflow) = (local / Timestamp.nanosecondsPerSecond).addingReportingOverflow(seconds)
        guard !overflow, Self.writableSeconds.contains(second) else { return nil }
        if second != cachedSecond {
            cachedText = Array(Timestamp.text(second * Timestamp.nanosecondsPerSecond).utf8)
            cachedSecond = second
        }
        return text.indices.map { $0 < Self.dateTimeCount && $0 != 10 ? cachedText[$0] : text[$0] }
    }

    /// What nanoseconds in 64 bits can say: 1677-09-21 to 2262-04-11.
    private static let writableSeconds = Int64.min / 1_000_000_000 + 1...Int64.max / 1_000_000_000 - 1

    /// The whole part changes, in the unit that its size tells (as `TimeReader` does); a fraction stays.
    private static func shiftedEpoch(_ text: Span<UInt8>, _ seconds: Int64) -> [UInt8]? {
        var whole: Int64 = 0
        var digits = 0
        while digits < text.count, text[digits] != UInt8(ascii: ".") {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[digits]) else { return nil }
            whole = whole &* 10 &+ Int64(text[digits] - UInt8(ascii: "0"))
            digits += 1
        }
        let (distance, overflow) = seconds.multipliedReportingOverflow(by: unitsPerSecond(whole))
        let (moved, carry) = whole.addingReportingOverflow(distance)
        guard !overflow, !carry, moved >= 0 else { return nil }
        return Array(String(moved).utf8) + (digits..<text.count).map { text[$0] }
    }

    private static func unitsPerSecond(_ epoch: Int64) -> Int64 {
        switch epoch {
        case ..<100_000_000_000: 1
        case ..<100_000_000_000_000: 1_000
        case ..<100_000_000_000_000_000: 1_000_000
        default: 1_000_000_000
        }
    }
}
