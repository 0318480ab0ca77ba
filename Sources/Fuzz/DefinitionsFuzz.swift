import ArgumentParser
import FuzzSupport
import Parsing
import TestSupport

struct DefinitionsFuzz: Fuzzer {
    static let configuration = CommandConfiguration(
        commandName: "definitions", abstract: "Lines through the built-in definitions, told apart and pinned, also cut up.")
    static let name = "definitions"
    static let standardCount = 200_000

    @OptionGroup var options: FuzzOptions

    static func fuzz(seed: UInt64, count: Int, plantsDefect: Bool, _ run: FuzzRun) throws -> String {
        var check = try DefinitionsCheck(plantsDefect: plantsDefect)
        var lines = RandomDefinitionLines(seed: seed, samples: check.samples)
        var done = 0
        while done < count {
            let stream = (0..<min(count - done, 1 + lines.random.below(50))).map { _ in LineBytes.exactly(lines.next()) }
            try run.begin(Array(stream.joined(separator: [0x0a])))
            for line in stream {
                let name = lines.random.chance(60) ? "auto" : lines.random.pick(check.names)
                if let problem = check.problem(line, by: PinnedParser(name), comparesFresh: lines.random.chance(3)) {
                    throw FuzzFailure(lines: [line], what: "by \(name): \(problem)")
                }
            }
            let name = lines.random.chance(60) ? "auto" : lines.random.pick(check.names)
            try cut(stream, by: name, cutSeed: lines.random.next(), &check)
            run.finish(lines: stream.count)
            done += stream.count
        }
        return "\(check.names.count) ways to pin, \(check.samples.count) samples"
    }

    private static func cut(
        _ lines: [[UInt8]], by name: String, cutSeed: UInt64, _ check: inout DefinitionsCheck
    ) throws {
        let stream = LineBytes.exactly(Array(lines.joined(separator: [0x0a])))
        func problem(_ stream: [UInt8], _ check: inout DefinitionsCheck) -> String? {
            var random = SeededRandom(seed: cutSeed)
            return check.problem(stream, cutInto: RandomFrames.cut(stream, &random), by: PinnedParser(name))
        }
        guard let found = problem(stream, &check) else { return }
        func problemAlone(_ lines: [[UInt8]]) throws -> String? {
            var fresh = try DefinitionsCheck()
            return problem(Array(lines.joined(separator: [0x0a])), &fresh)
        }
        guard try problemAlone(lines) != nil else { throw FuzzFailure(lines: lines, what: FuzzFailure.onlyAfterOthers(found)) }
        let fewer = try Reduction.reduce(lines) { try problemAlone($0) != nil }
        throw FuzzFailure(lines: fewer, what: "by \(name): \(try problemAlone(fewer) ?? found)")
    }
}
