import ArgumentParser
import ConfigurationFiles
import Foundation
import Parsing
import Records
import Shipping
import SystemIO

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
            for file in files { try show(file, LineSource(parser: pinned, name: file), &parser) }
            let counted = parser.counters
            Terminal.writeError("records: \(counted.rows), with a parse_error: \(counted.malformedLines)")
        }
    }

    private func show(_ file: String, _ source: LineSource, _ parser: inout LineParser) throws {
        let clock = SystemWallClock()
        var lines: [UInt8] = []
        do {
            let reader = try InputReader(file == "-" ? .standardInput : .file(file))
            while let block = try reader.nextBlock() {
                let searched = lines.count
                lines += block
                guard let newline = lines[searched...].lastIndex(of: UInt8(ascii: "\n")) else { continue }
                let whole = Array(lines[...newline])
                let open = try show(whole, source, &parser, receivedAt: clock.now(), isFinal: false)
                lines.replaceSubrange(...newline, with: open)
            }
        } catch let error as ShipError {
            throw CommandFailure(error.description, code: 2)
        }
        _ = try show(lines, source, &parser, receivedAt: clock.now(), isFinal: true)
    }

    /// Shows the records of `lines`, and returns the lines of those that may go on.
    private func show(
        _ lines: [UInt8], _ source: LineSource, _ parser: inout LineParser, receivedAt: Int64, isFinal: Bool
    ) throws -> [UInt8] {
        var progress = LineParser.Progress()
        repeat {
            progress = parser.parse(lines, after: progress, receivedAt: receivedAt, source: source, isFinal: isFinal)
            var text: [UInt8] = []
            for record in parser.takeBatch().records {
                JSONText.append(record, to: &text)
                text.append(UInt8(ascii: "\n"))
            }
            try StandardOutput.write(text)
        } while progress.isBatchFull
        return progress.openBytes(of: lines)
    }
}
