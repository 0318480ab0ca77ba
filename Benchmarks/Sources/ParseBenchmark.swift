import ArgumentParser
import Foundation
import Parsing
import Records

/// Bytes in memory to batches, on one thread.
struct ParseBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse", abstract: "Bytes to column batches, on one core.")

    @Argument(help: "Files of lines.") var files: [String]
    @Option(help: "Times over each file in one run.") var repeated = 5
    @Option(help: "Runs; the median is printed.") var runs = 7
    @Option(help: "The parser of all lines: auto, or the name of a definition.") var parser = "auto"

    @Option(help: "A folder of definitions beside the built-in ones.") var parsers: String?

    func run() throws {
        let set = try ParserSet.load(folder: parsers)
        let source = LineSource(parser: PinnedParser(parser))
        for file in files {
            let input = try Input(file, repeated: repeated)
            let frames = input.frames(of: 1 << 20)
            let measured = try (0..<runs).map { _ in try Measurement.of { try parse(frames, set, source, expecting: input.rows) } }
            let median = measured.sorted { $0.wallSeconds < $1.wallSeconds }[runs / 2]
            print((file as NSString).lastPathComponent, median, bytes: input.bytes.count, rows: input.rows)
        }
    }

    private func parse(_ frames: [[UInt8]], _ set: ParserSet, _ source: LineSource, expecting rows: Int) throws {
        var parser = LineParser(parsers: set)
        var parsed = 0
        for frame in frames {
            var progress = LineParser.Progress()
            repeat {
                progress = parser.parse(frame, after: progress, receivedAt: 0, source: source)
                parsed += parser.takeBatch().rowCount
            } while progress.isBatchFull
        }
        guard parsed == rows else { throw ValidationError("parsed \(parsed) rows of \(rows)") }
    }
}
