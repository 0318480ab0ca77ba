import Synchronization
public import Storage

/// What is backed up. Chunks stay there from `begin` to `end`.
public protocol BackupSource: Sendable {
    func begin() async throws -> BackupContents

    /// Some bytes of a chunk; fewer only at its end.
    func read(_ chunk: BackupContents.Chunk, at offset: Int, count: Int) async throws -> [UInt8]

    func end() async
}

/// A store of this process.
public final class StoreSource: BackupSource {
    private let store: Store
    private let view = Mutex<BackupView?>(nil)

    public init(_ store: Store) { self.store = store }

    public func begin() throws -> BackupContents {
        let view = try store.beginBackup()
        self.view.withLock { $0 = view }
        return view.contents
    }

    public func read(_ chunk: BackupContents.Chunk, at offset: Int, count: Int) throws -> [UInt8] {
        guard let bytes = try view.withLock({ $0 })?.read(chunk.path, at: offset, count: count) else {
            throw BackupError("cannot read chunk '\(chunk.path)': it is not among those that are backed up")
        }
        return bytes
    }

    public func end() { view.withLock { $0 = nil } }
}
