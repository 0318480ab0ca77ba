import Glibc
import Synchronization
public import SystemIO

/// A disk in memory that can fail and crash.
///
/// Bytes are safe after `sync`, names after `syncDirectory`; a crash keeps those, and of the rest a part that the seed
/// decides. Folders themselves need no sync.
public final class SimulatedFileSystem: FileSystem {
    /// What to fail, from the next such call on.
    public struct Faults: Sendable {
        /// Bytes on the whole disk; a write beyond writes what fits and fails.
        public var capacity = Int.max
        public var appendError: Int32?
        public var truncateError: Int32?
        public var syncError: Int32?
        public var createError: Int32?
        /// Calls that still work: after so many the disk is gone, and every further one that would change it fails.
        public var callsLeft = Int.max
        /// Bytes of the next append that fails, of those that fit; nil for half of them.
        public var shortAppend: Int?
        /// Bytes of a file that cannot be read.
        public var unreadable: (path: String, range: Range<Int>)?

        public init() {}
    }

    fileprivate final class Node: Sendable {
        struct Contents {
            var bytes: [UInt8] = []
            var durableCount = 0
        }

        let contents = Mutex(Contents())
    }

    private struct State {
        var folders: Set<String> = []
        var files: [String: Node] = [:]
        var durableFiles: [String: Node] = [:]
        var locked: Set<String> = []
        var faults = Faults()
        var crashes = 0
    }

    private let state = Mutex(State())

    public init() {}

    public var faults: Faults {
        get { state.withLock { $0.faults } }
        set { state.withLock { $0.faults = newValue } }
    }

    /// Power is lost: what was open is of no use any more, and what was not synced may be gone.
    public func crash(_ random: inout SeededRandom) {
        state.withLock { state in
            for node in state.durableFiles.values {
                node.contents.withLock { contents in
                    let unsynced = max(0, contents.bytes.count - contents.durableCount)
                    let kept = contents.durableCount + (unsynced == 0 ? 0 : Int.random(in: 0...unsynced, using: &random))
                    contents.bytes.removeLast(contents.bytes.count - min(kept, contents.bytes.count))
                    // A page that was allocated but not written reads as zeros.
                    if kept > contents.durableCount, random.chance(30) {
                        let hole = Int.random(in: contents.durableCount..<kept, using: &random)
                        for index in hole..<kept { contents.bytes[index] = 0 }
                    }
                    contents.durableCount = contents.bytes.count
                }
            }
            state.files = state.durableFiles
            state.locked = []
            state.faults = Faults()
            state.crashes += 1
        }
    }

    /// Flips one bit of a file.
    public func corrupt(_ path: String, at offset: Int) {
        state.withLock { state in
            state.files[path]?.contents.withLock { $0.bytes[offset] ^= 0x10 }
        }
    }

    // MARK: FileSystem

    public func createDirectory(_ path: String) { _ = state.withLock { $0.folders.insert(path) } }

    public func list(_ path: String) throws(SystemIOError) -> [String] {
        state.withLock { state in
            let names = (Array(state.files.keys) + state.folders).compactMap { name -> String? in
                guard name.hasPrefix(path + "/") else { return nil }
                return name.dropFirst(path.count + 1).split(separator: "/").first.map(String.init)
            }
            return Set(names).sorted()
        }
    }

    public func create(_ path: String) throws(SystemIOError) -> any WritableFile {
        try countCall("create", path)
        let node = Node()
        let (error, crashes) = state.withLock { state in
            if state.faults.createError == nil { state.files[path] = node }
            return (state.faults.createError, state.crashes)
        }
        if let error { throw SystemIOError("create", path, code: error) }
        return SimulatedWritableFile(system: self, node: node, path: path, crashes: crashes)
    }

    public func open(_ path: String) throws(SystemIOError) -> any ReadableFile {
        guard let node = state.withLock({ $0.files[path] }) else { throw SystemIOError("open", path, code: ENOENT) }
        return SimulatedReadableFile(system: self, node: node, path: path)
    }

    public func rename(_ path: String, to newPath: String) throws(SystemIOError) {
        try countCall("rename", path)
        let found = state.withLock { state in
            guard let node = state.files.removeValue(forKey: path) else { return false }
            state.files[newPath] = node
            return true
        }
        if !found { throw SystemIOError("rename", path, code: ENOENT) }
    }

    public func link(_ path: String, to newPath: String) throws(SystemIOError) {
        try countCall("link", path)
        let error: Int32? = state.withLock { state in
            guard let node = state.files[path] else { return ENOENT }
            if let error = state.faults.createError { return error }
            if state.files[newPath] == nil { state.files[newPath] = node }
            return nil
        }
        if let error { throw SystemIOError("link", path, code: error) }
    }

    public func remove(_ path: String) throws(SystemIOError) {
        try countCall("remove", path)
        // Gone at once, also for a crash: that a removed file comes back is tested by putting it back.
        let found = state.withLock { state in
            state.durableFiles[path] = nil
            return state.files.removeValue(forKey: path) != nil
        }
        if !found { throw SystemIOError("remove", path, code: ENOENT) }
    }

    public func exists(_ path: String) -> Bool {
        state.withLock { $0.files[path] != nil || $0.folders.contains(path) }
    }

    public func truncate(_ path: String, to count: Int) throws(SystemIOError) {
        try countCall("truncate", path)
        guard let node = state.withLock({ $0.files[path] }) else { throw SystemIOError("truncate", path, code: ENOENT) }
        node.truncate(to: count)
    }

    public func syncDirectory(_ path: String) throws(SystemIOError) {
        try countCall("sync", path)
        let error = state.withLock { state in
            if state.faults.syncError == nil {
                for name in state.durableFiles.keys where name.hasPrefix(path + "/") && state.files[name] == nil {
                    state.durableFiles[name] = nil
                }
                for (name, node) in state.files where name.hasPrefix(path + "/") { state.durableFiles[name] = node }
            }
            return state.faults.syncError
        }
        if let error { throw SystemIOError("sync", path, code: error) }
    }

    public func lock(_ path: String) throws(SystemIOError) -> any FileLock {
        guard state.withLock({ $0.locked.insert(path).inserted }) else {
            throw SystemIOError("lock", path, code: EWOULDBLOCK)
        }
        return SimulatedLock { [self] in _ = state.withLock { $0.locked.remove(path) } }
    }

    // MARK: Files

    /// Fails when the disk crashed after the file was opened, or with the fault that is set.
    fileprivate func check(
        _ operation: String, _ path: String, crashes: Int, _ fault: (Faults) -> Int32?
    ) throws(SystemIOError) {
        try countCall(operation, path)
        let error = state.withLock { $0.crashes == crashes ? fault($0.faults) : EIO }
        if let error { throw SystemIOError(operation, path, code: error) }
    }

    /// Fails when the disk has gone.
    private func countCall(_ operation: String, _ path: String) throws(SystemIOError) {
        let isGone = state.withLock { state in
            if state.faults.callsLeft == .max { return false }
            state.faults.callsLeft = max(0, state.faults.callsLeft - 1)
            return state.faults.callsLeft == 0
        }
        if isGone { throw SystemIOError(operation, path, code: EIO) }
    }

    fileprivate var room: Int {
        state.withLock { state in
            state.faults.capacity - state.files.values.reduce(0) { $0 + $1.contents.withLock { $0.bytes.count } }
        }
    }
}

extension SimulatedFileSystem.Node {
    fileprivate func truncate(to count: Int) {
        contents.withLock { contents in
            contents.bytes.removeLast(max(0, contents.bytes.count - count))
            contents.durableCount = min(contents.durableCount, count)
        }
    }
}

private final class SimulatedWritableFile: WritableFile {
    private let system: SimulatedFileSystem
    private let node: SimulatedFileSystem.Node
    private let path: String
    private let crashes: Int

    init(system: SimulatedFileSystem, node: SimulatedFileSystem.Node, path: String, crashes: Int) {
        self.system = system
        self.node = node
        self.path = path
        self.crashes = crashes
    }

    var byteCount: Int { node.contents.withLock { $0.bytes.count } }

    func append(_ bytes: [UInt8]) throws(SystemIOError) {
        try system.check("write", path, crashes: crashes) { _ in nil }
        let fits = max(0, min(bytes.count, system.room))
        let error = system.faults.appendError ?? (fits < bytes.count ? ENOSPC : nil)
        let written = error == nil ? bytes.count : min(fits, system.faults.shortAppend ?? bytes.count / 2, bytes.count - 1)
        node.contents.withLock { $0.bytes += bytes[..<written] }
        if let error { throw SystemIOError("write", path, code: error) }
    }

    func truncate(to count: Int) throws(SystemIOError) {
        try system.check("truncate", path, crashes: crashes) { $0.truncateError }
        node.truncate(to: count)
    }

    func sync() throws(SystemIOError) {
        try system.check("sync", path, crashes: crashes) { $0.syncError }
        node.contents.withLock { $0.durableCount = $0.bytes.count }
    }

    func close() throws(SystemIOError) {}
}

private struct SimulatedReadableFile: ReadableFile {
    let system: SimulatedFileSystem
    let node: SimulatedFileSystem.Node
    let path: String

    var byteCount: Int { node.contents.withLock { $0.bytes.count } }

    func read(at offset: Int, count: Int) throws(SystemIOError) -> [UInt8] {
        if let bad = system.faults.unreadable, bad.path == path, bad.range.overlaps(offset..<offset + count) {
            throw SystemIOError("read", path, code: EIO)
        }
        return node.contents.withLock { contents in
            guard offset < contents.bytes.count else { return [] }
            return Array(contents.bytes[offset..<min(contents.bytes.count, offset + count)])
        }
    }
}

private struct SimulatedLock: FileLock {
    let unlock: @Sendable () -> Void

    func release() { unlock() }
}
