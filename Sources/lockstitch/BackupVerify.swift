import ArgumentParser
import Backup

struct VerifyBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read all files of a snapshot, and say what is missing or damaged.",
        discussion: "The exit status is 1 if anything is.")

    @OptionGroup var place: BackupTargetArgument

    @Option(help: "The snapshot. Default: the latest.")
    var snapshot: String?

    @Flag(help: "All snapshots; each chunk is read once.")
    var all = false

    @Flag(help: "Decode all pages too, which finds what was damaged before it was copied.")
    var deep = false

    @Option(help: "text, or json.")
    var output: SummaryFormat = .text

    /// What `--output json` writes.
    private struct Summary: Encodable {
        let snapshots: Int
        let chunks: Int
        let bytes: Int
        let problems: [String]
    }

    func validate() throws {
        guard snapshot == nil || !all else { throw ValidationError("give --snapshot or --all, not both") }
    }

    func run() async throws {
        try await CommandFailure.exiting {
            try show(try await place.withTarget(verify))
        }
    }

    private func verify(_ target: any BackupTarget) async throws -> Summary {
        let (manifests, problems) = all ? try await target.manifests() : ([try await target.snapshot(snapshot)], [])
        let line = ProgressLine("verified")
        defer { line.end() }
        var verification = BackupVerification(target)
        verification.isDeep = deep
        verification.progress = line.show
        let report = try await verification.run(manifests)
        return Summary(
            snapshots: manifests.count, chunks: report.chunks, bytes: report.bytes, problems: problems + report.problems)
    }

    private func show(_ summary: Summary) throws {
        switch output {
        case .text:
            for problem in summary.problems { Terminal.writeError("lockstitch: \(problem)") }
            try Terminal.write(
                "\(CountText.text(summary.snapshots, "snapshot")), \(CountText.text(summary.chunks, "chunk")), "
                    + "\(ByteText.text(summary.bytes)): "
                    + (summary.problems.isEmpty ? "all is well\n" : "\(CountText.text(summary.problems.count, "problem"))\n"))
        case .json: try JSONLine.write(summary)
        }
        if !summary.problems.isEmpty { throw ExitCode(1) }
    }
}
