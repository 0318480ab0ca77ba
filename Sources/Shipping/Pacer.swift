/// A token bucket over lines: how long to wait before the next ones may go.
struct Pacer {
    /// Lines that may go at once, as a share of a second: what was not sent in time is caught up to this extent.
    private static let burstSeconds = 0.1

    private let nanosecondsPerLine: Double
    /// When the next line is due, on the monotonic clock.
    private var due: Int64?

    /// - Parameter rate: lines a second, above 0.
    init(rate: Double) { nanosecondsPerLine = 1e9 / rate }

    /// Lines to send at a time, so that sending is even and does not wake up more than 20 times a second.
    var linesAtOnce: Int { Int(min(1e9, max(1, 0.05e9 / nanosecondsPerLine))) }

    /// Nanoseconds to wait from `now` on before these lines go; they are then counted as sent.
    mutating func delay(lines: Int, now: Int64) -> Int64 {
        let earliest = now - Int64(Self.burstSeconds * 1e9)
        let start = max(due ?? now, earliest)
        due = start + Int64((Double(lines) * nanosecondsPerLine).rounded())
        return max(0, start - now)
    }
}
