import ArgumentParser
import ConfigurationFiles
import Foundation
import Parsing

struct ParsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parsers", abstract: "List parser definitions, or test them.",
        subcommands: [ListParsers.self, TestParsers.self])
}

struct ListParsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Name and description of each definition, in the order in which they are tried.")

    @OptionGroup var options: ParserOptions

    func run() async throws {
        try await CommandFailure.exiting {
            let summaries = try options.load().summaries
            let width = summaries.map(\.name.count).max() ?? 0
            for (name, description) in summaries {
                try Terminal.write(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + description + "\n")
            }
        }
    }
}

struct TestParsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Check definitions and their samples.",
        discussion: """
            Without files all built-in definitions are checked. A definition that is wrong is named with file, line and \
            reason; for a sample that gives another record than it says, '-' is what it says and '+' what comes. The exit \
            status is 1 if anything is wrong.
            """)

    @Argument(help: "Definition files, or folders of them.")
    var paths: [String] = []

    func run() async throws {
        try await CommandFailure.exiting {
            var problems: [String] = []
            let definitions = try paths.isEmpty ? ParserSet.builtInDefinitions() : read(&problems)
            var samples = 0
            do throws(ConfigurationError) {
                let set = try ParserSet(try ParserSet.builtInDefinitions() + definitions)
                for definition in definitions {
                    samples += definition.samples.count
                    problems += SampleCheck.differences(of: definition, in: set).map(\.description)
                }
            } catch {
                problems.append(error.description)
            }
            for problem in problems { Terminal.writeError(problem) }
            try Terminal.write("\(definitions.count) definitions, \(samples) samples, \(problems.count) problems\n")
            if !problems.isEmpty { throw ExitCode(1) }
        }
    }

    /// The definitions of all paths; those that are wrong are added to `problems`.
    private func read(_ problems: inout [String]) throws -> [ParserDefinition] {
        var definitions: [ParserDefinition] = []
        for file in try paths.flatMap(Self.files) {
            do {
                let yaml = try String(contentsOfFile: file, encoding: .utf8)
                definitions.append(try ParserDefinition(yaml: yaml, file: file))
            } catch let error as ConfigurationError {
                problems.append(error.description)
            } catch {
                throw CommandFailure("cannot read '\(file)'", code: 2)
            }
        }
        return definitions
    }

    private static func files(_ path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure("there is no file or folder '\(path)'", code: 2)
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [path] }
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(path)/\($0)" }
    }
}
