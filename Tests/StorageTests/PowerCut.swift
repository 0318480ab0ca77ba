import Glibc
import Synchronization
import SystemIO
import TestSupport

/// A simulated disk whose power goes at a certain operation: that one and all later ones fail, until `restore`.
final class PowerCut: FileSystem {
    let disk = SimulatedFileSystem()
    private let left = Mutex(Int.max)

    /// After so many operations that change the disk the power goes.
    func cut(after operations: Int) { left.withLock { $0 = operations } }

    var isCut: Bool { left.withLock { $0 <= 0 } }

    /// What was not synced is gone, in part.
    func restore(_ random: inout SeededRandom) {
        disk.crash(&random)
        left.withLock { $0 = .max }
    }

    fileprivate func step(_ operation: String, _ path: String) throws(SystemIOError) {
        let isOver = left.withLock { left in
            if left > 0 { left -= 1 }
            return left <= 0
        }
        if isOver { throw SystemIOError(operation, path, code: EIO) }
    }

    func create(_ path: String) throws(SystemIOError) -> any WritableFile {
        try step("create", path)
        return CutFile(file: try disk.create(path), path: path, power: self)
    }

    func createDirectory(_ path: String) throws(SystemIOError) { disk.createDirectory(path) }
    func list(_ path: String) throws(SystemIOError) -> [String] { try disk.list(path) }
    func open(_ path: String) throws(SystemIOError) -> any ReadableFile { try disk.open(path) }
    func exists(_ path: String) -> Bool { disk.exists(path) }
    func lock(_ path: String) throws(SystemIOError) -> any FileLock { try disk.lock(path) }

    func rename(_ path: String, to newPath: String) throws(SystemIOError) {
        try step("rename", path)
        try disk.rename(path, to: newPath)
    }

    func remove(_ path: String) throws(SystemIOError) {
        try step("remove", path)
        try disk.remove(path)
    }

    func truncate(_ path: String, to count: Int) throws(SystemIOError) {
        try step("truncate", path)
        try disk.truncate(path, to: count)
    }

    func syncDirectory(_ path: String) throws(SystemIOError) {
        let wasCut = isCut
        do {
            try step("sync", path)
        } catch {
            // The power may go right after the names are on disk; that it goes before is a cut of the operation before.
            if !wasCut { try disk.syncDirectory(path) }
            throw error
        }
        try disk.syncDirectory(path)
    }
}

private final class CutFile: WritableFile {
    let file: any WritableFile
    let path: String
    let power: PowerCut

    init(file: any WritableFile, path: String, power: PowerCut) {
        self.file = file
        self.path = path
        self.power = power
    }

    var byteCount: Int { file.byteCount }

    func append(_ bytes: [UInt8]) throws(SystemIOError) {
        try power.step("write", path)
        try file.append(bytes)
    }

    func truncate(to count: Int) throws(SystemIOError) {
        try power.step("truncate", path)
        try file.truncate(to: count)
    }

    func sync() throws(SystemIOError) {
        try power.step("sync", path)
        try file.sync()
    }

    func close() throws(SystemIOError) { try file.close() }
}
