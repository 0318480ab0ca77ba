import ArgumentParser
import FuzzSupport

struct DifferentialFuzz: Fuzzer {
    static let configuration = CommandConfiguration(
        commandName: "differential", abstract: "Lines of JSON, with Python's json module as the judge.")
    static let name = "differential"
    static let standardCount = 200_000
    /// Lines that one Python process judges.
    private static let batchSize = 20_000

    @OptionGroup var options: FuzzOptions

    static func fuzz(seed: UInt64, count: Int, plantsDefect: Bool, _ run: FuzzRun) throws -> String {
        var check = try PythonCheck(seed: seed, plantsDefect: plantsDefect)
        var done = 0
        while done < count {
            let lines = min(count - done, batchSize)
            run.begin()
            let differences = try check.differences(count: lines)
            guard differences.isEmpty else {
                let shortest = differences.sorted { $0.line.count < $1.line.count }[0]
                throw FuzzFailure(lines: [shortest.line], what: "\(shortest.what)\nand \(differences.count - 1) more")
            }
            run.finish(lines: lines)
            done += lines
        }
        return "\(check.accepted) accepted and \(check.refused) refused by both, the others not compared for their names"
    }
}
