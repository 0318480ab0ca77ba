import ArgumentParser
import ConfigurationFiles
import Foundation
import Parsing
import Records

/// Where the definitions come from.
struct ParserOptions: ParsableArguments {
    @Option(help: "A folder of parser definitions, beside the built-in ones; see docs/PARSERS.md.")
    var parsers: String?

    func load(redactionKey: RedactionKey = .random) throws -> ParserSet {
        do {
            return try ParserSet.load(folder: parsers, redactionKey: redactionKey)
        } catch let error as ConfigurationError {
            throw CommandFailure(error.description, code: 2)
        } catch {
            throw CommandFailure("cannot read the parsers in '\(parsers ?? "")': \(error.localizedDescription)", code: 2)
        }
    }
}

struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Show what becomes of each line of a file, one JSON object a record.",
        discussion: """
            Examples:
              lockstitch parse /var/log/nginx/access.log
              lockstitch parse --parser postgresql postgresql.log
              journalctl -o json -n 20 | lockstitch parse -
            """)

    @Argument(help: "Files; '-' is standard input.")
    var files: [String]

    @Option(help: "auto, json, logfmt, text, or a definition; see 'lockstitch parsers list'.")
    var parser: String = "auto"

    @OptionGroup var options: ParserOptions

    func run() async throws {
        try await CommandFailure.exiting {
            let set = try options.load()
            let pinned = PinnedParser(parser)
            if case .definition(let name) = pinned, !set.has(name) {
                throw CommandFailure("there is no parser '\(name)'; see 'lockstitch parsers list'", code: 2)
            }
            var parser = LineParser(parsers: set)
            for file in files { try parser.parse(file: file, as: pinned, show) }
            let counted = parser.counters
            Terminal.writeError("records: \(counted.rows), with a parse_error: \(counted.malformedLines)")
        }
    }

    private func show(_ batch: RecordBatch) throws {
        var text: [UInt8] = []
        for record in batch.records {
            JSONText.append(record, to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        try StandardOutput.write(text)
    }
}
