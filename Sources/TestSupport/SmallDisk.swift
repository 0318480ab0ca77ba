import Foundation
import Glibc

/// A real file system of a few megabytes in memory, for tests of a full disk. It takes the right to mount one.
public final class SmallDisk: Sendable {
    private let folder: TemporaryDirectory

    /// Whether this process may mount; where it may not, tests that need it are skipped.
    public static let isAvailable: Bool = (try? SmallDisk(megabytes: 1)) != nil

    public var path: String { folder.path }

    public init(megabytes: Int) throws {
        folder = try TemporaryDirectory()
        guard unsafe mount("lockstitch-test", folder.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit { unsafe umount2(folder.path, CInt(MNT_DETACH)) }

    /// Fills it with a file of zeros, until not a page fits.
    public func fill() throws {
        let descriptor = unsafe open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        for size in [1 << 20, 4_096, 1] {
            let zeros = [UInt8](repeating: 0, count: size)
            while unsafe write(descriptor, zeros, size) > 0 {}
        }
    }

    /// Makes room again.
    public func free() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }
}
