import ArgumentParser
import Foundation
import Parquet

struct ChunksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chunks", abstract: "Look into the files in which the collector keeps its records.",
        subcommands: [InspectChunk.self])
}

struct InspectChunk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a Parquet file is made of: columns, encodings, statistics, and where the bytes go.",
        discussion: """
            Any Parquet file will do, not only those of a collector. See docs/CHUNKS.md.

            Examples:
              lockstitch chunks inspect lockstitch-data/data/2026-01-29/01KG3V4D7N7RA1N3S3WM4Y9S8C.parquet
              lockstitch chunks inspect --output json FILE | jq '.columns[:5]'
            """)

    @Argument(help: "The file.")
    var file: String

    @Option(help: "table or json (one object). Default: table.")
    var output: OutputFormat = .table

    func run() async throws {
        try await CommandFailure.exiting {
            let report = try report()
            switch output {
            case .table: try Terminal.write(report.text)
            case .json: try Terminal.write(try report.json() + "\n")
            }
        }
    }

    private func report() throws -> ChunkReport {
        do {
            return try ChunkReport(try FileReader(try FileSource(path: file)), path: file)
        } catch let error as ParquetError {
            throw CommandFailure("cannot read '\(file)': \(error.reason)", code: 2)
        }
    }
}
