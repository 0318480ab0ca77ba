import FuzzSupport
import Testing

/// Python's json module as the judge; see `PythonCheck`.
struct DifferentialTests {
    @Test func pythonAgrees() throws {
        let seed = FuzzSettings.seed
        print("DifferentialTests: LOCKSTITCH_FUZZ_SEED=\(seed)")
        let count = FuzzSettings.lines(standard: 20_000)
        var check = try PythonCheck(seed: seed)
        for difference in try check.differences(count: count) {
            Issue.record("\(LineBytes.literal(difference.line)): \(difference.what)")
        }
        let (accepted, refused) = (check.accepted, check.refused)
        #expect(accepted > count / 5 && refused > count / 10, "\(accepted) accepted, \(refused) refused")
    }
}
