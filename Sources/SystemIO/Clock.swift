import Glibc

/// The time.
public protocol WallClock: Sendable {
    /// Nanoseconds since 1970-01-01 UTC; may go back.
    func now() -> Int64
    /// Nanoseconds since some moment; never goes back.
    func monotonic() -> Int64
}

/// The machine's clocks.
public struct SystemWallClock: WallClock {
    public init() {}

    public func now() -> Int64 { Self.read(CLOCK_REALTIME) }
    public func monotonic() -> Int64 { Self.read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
