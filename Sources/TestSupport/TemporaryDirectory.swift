import Foundation

/// A folder that goes when it is no longer used.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    /// A copy of a folder as it is now.
    public convenience init(copyOf other: String) throws {
        try self.init()
        for name in try FileManager.default.contentsOfDirectory(atPath: other) {
            try FileManager.default.copyItem(atPath: "\(other)/\(name)", toPath: file(name))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { "\(path)/\(name)" }
}
