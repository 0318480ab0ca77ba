import ArgumentParser
import FuzzSupport

struct CanaryFuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canary", abstract: "Changes a bit of what was parsed, and succeeds if every fuzzer finds that.")

    @Argument(help: "The seed; a new one if it is left out.") var seed: UInt64?

    func run() throws {
        let fuzzers: [any Fuzzer.Type] = [LinesFuzz.self, DefinitionsFuzz.self, DifferentialFuzz.self]
        for fuzzer in fuzzers where try !finds(fuzzer, seed: seed ?? FuzzSettings.seed) {
            print("Fuzz \(fuzzer.name) does not find a planted defect")
            throw ExitCode.failure
        }
        print("All found the planted defect, as they must.")
    }

    private func finds(_ fuzzer: any Fuzzer.Type, seed: UInt64) throws -> Bool {
        do {
            try fuzzer.run(seed: seed, count: 2_000, plantsDefect: true)
            return false
        } catch let code as ExitCode where code == .failure {
            return true
        }
    }
}
