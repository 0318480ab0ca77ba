import ArgumentParser
import Collector
import Sampling

struct SamplingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampling", abstract: "Try rules of sampling out.",
        subcommands: [SamplingCheck.self, SamplingExplain.self])
}

struct SamplingCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration file; an error names file and line.")

    @Argument(help: "The configuration file.") var file: String

    func run() async throws {
        try await CommandFailure.exiting {
            let sampling = try ConfigurationOptions.load(file).sampling
            let count = sampling?.rules.count ?? 0
            try Terminal.write("\(file): \(count) \(count == 1 ? "rule" : "rules") of sampling\n")
        }
    }
}
