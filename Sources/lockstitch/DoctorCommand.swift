import ArgumentParser
import Foundation
import Records
import Storage

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check a data folder: every byte of every chunk, the catalog, the write-ahead log, the disk, the clock.",
        discussion: """
            It reads all chunks and changes nothing, so a collector may run meanwhile. Exit status: 0 all is well, there may \
            be warnings; 1 there are problems.

            With --rebuild-catalog it makes catalog.sqlite anew from the chunks and keeps the old one beside it. No collector \
            may run on the folder then.
            """)

    @Option(name: [.customLong("data-dir"), .customLong("data")], help: "The data folder.")
    var data: String = "lockstitch-data"

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "text or json.")
    var output: Format = .text

    @Flag(help: "Make the catalog anew from the chunks alone.")
    var rebuildCatalog = false

    func run() async throws {
        try await CommandFailure.exiting {
            if rebuildCatalog { try rebuild() } else { try examine() }
        }
    }

    private func examine() throws {
        let line = ProgressLine("checked")
        let report = try Doctor(folder: data).run { line.show(part: $0, of: $1) }
        line.end()
        switch output {
        case .json: try write(report)
        case .text: try Terminal.write(Self.text(report))
        }
        if !report.ok { throw ExitCode(1) }
    }

    private func rebuild() throws {
        let line = ProgressLine("read")
        let report = try CatalogRebuild(folder: data, correlationIDs: FieldNames.correlationIDs).run {
            line.show(part: $0, of: $1)
        }
        line.end()
        switch output {
        case .json: try write(report)
        case .text:
            var text = "the catalog has \(report.chunks) chunks with \(report.rows) rows\n"
            if let old = report.oldCatalog { text += "the old one is '\(old)'\n" }
            for path in report.superseded { text += "left out '\(path)': its rows are elsewhere\n" }
            for finding in report.unreadable { text += Self.line(finding) }
            try Terminal.write(text)
        }
        if !report.unreadable.isEmpty { throw ExitCode(1) }
    }

    private func write(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try StandardOutput.write(try encoder.encode(value) + Data("\n".utf8))
    }

    // MARK: Text

    private static func text(_ report: DoctorReport) -> String {
        var text = "data folder  \(report.folder)\(report.isCollectorRunning ? ", a collector runs on it" : "")\n"
        text += "chunks       \(report.chunks), \(report.chunkRows) rows, \(report.chunkBytes) bytes\n"
        text += "log          \(report.logSegments) segments to replay, \(report.logRows) rows\n"
        text += "catalog      " + (report.catalogVersion.map { "version \($0)" } ?? "cannot be read") + "\n"
        if let free = report.freeBytes { text += "disk         \(free >> 20) MiB free\n" }
        for finding in report.findings { text += line(finding) }
        let problems = report.findings.count { $0.severity == .problem }
        return text + (problems == 0 ? "no problems\n" : "\(problems) \(problems == 1 ? "problem" : "problems")\n")
    }

    private static func line(_ finding: DoctorFinding) -> String {
        let place = (finding.file.map { "'\($0)'" } ?? "") + finding.placeInFile
        return "\(finding.severity.rawValue): \(place): \(finding.detail)\n"
    }
}
