import Foundation
import Synchronization
public import SystemIO

/// The same random numbers for the same seed (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
/// OOPSLA 2014: SplitMix64).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// A new seed, or LOCKSTITCH_FUZZ_SEED; printed, so that a failure can be repeated.
    public static func seeded(_ test: String = #function) -> SeededRandom {
        let given = ProcessInfo.processInfo.environment["LOCKSTITCH_FUZZ_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1 << 32)
        print("\(test): LOCKSTITCH_FUZZ_SEED=\(seed)")
        return SeededRandom(seed: seed)
    }

    /// From 0 to one below `bound`.
    public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// True in `percent` of 100 cases.
    public mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// True in one of `n` cases.
    public mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }

    public mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// A random source for production code under test.
public final class SeededRandomSource: RandomSource {
    private let random: Mutex<SeededRandom>

    public init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }

    public func next() -> UInt64 { random.withLock { $0.next() } }
}
