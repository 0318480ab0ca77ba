import ArgumentParser
import Backup
import Foundation
import Records
import Storage

struct ListBackups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the snapshots of a backup, oldest first.")

    @OptionGroup var place: BackupTargetArgument

    @Option(help: "table, or json (one object a line). Default: table on a terminal, else json.")
    var output: OutputFormat?

    /// What `--output json` writes.
    private struct Line: Encodable {
        let snapshot: String
        let time: String
        let chunks: Int
        let rows: Int
        let bytes: Int
        /// Of chunks that no earlier snapshot has.
        let newBytes: Int
        let first: String?
        let last: String?
        let version: String
    }

    func run() async throws {
        try await CommandFailure.exiting {
            let (manifests, problems) = try await place.withTarget { try await $0.manifests() }
            var known: Set<String> = []
            let lines = manifests.map { manifest in
                let new = manifest.entries.filter { known.insert($0.name).inserted }
                return Line(
                    snapshot: manifest.id, time: Self.second(manifest.time), chunks: manifest.entries.count, rows: manifest.rows,
                    bytes: manifest.bytes, newBytes: new.reduce(0) { $0 + $1.chunk.bytes },
                    first: (manifest.times?.lowerBound).map(Timestamp.text), last: (manifest.times?.upperBound).map(Timestamp.text),
                    version: manifest.version)
            }
            switch output ?? (Terminal.isInteractive ? .table : .json) {
            case .json: for line in lines { try JSONLine.write(line) }
            case .table: try showTable(lines)
            }
            for problem in problems { Terminal.writeError("lockstitch: \(problem)") }
            if !problems.isEmpty { throw ExitCode(1) }
        }
    }

    /// Without fractions of a second.
    private static func second(_ time: Int64) -> String { Timestamp.text(time - time % Timestamp.nanosecondsPerSecond) }

    private func showTable(_ lines: [Line]) throws {
        var table = TextTable(
            ["snapshot", "time", "chunks", "rows", "size", "new", "first row", "last row"], numeric: [2, 3, 4, 5])
        for line in lines {
            table.add([
                line.snapshot, line.time, String(line.chunks), String(line.rows), ByteText.text(line.bytes),
                ByteText.text(line.newBytes), line.first ?? "", line.last ?? "",
            ])
        }
        try Terminal.write(table.text)
    }
}
