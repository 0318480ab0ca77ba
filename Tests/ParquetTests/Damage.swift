import Foundation
import TestSupport

/// How a test with damaged files is run: `LOCKSTITCH_FUZZ_SEED` repeats a run, `LOCKSTITCH_FUZZ_ROUNDS` sets the number of
/// files.
struct DamageRun {
    let seed: Int
    let rounds: Int

    init() {
        let environment = ProcessInfo.processInfo.environment
        seed = environment["LOCKSTITCH_FUZZ_SEED"].flatMap { Int($0) } ?? .random(in: 0...1_000_000)
        rounds = environment["LOCKSTITCH_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 3_000
        print("LOCKSTITCH_FUZZ_SEED=\(seed)")
    }

    /// Calls `body` with one of the files, damaged, for each round.
    func forEachDamaged(
        _ files: [[UInt8]], _ random: inout SeededRandom, _ body: (_ bytes: [UInt8], _ random: inout SeededRandom) throws -> Void
    ) rethrows {
        for _ in 0..<rounds {
            guard var bytes = files.randomElement(using: &random) else { continue }
            damage(&bytes, &random)
            try body(bytes, &random)
        }
    }
}

/// Changes a few bytes of a file, as often in the footer as in what comes before it, which is longer.
func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footer = bytes.count - 8 - length..<bytes.count
    let place = Bool.random(using: &random) ? footer : 0..<footer.lowerBound
    for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: place, using: &random)
        guard index < bytes.count else { continue }
        switch Int.random(in: 0..<20, using: &random) {
        case 0: bytes.removeLast(bytes.count - index)
        case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...9, using: &random)))
        case 2: bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: 3), at: index)
        case 3...6: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        case 7...9: bytes[index] = .random(in: 0...255, using: &random)
        default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }
}
