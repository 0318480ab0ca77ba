import TestSupport

extension SeededRandom {
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    /// A length that is often near a multiple of the vector and word sizes.
    mutating func length(below bound: Int) -> Int {
        chance(50) ? below(bound) : min(bound - 1, max(0, 8 * below(bound / 8 + 1) + below(3) - 1))
    }
}
