import ArgumentParser
import FuzzSupport

@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Fuzz", abstract: "Feeds Lockstitch with random input and checks what comes of it.",
        discussion: """
            Each prints its seed, with which it does the same again. A failure prints the lines that show it, and what \
            is wrong with their rows; the exit code is then 1. After a crash, the input stands in the file that was named \
            at the start.
            """,
        subcommands: [
            LinesFuzz.self, DefinitionsFuzz.self, DifferentialFuzz.self, ReplayFuzz.self, SmokeFuzz.self, CanaryFuzz.self,
            OverreadFuzz.self,
        ])
}

/// What all fuzzers are told.
struct FuzzOptions: ParsableArguments {
    @Argument(help: "The seed; a new one if it is left out.") var seed: UInt64?
    @Option(help: "How many lines.") var count: Int?
    @Flag(help: "Change a bit of what was parsed: the fuzzer must find that.") var plantDefect = false
}

/// One kind of fuzzing.
protocol Fuzzer: ParsableCommand {
    static var name: String { get }
    static var standardCount: Int { get }

    /// Feeds `count` lines, and throws `FuzzFailure` where something is wrong.
    ///
    /// - Returns: what the lines were like.
    static func fuzz(seed: UInt64, count: Int, plantsDefect: Bool, _ run: FuzzRun) throws -> String

    var options: FuzzOptions { get }
}

extension Fuzzer {
    func run() throws {
        let count = options.count ?? Self.standardCount
        guard count > 0 else { throw ValidationError("--count must be at least 1") }
        try Self.run(seed: options.seed ?? FuzzSettings.seed, count: count, plantsDefect: options.plantDefect)
    }

    /// Says what is done, and whether it went well.
    static func run(seed: UInt64, count: Int, plantsDefect: Bool = false) throws {
        let run = FuzzRun(name: name, seed: seed, count: count)
        do {
            run.succeed(try fuzz(seed: seed, count: count, plantsDefect: plantsDefect, run))
        } catch let failure as FuzzFailure {
            run.fail(failure)
            throw ExitCode.failure
        }
    }
}

/// Lines with which something is wrong.
struct FuzzFailure: Error {
    let lines: [[UInt8]]
    let what: String

    static func onlyAfterOthers(_ problem: String) -> String {
        "\(problem)\nThe lines alone give no failure, only after the input before them: repeat it with its seed."
    }
}
