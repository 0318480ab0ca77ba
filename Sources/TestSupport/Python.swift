import Foundation

/// The Python of the tests, with what scripts/python/requirements.txt names.
public enum Python {
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A process that runs a file of scripts/python.
    public static func process(_ script: String, _ arguments: [String] = []) -> Process {
        let process = Process()
        let python = ProcessInfo.processInfo.environment["LOCKSTITCH_PYTHON"] ?? root.appendingPathComponent(".venv/bin/python").path
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [root.appendingPathComponent("scripts/python/\(script)").path] + arguments
        return process
    }
}
