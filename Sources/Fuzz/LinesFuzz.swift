import ArgumentParser
import FuzzSupport

struct LinesFuzz: Fuzzer {
    static let configuration = CommandConfiguration(
        commandName: "lines", abstract: "JSON, logfmt and text: along shapes, directly and by the tokenizers.")
    static let name = "lines"
    static let standardCount = 1_000_000

    @OptionGroup var options: FuzzOptions

    static func fuzz(seed: UInt64, count: Int, plantsDefect: Bool, _ run: FuzzRun) throws -> String {
        var inputs = try RandomInputs(seed: seed)
        var check = try LinesCheck(plantsDefect: plantsDefect)
        var done = 0
        while done < count {
            let (input, lines) = inputs.next(linesMax: count - done)
            try run.begin(input)
            if let problem = check.problem(input) {
                throw try failure(input, problem, plantsDefect: plantsDefect)
            }
            run.finish(lines: lines)
            done += lines
        }
        let counts = check.counts
        return "\(counts.rows) rows, \(counts.malformed) of them malformed, \(counts.learned) shapes learned"
    }

    /// The fewest lines of `input` that fail with parsers that have seen no others.
    static func failure(_ input: [UInt8], _ problem: String, plantsDefect: Bool) throws -> FuzzFailure {
        func problemAlone(_ lines: [[UInt8]]) throws -> String? {
            var check = try LinesCheck(plantsDefect: plantsDefect)
            return check.problem(LineBytes.exactly(Array(lines.joined(separator: [0x0a]))))
        }
        let all = input.split(separator: 0x0a, omittingEmptySubsequences: false).map { Array($0) }
        guard try problemAlone(all) != nil else {
            return FuzzFailure(lines: all, what: FuzzFailure.onlyAfterOthers(problem))
        }
        let lines = try Reduction.reduce(all) { try problemAlone($0) != nil }
        return FuzzFailure(lines: lines, what: try problemAlone(lines) ?? problem)
    }
}
