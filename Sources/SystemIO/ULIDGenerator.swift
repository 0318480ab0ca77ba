import Synchronization

/// Makes names that sort by the time they were made (ULID specification: 48 bits of milliseconds, 80 random bits).
///
/// Within a millisecond, and when the clock goes back, the last name is counted on, so that names always rise.
public final class ULIDGenerator: Sendable {
    private struct Last {
        var millisecond: UInt64 = 0
        var high: UInt16 = 0
        var low: UInt64 = 0
    }

    private let clock: any WallClock
    private let random: any RandomSource
    private let last = Mutex(Last())

    public init(clock: any WallClock, random: any RandomSource) {
        self.clock = clock
        self.random = random
    }

    /// 26 digits of Crockford's base 32, in upper case.
    public func next() -> String {
        let now = UInt64(max(0, clock.now())) / 1_000_000
        let name = last.withLock { last in
            if now > last.millisecond {
                // The top bit is left free, so that counting on within a millisecond cannot run over.
                last = Last(millisecond: now, high: UInt16(truncatingIfNeeded: random.next()) >> 1, low: random.next())
            } else {
                last.low &+= 1
                if last.low == 0 { last.high += 1 }
            }
            return last
        }
        return Self.text(name.millisecond << 16 | UInt64(name.high), name.low)
    }

    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        let number = UInt128(high) << 64 | UInt128(low)
        let characters = (0..<26).reversed().map { digits[Int(number >> UInt128($0 * 5) & 31)] }
        return String(decoding: characters, as: UTF8.self)
    }
}
