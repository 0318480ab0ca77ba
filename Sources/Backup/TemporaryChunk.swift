import Foundation
import Glibc
import SystemIO

/// A chunk's bytes in a file of the machine's temporary folder, as long as this is kept.
final class TemporaryChunk: Sendable {
    let path: String
    private let file: any WritableFile

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString).parquet").path
        file = try POSIXFileSystem().create(path)
    }

    deinit { try? POSIXFileSystem().remove(path) }

    func append(_ bytes: [UInt8]) throws { try file.append(bytes) }
}

extension SystemIOError {
    /// Whether the disk does not give the bytes of a file.
    var isDamage: Bool { operation == "read" && code == EIO }
}
