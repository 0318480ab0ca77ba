import Foundation
import Testing

/// The Python of the tests, which scripts/test installs.
enum Python {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter script: of scripts/python.
    /// - Returns: its standard output.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        let python = ProcessInfo.processInfo.environment["LOCKSTITCH_PYTHON"].map { URL(filePath: $0) }
            ?? root.appending(path: ".venv/bin/python")
        try #require(
            FileManager.default.isExecutableFile(atPath: python.path),
            "cannot run Python: \(python.path) is missing; run scripts/test, which makes it, or set LOCKSTITCH_PYTHON")
        let process = Process()
        process.executableURL = python
        process.arguments = [root.appending(path: "scripts/python/\(script)").path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script) failed; its error stands above")
        return String(decoding: data, as: UTF8.self)
    }

    /// Runs `body` with a folder that is then removed.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
