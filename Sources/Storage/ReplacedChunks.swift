import Catalog
import Synchronization
import SystemIO

/// Chunks that others have replaced, or that were dropped, and that nobody reads any more: their files may go.
///
/// A snapshot holds the `ChunkFile`s of its chunks, and with them everything that it may still open. A replaced one comes
/// here when the last snapshot with it has gone.
final class ReplacedChunks: Sendable {
    private let unused = Mutex<[ChunkRecord]>([])

    /// Has it come here once nobody uses its file.
    func replace(_ chunk: Chunk) {
        let record = chunk.record
        chunk.file.whenUnused { [self] in add([record]) }
    }

    func add(_ records: [ChunkRecord]) { unused.withLock { $0 += records } }

    /// Removes the files, and what the catalog knows of them.
    ///
    /// - Throws: when one cannot be removed. It stays here.
    func remove(
        folder: String, _ fileSystem: any FileSystem, _ catalog: Catalog, _ openChunks: OpenChunks
    ) throws {
        var left = takeAll()[...]
        defer { add(Array(left)) }
        while let record = left.first {
            let path = "\(folder)/\(record.path)"
            openChunks.forget(path)
            // The file first: one that the catalog has forgotten would be taken for one that it never knew.
            if fileSystem.exists(path) { try fileSystem.removeForGood(path) }
            Failpoint.pass("replaced.removed")
            try catalog.forget(record.id)
            left.removeFirst()
            Failpoint.pass("replaced.forgotten")
        }
    }

    private func takeAll() -> [ChunkRecord] {
        unused.withLock { unused in
            defer { unused = [] }
            return unused
        }
    }
}
