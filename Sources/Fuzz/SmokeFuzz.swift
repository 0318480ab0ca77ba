import ArgumentParser
import FuzzSupport

struct SmokeFuzz: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "smoke", abstract: "All of them for some seconds.")

    @Argument(help: "The seed; a new one if it is left out.") var seed: UInt64?

    func run() throws {
        let seed = seed ?? FuzzSettings.seed
        try LinesFuzz.run(seed: seed, count: 600_000)
        try DefinitionsFuzz.run(seed: seed, count: 150_000)
        try DifferentialFuzz.run(seed: seed, count: 120_000)
    }
}
