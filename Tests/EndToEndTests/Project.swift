import Foundation
import TestSupport

/// Files of the project, and the Python that checks them.
enum Project {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func file(_ path: String) -> String { root.appendingPathComponent(path).path }

    /// The command under test, beside the test bundle.
    static var lockstitch: URL {
        get throws {
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let beside = URL(fileURLWithPath: link).deletingLastPathComponent().appendingPathComponent("lockstitch")
            if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
            // The test helper of some toolchains lives elsewhere and loads the bundle named in its arguments.
            let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
            return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("lockstitch")
        }
    }

    /// All of the corpus where the machine has it, else the sample.
    static var trainTicket: [String] {
        let corpus = ["logs", "spans"].map { file("../shared/corpus/trainticket-\($0).ndjson.gz") }
        return corpus.allSatisfy(FileManager.default.fileExists(atPath:)) ? corpus : [file("Samples/trainticket.ndjson")]
    }

    /// Runs a checker of `scripts/python`.
    static func python(_ script: String, _ arguments: [String]) throws -> CommandResult {
        let environment = ProcessInfo.processInfo.environment["LOCKSTITCH_PYTHON"]
        let python = environment ?? file(".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw TestFailure("there is no Python environment with pyarrow and DuckDB; run scripts/test")
        }
        return try CommandResult.run(URL(fileURLWithPath: python), [file("scripts/python/\(script)")] + arguments)
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a command wrote, and how it ended.
struct CommandResult {
    let status: Int32
    let output: String
    let errors: String

    /// - Parameter environment: beside that of the tests.
    static func run(
        _ executable: URL, _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
    ) throws -> CommandResult {
        let process = Process()
        process.executableURL = executable
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.arguments = arguments
        let folder = try TemporaryDirectory()
        let files = try ["out", "err", "in"].map { name in
            let path = folder.file(name)
            try (name == "in" ? input ?? Data() : Data()).write(to: URL(fileURLWithPath: path))
            return path
        }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        process.standardInput = FileHandle(forReadingAtPath: files[2])
        try process.run()
        process.waitUntilExit()
        return CommandResult(
            status: process.terminationStatus, output: try String(contentsOfFile: files[0], encoding: .utf8),
            errors: try String(contentsOfFile: files[1], encoding: .utf8))
    }
}
