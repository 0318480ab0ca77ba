import Foundation

/// The same random numbers for the same seed (SplitMix64).
struct KernelRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A new seed, or LOCKSTITCH_FUZZ_SEED; printed, so that a failure can be repeated.
    static func seeded(_ test: String = #function) -> KernelRandom {
        let given = ProcessInfo.processInfo.environment["LOCKSTITCH_FUZZ_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1 << 32)
        print("\(test): LOCKSTITCH_FUZZ_SEED=\(seed)")
        return KernelRandom(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    /// A length that is often near a multiple of the vector and word sizes.
    mutating func length(below bound: Int) -> Int {
        chance(50) ? below(bound) : min(bound - 1, max(0, 8 * below(bound / 8 + 1) + below(3) - 1))
    }
}

/// Values as bytes and ends, as columns of text are kept.
func column(_ values: [[UInt8]]) -> (bytes: [UInt8], ends: [UInt32]) {
    var (bytes, ends): ([UInt8], [UInt32]) = ([], [])
    for value in values {
        bytes += value
        ends.append(UInt32(bytes.count))
    }
    return (bytes, ends)
}

func values(_ bytes: [UInt8], _ ends: [UInt32]) -> [[UInt8]] {
    ends.indices.map { Array(bytes[($0 == 0 ? 0 : Int(ends[$0 - 1]))..<Int(ends[$0])]) }
}
