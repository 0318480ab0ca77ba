import Foundation
import Testing

/// Files that pyarrow writes, and the rows in them: scripts/python/write_parquet.py.
struct PyarrowFiles {
    struct Description: Decodable {
        let name: String
        let rowGroups: [Int]
        let columns: [String]
        let nested: [String]
        let hasIndex: Bool
        let encodings: [String]
    }

    struct File {
        let description: Description
        let bytes: [UInt8]
        /// One line of JSON for each row.
        let rowLines: [Substring]
    }

    let files: [File]
    /// A file with a codec that the reader does not know.
    let snappy: [UInt8]

    init(seed: Int, rowsMax: Int = 900) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = try Self.run("write_parquet.py", [folder.path, "\(seed)", "\(rowsMax)"])
        files = try output.split(separator: "\n").map { line in
            let description = try JSONDecoder().decode(Description.self, from: Data(line.utf8))
            let expected = try Data(contentsOf: folder.appending(path: "\(description.name).ndjson"))
            return File(
                description: description,
                bytes: [UInt8](try Data(contentsOf: folder.appending(path: "\(description.name).parquet"))),
                rowLines: String(decoding: expected, as: UTF8.self).split(separator: "\n"))
        }
        snappy = [UInt8](try Data(contentsOf: folder.appending(path: "snappy.parquet")))
    }

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func run(_ script: String, _ arguments: [String]) throws -> String {
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
}
