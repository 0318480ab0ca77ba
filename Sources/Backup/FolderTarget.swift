import Glibc
public import SystemIO

/// Backups in a folder, such as one on another disk or of another machine.
public struct FolderTarget: BackupTarget {
    let path: String
    let fileSystem: any FileSystem

    public init(_ path: String, fileSystem: any FileSystem = POSIXFileSystem()) {
        self.path = path
        self.fileSystem = fileSystem
    }

    private static let unfinishedSuffix = ".tmp"

    public var description: String { "'\(path)'" }

    public var concurrency: Int { 1 }

    public func list(_ folder: BackupFolder) throws -> [BackupFile] {
        var paths = try names(in: folder.rawValue).map { "\(folder.rawValue)/\($0)" }
        // Chunks are in folders of days.
        if folder == .chunks { paths = try paths.flatMap { day in try names(in: day).map { "\(day)/\($0)" } } }
        return try paths.filter { !$0.hasSuffix(Self.unfinishedSuffix) }.map { name in
            BackupFile(name: name, bytes: try fileSystem.open("\(path)/\(name)").byteCount)
        }
    }

    private func names(in folder: String) throws -> [String] {
        do throws(SystemIOError) {
            return try fileSystem.list("\(path)/\(folder)")
        } catch {
            guard error.code == ENOENT else { throw error }
            return []
        }
    }

    public func create(_ name: String) throws -> any BackupFileWriter {
        let folder = Self.folder("\(path)/\(name)")
        if !fileSystem.exists(folder) {
            try fileSystem.createDirectory(folder)
            try fileSystem.syncDirectory(Self.folder(folder))
            try fileSystem.syncDirectory(path)
        }
        let unfinished = "\(path)/\(name)\(Self.unfinishedSuffix)"
        return Writer(
            file: try fileSystem.create(unfinished), fileSystem: fileSystem, path: "\(path)/\(name)", unfinished: unfinished)
    }

    fileprivate static func folder(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private struct Writer: BackupFileWriter {
        let file: any WritableFile
        let fileSystem: any FileSystem
        let path: String
        let unfinished: String

        func append(_ bytes: [UInt8]) throws { try file.append(bytes) }

        func finish() throws {
            try file.sync()
            try file.close()
            Failpoint.pass("backup.file.synced")
            try fileSystem.rename(unfinished, to: path)
            try fileSystem.syncDirectory(FolderTarget.folder(path))
        }

        func abandon() { try? fileSystem.remove(unfinished) }
    }

    public func read(_ name: String, at offset: Int, count: Int) throws -> [UInt8] {
        do throws(SystemIOError) {
            return try fileSystem.open("\(path)/\(name)").read(at: offset, count: count)
        } catch {
            if error.code == ENOENT { throw BackupFileMissing(name) }
            throw error
        }
    }

    public func remove(_ names: [String]) throws {
        for name in names { try fileSystem.remove("\(path)/\(name)") }
        for folder in Set(names.map { Self.folder("\(path)/\($0)") }) { try fileSystem.syncDirectory(folder) }
    }

    public func removeUnfinished() throws {
        for folder in ["snapshots", "unfinished"] + (try names(in: "chunks").map { "chunks/\($0)" }) {
            for name in try names(in: folder) where name.hasSuffix(Self.unfinishedSuffix) {
                try fileSystem.remove("\(path)/\(folder)/\(name)")
            }
        }
    }

    public func lock() throws -> (any FileLock)? {
        try fileSystem.createDirectory(path)
        return try fileSystem.lock("\(path)/lock")
    }
}
