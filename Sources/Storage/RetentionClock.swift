/// The time by which rows are old.
///
/// Whoever sets the clock of a machine wrongly, even for a minute, must not lose all logs by it. So a wall clock that is
/// more than `tolerance` ahead of where it was last believed plus the time that has passed since by the monotonic clock is
/// not believed, until it has run on evenly for `patience`. A clock that is behind only keeps rows for longer.
///
/// After a restart the monotonic clock says nothing: then a collector that was down for longer than the tolerance waits
/// for the patience too. So does one that has chunks but never believed a clock.
struct RetentionClock {
    struct Reading {
        let wall: Int64
        let monotonic: Int64
    }

    enum Verdict: Equatable {
        case believed(Int64)
        /// By how many nanoseconds it is ahead, and for how long it still has to run evenly.
        case doubted(aheadBy: Int64, waitsFor: Int64)
    }

    /// One day, in nanoseconds.
    static let tolerance: Int64 = 86_400_000_000_000
    static let patience: Int64 = 86_400_000_000_000
    /// How far a clock that runs evenly may drift while it is doubted: a minute.
    private static let driftMax: Int64 = 60_000_000_000

    private var believed: Reading?
    private var doubted: Reading?

    /// - Parameter believed: when the clock was last believed; nil if it never was.
    init(believed: Reading?) { self.believed = believed }

    mutating func verdict(_ now: Reading) -> Verdict {
        let expected = believed.map { $0.wall.clampedAdding(now.monotonic.clampedSubtracting($0.monotonic)) } ?? .min
        let ahead = now.wall.clampedSubtracting(expected)
        if ahead <= Self.tolerance { return believe(now) }
        let since = doubted ?? now
        let passed = now.monotonic.clampedSubtracting(since.monotonic)
        let drift = now.wall.clampedSubtracting(since.wall).clampedSubtracting(passed)
        guard drift.magnitude <= Self.driftMax else {
            // It was set once more.
            doubted = now
            return .doubted(aheadBy: ahead, waitsFor: Self.patience)
        }
        if passed >= Self.patience { return believe(now) }
        doubted = since
        return .doubted(aheadBy: ahead, waitsFor: Self.patience - passed)
    }

    private mutating func believe(_ now: Reading) -> Verdict {
        believed = now
        doubted = nil
        return .believed(now.wall)
    }
}

extension Int64 {
    func clampedAdding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    func clampedSubtracting(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
