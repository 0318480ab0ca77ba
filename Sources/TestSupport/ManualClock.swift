import Synchronization
public import SystemIO

/// A clock that moves only when it is told to.
public final class ManualClock: WallClock {
    private let times: Mutex<(now: Int64, monotonic: Int64)>

    /// - Parameter now: nanoseconds since 1970-01-01 UTC; the monotonic clock starts at 0.
    public init(now: Int64 = 1_700_000_000_000_000_000) { times = Mutex((now, 0)) }

    public func now() -> Int64 { times.withLock { $0.now } }
    public func monotonic() -> Int64 { times.withLock { $0.monotonic } }

    /// Moves both clocks on.
    public func advance(seconds: Double) {
        times.withLock { times in
            times.now += Int64(seconds * 1e9)
            times.monotonic += Int64(seconds * 1e9)
        }
    }

    /// Sets the time of day, as an administrator or NTP may; the monotonic clock does not notice.
    public func jump(to now: Int64) { times.withLock { $0.now = now } }
}
