import ArgumentParser
import Backup

struct PruneBackups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove old snapshots, and the chunks that no other snapshot has.")

    @OptionGroup var place: BackupTargetArgument

    @Option(help: "How many of the latest snapshots stay.")
    var keep: Int

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @Option(help: "text, or json.")
    var output: SummaryFormat = .text

    /// What `--output json` writes.
    private struct Summary: Encodable {
        let removedSnapshots: Int
        let removedChunks: Int
        let removedBytes: Int
        let snapshots: Int
    }

    func validate() throws {
        guard keep >= 1 else { throw ValidationError("--keep must be at least 1") }
    }

    func run() async throws {
        try await CommandFailure.exiting {
            let report = try await place.withTarget { target in
                try await BackupPruning(target).run(keep: keep, dryRun: dryRun)
            }
            switch output {
            case .text:
                try Terminal.write(
                    "\(dryRun ? "would remove" : "removed") \(CountText.text(report.snapshots, "snapshot")) and "
                        + "\(CountText.text(report.chunks, "chunk")), \(ByteText.text(report.bytes)); "
                        + "\(CountText.text(report.left, "snapshot")) left\n")
            case .json:
                try JSONLine.write(
                    Summary(
                        removedSnapshots: report.snapshots, removedChunks: report.chunks, removedBytes: report.bytes,
                        snapshots: report.left))
            }
        }
    }
}
