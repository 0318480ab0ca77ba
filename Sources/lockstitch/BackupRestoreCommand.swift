import ArgumentParser
import Backup
import LogsQL
import Records

struct RestoreBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder of a snapshot.",
        discussion: """
            The folder must be empty or missing. If the command is cut short, the same command goes on; until it is done no \
            collector opens the folder.

            Examples:
              lockstitch backup restore /mnt/backup lockstitch-data
              lockstitch backup restore /mnt/backup lockstitch-data --until 2024-03-01T12:00:00Z
            """)

    @OptionGroup var place: BackupTargetArgument

    @Argument(help: "The data folder to make.")
    var folder: String

    @Option(help: "The snapshot. Default: the latest.")
    var snapshot: String?

    @Option(
        help: """
            Only chunks whose first row is not later than this time, such as 2024-03-01T12:00:00Z, or than the end of this \
            day, such as 2024-03-01. A chunk comes whole; see docs/BACKUP.md.
            """)
    var until: String?

    @Flag(help: "Leave out chunks that are missing or damaged, and say which rows these have.")
    var skipDamaged = false

    @Option(help: "text, or json.")
    var output: SummaryFormat = .text

    /// What `--output json` writes.
    private struct Summary: Encodable {
        let snapshot: String
        let chunks: Int
        let rows: Int
        let bytes: Int
        let laterChunks: Int
        let leftOut: [String]
    }

    func validate() throws { _ = try untilTime() }

    private func untilTime() throws -> Int64? {
        guard let until else { return nil }
        guard let time = CalendarTime(until) else {
            throw ValidationError("--until must be a time such as 2024-03-01T12:00:00Z or 2024-03-01, not '\(until)'")
        }
        return time.last
    }

    func run() async throws {
        try await CommandFailure.exiting {
            let (manifest, report) = try await place.withTarget(restore)
            try show(manifest, report)
        }
    }

    private func restore(_ target: any BackupTarget) async throws -> (BackupManifest, BackupRestore.Report) {
        let manifest = try await target.snapshot(snapshot)
        let line = ProgressLine("copied")
        defer { line.end() }
        var restore = BackupRestore(from: target)
        restore.until = try untilTime()
        restore.skipsDamaged = skipDamaged
        restore.progress = line.show
        restore.indexProgress = { line.show("indexed \(CountText.text($0, "chunk"))") }
        return (manifest, try await restore.run(manifest, into: folder, correlationIDs: FieldNames.correlationIDs))
    }

    private func show(_ manifest: BackupManifest, _ report: BackupRestore.Report) throws {
        for text in report.damaged { Terminal.writeError("lockstitch: warning: \(text)") }
        switch output {
        case .text:
            let later = report.laterChunks > 0 ? "; without \(CountText.text(report.laterChunks, "later chunk"))" : ""
            try Terminal.write(
                "restored snapshot \(manifest.id) to '\(folder)': \(CountText.text(report.chunks, "chunk")), "
                    + "\(CountText.text(report.rows, "row")), \(ByteText.text(report.bytes))\(later)\n")
        case .json:
            try JSONLine.write(
                Summary(
                    snapshot: manifest.id, chunks: report.chunks, rows: report.rows, bytes: report.bytes,
                    laterChunks: report.laterChunks, leftOut: report.damaged))
        }
        if !report.damaged.isEmpty { throw ExitCode(1) }
    }
}
