import Foundation

/// The same random numbers for the same seed (SplitMix64).
struct RecordsRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A new seed, or LOCKSTITCH_FUZZ_SEED; printed, so that a failure can be repeated.
    static func seeded(_ test: String = #function) -> RecordsRandom {
        let given = ProcessInfo.processInfo.environment["LOCKSTITCH_FUZZ_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1 << 32)
        print("\(test): LOCKSTITCH_FUZZ_SEED=\(seed)")
        return RecordsRandom(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
