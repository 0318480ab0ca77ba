public import SystemIO

/// Where backups are kept: files by name, which change only as a whole.
public protocol BackupTarget: Sendable {
    /// How messages name it.
    var description: String { get }

    /// How many files may well be written or read at once.
    var concurrency: Int { get }

    /// All files under a top folder with their sizes, sorted by name; none if there is no such folder.
    func list(_ folder: BackupFolder) async throws -> [BackupFile]

    /// A file that is there, in the place of an earlier one, once `finish` was called.
    func create(_ name: String) async throws -> any BackupFileWriter

    /// Some bytes of a file; fewer only at its end.
    /// - Throws: `BackupFileMissing` when it is not there.
    func read(_ name: String, at offset: Int, count: Int) async throws -> [UInt8]

    func remove(_ names: [String]) async throws

    /// Removes what was written of files that were never finished, by others than now write.
    func removeUnfinished() async throws

    /// Keeps others from changing the target, as far as it can do that; nil if it cannot.
    /// - Throws: when another has it.
    func lock() async throws -> (any FileLock)?
}

public enum BackupFolder: String, Sendable, CaseIterable {
    case chunks, snapshots, unfinished
}

public struct BackupFile: Sendable, Hashable {
    public let name: String
    public let bytes: Int

    public init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}

/// A file in the making. Calls must not overlap.
public protocol BackupFileWriter: Sendable {
    func append(_ bytes: [UInt8]) async throws
    func finish() async throws
    /// Takes back what was written.
    func abandon() async
}

public struct BackupFileMissing: Error, CustomStringConvertible {
    public let name: String

    public init(_ name: String) { self.name = name }

    public var description: String { "'\(name)' is missing" }
}

extension BackupTarget {
    func write(_ bytes: [UInt8], to name: String) async throws {
        let file = try await create(name)
        do {
            try await file.append(bytes)
            try await file.finish()
        } catch {
            await file.abandon()
            throw error
        }
    }

    /// The manifests of all snapshots, oldest first, without those that cannot be read, and what is wrong with these.
    public func manifests() async throws -> (manifests: [BackupManifest], problems: [String]) {
        var (manifests, problems): ([BackupManifest], [String]) = ([], [])
        for file in try await list(.snapshots) where BackupNames.id(file.name) != nil {
            do {
                manifests.append(try await manifest(file.name))
            } catch {
                problems.append("\(error)")
            }
        }
        return (manifests, problems)
    }

    func manifest(_ name: String) async throws -> BackupManifest {
        var bytes: [UInt8] = []
        var pieces = FilePieces(target: self, name: name)
        while let piece = try await pieces.next() { bytes += piece }
        return try BackupManifest.decoded(bytes, name: name)
    }

    /// Nil for one that has gone, or is damaged.
    func manifestIfReadable(_ name: String) async throws -> BackupManifest? {
        do {
            return try await manifest(name)
        } catch let error where error is BackupFileMissing || error is BackupError {
            return nil
        }
    }

    /// - Parameter id: nil for the latest snapshot.
    public func snapshot(_ id: String?) async throws -> BackupManifest {
        let names = try await list(.snapshots).map(\.name).filter { BackupNames.id($0) != nil }
        guard let name = id.map(BackupNames.snapshot) ?? names.last else {
            throw BackupError("there is no snapshot in \(description)")
        }
        guard names.contains(name) else {
            throw BackupError("there is no snapshot '\(id ?? "")' in \(description); see 'lockstitch backup list'")
        }
        return try await manifest(name)
    }
}

/// All bytes of a file in a target, piece by piece.
struct FilePieces {
    let target: any BackupTarget
    let name: String
    private var offset = 0
    private var isAtEnd = false

    static let bytesMax = 8 << 20

    init(target: any BackupTarget, name: String) {
        self.target = target
        self.name = name
    }

    /// Nil at the end.
    /// - Throws: as `BackupTarget.read`.
    mutating func next() async throws -> [UInt8]? {
        guard !isAtEnd else { return nil }
        let piece = try await target.read(name, at: offset, count: Self.bytesMax)
        offset += piece.count
        isAtEnd = piece.count < Self.bytesMax
        return piece.isEmpty ? nil : piece
    }
}
