import Foundation

/// Durations for people.
enum DurationText {
    /// Up to three digits and a unit, at most `widthMax` cells: `1.23 ms`, `45 µs`, `2.5 s`, `3m 20s`, `400 d`.
    ///
    /// - Parameter nanoseconds: a negative one keeps its sign.
    static func short(_ nanoseconds: Int64) -> String {
        if nanoseconds < 0 { return "-" + short(nanoseconds == .min ? .max : -nanoseconds) }
        if nanoseconds < 1_000 { return "\(nanoseconds) ns" }
        if nanoseconds >= 59_950_000_000 { return long(nanoseconds) }
        var value = Double(nanoseconds) / 1_000
        for unit in ["µs", "ms"] {
            if value < 999.5 { return "\(threeDigits(value)) \(unit)" }
            value /= 1_000
        }
        return "\(threeDigits(value)) s"
    }

    /// Cells of the longest text of a duration that is not negative.
    static let widthMax = 8

    private static func long(_ nanoseconds: Int64) -> String {
        let seconds = Int64((Double(nanoseconds) / 1e9).rounded())
        if seconds < 3_600 { return "\(seconds / 60)m \(seconds % 60)s" }
        if seconds < 86_400 { return "\(seconds / 3_600)h \(seconds / 60 % 60)m" }
        if seconds < 100 * 86_400 { return "\(seconds / 86_400)d \(seconds / 3_600 % 24)h" }
        return "\(seconds / 86_400) d"
    }

    private static func threeDigits(_ value: Double) -> String {
        let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        let text = String(format: "%.\(digits)f", value)
        guard digits > 0 else { return text }
        let trimmed = String(text.reversed().drop { $0 == "0" }.reversed())
        return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
    }
}
