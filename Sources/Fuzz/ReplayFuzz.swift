import ArgumentParser
import Foundation
import FuzzSupport
import Parsing

struct ReplayFuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Checks the input of a file, such as a crash has left, in every way but Python's.")

    @Argument(help: "The file.") var file: String

    func run() throws {
        let input = LineBytes.exactly(Array(try Data(contentsOf: URL(filePath: file))))
        var lines = try LinesCheck()
        var problems = [lines.problem(input), lines.problem(input), lines.problem(input)].compactMap { $0 }
        var definitions = try DefinitionsCheck()
        for name in definitions.names {
            guard let problem = definitions.problem(input, by: PinnedParser(name), comparesFresh: true) else { continue }
            problems.append("by \(name): \(problem)")
        }
        print(problems.isEmpty ? "All is well." : problems.joined(separator: "\n"))
        if !problems.isEmpty { throw ExitCode.failure }
    }
}
