import ArgumentParser
import Backup
import Foundation
import Records
import Storage

struct CreateBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a snapshot.",
        discussion: """
            The collector goes on meanwhile; rows that it has acknowledged before the command begins are in the snapshot. If \
            it is not running, give --data with its folder.

            Examples:
              lockstitch backup create /mnt/backup
              lockstitch backup create /mnt/backup --data lockstitch-data
              lockstitch backup create s3://bucket/lockstitch
            """)

    @OptionGroup var place: BackupTargetArgument

    @Option(help: "The data folder, when no collector runs.")
    var data: String?

    @Option(help: "text, or json.")
    var output: SummaryFormat = .text

    @OptionGroup var server: ServerOptions

    /// What `--output json` writes.
    private struct Summary: Encodable {
        let snapshot: String
        let chunks: Int
        let rows: Int
        let bytes: Int
        let copiedChunks: Int
        let copiedBytes: Int
    }

    func run() async throws {
        try await CommandFailure.exiting {
            try show(try await place.withTarget(create))
        }
    }

    private func create(_ target: any BackupTarget) async throws -> BackupCreation.Report {
        guard let data else { return try await create(from: CollectorSource(try server.client()), target) }
        let store = try offlineStore(data)
        let result: Result<BackupCreation.Report, any Error>
        do { result = .success(try await create(from: StoreSource(store), target)) } catch { result = .failure(error) }
        try store.close()
        return try result.get()
    }

    private func create(from source: any BackupSource, _ target: any BackupTarget) async throws -> BackupCreation.Report {
        let line = ProgressLine("copied")
        defer { line.end() }
        var creation = BackupCreation(from: source, to: target, version: Version.current)
        creation.progress = line.show
        return try await creation.run()
    }

    private func offlineStore(_ folder: String) throws -> Store {
        guard FileManager.default.fileExists(atPath: folder + "/catalog.sqlite") else {
            throw CommandFailure("'\(folder)' is no data folder of a collector", code: 2)
        }
        return try Store(folder: folder, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
    }

    private func show(_ report: BackupCreation.Report) throws {
        let manifest = report.manifest
        for omission in manifest.extras.omissions { Terminal.writeError("lockstitch: warning: not in the backup: \(omission)") }
        switch output {
        case .text:
            try Terminal.write(
                "snapshot \(manifest.id): \(CountText.text(manifest.entries.count, "chunk")), "
                    + "\(CountText.text(manifest.rows, "row")), \(ByteText.text(manifest.bytes)); "
                    + "copied \(CountText.text(report.copiedChunks, "chunk")), \(ByteText.text(report.copiedBytes))\n")
        case .json:
            try JSONLine.write(
                Summary(
                    snapshot: manifest.id, chunks: manifest.entries.count, rows: manifest.rows, bytes: manifest.bytes,
                    copiedChunks: report.copiedChunks, copiedBytes: report.copiedBytes))
        }
    }
}

/// How a command that does something says what it did.
enum SummaryFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// One JSON object a line on standard output.
enum JSONLine {
    static func write(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try StandardOutput.write(try encoder.encode(value) + Data("\n".utf8))
    }
}
