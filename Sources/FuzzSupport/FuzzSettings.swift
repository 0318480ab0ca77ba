import Foundation

/// Settings of the randomised tests from the environment.
public enum FuzzSettings {
    private static let environment = ProcessInfo.processInfo.environment

    /// LOCKSTITCH_FUZZ_SEED, else a new one. Print it.
    public static let seed = environment["LOCKSTITCH_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)

    /// LOCKSTITCH_FUZZ_LINES, else `standard`.
    public static func lines(standard: Int) -> Int { environment["LOCKSTITCH_FUZZ_LINES"].flatMap { Int($0) } ?? standard }
}
