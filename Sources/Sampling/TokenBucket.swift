/// A token bucket: `rate` tokens a second drip in, up to `burst`; each row takes one.
public struct TokenBucket: Sendable {
    public let rate: Double
    public let burst: Double
    private var tokens: Double
    private var updatedAt: Int64

    /// A full bucket.
    ///
    /// - Parameters:
    ///   - rate: tokens a second, at least 0.
    ///   - burst: what the bucket holds, at least 1, or nothing ever passes.
    ///   - now: on a monotonic clock, in nanoseconds.
    public init(rate: Double, burst: Double, now: Int64) {
        precondition(rate >= 0)
        precondition(burst >= 1)
        self.rate = rate
        self.burst = burst
        tokens = burst
        updatedAt = now
    }

    /// Takes up to `wanted` tokens; returns how many there were.
    ///
    /// A clock that goes back adds nothing and takes nothing.
    public mutating func take(_ wanted: Int, now: Int64) -> Int {
        let elapsed = max(0, now - updatedAt)
        tokens = min(burst, tokens + Double(elapsed) / 1e9 * rate)
        updatedAt = max(updatedAt, now)
        // There may be more tokens than an integer holds.
        let taken = tokens < Double(wanted) ? Int(tokens) : wanted
        tokens -= Double(taken)
        return taken
    }
}
