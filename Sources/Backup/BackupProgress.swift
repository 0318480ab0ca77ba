import Storage
import Synchronization

/// How far the copying or reading of chunks has come.
public struct BackupProgress: Sendable, Equatable {
    public internal(set) var chunks = 0
    public internal(set) var bytes = 0
    public let chunksTotal: Int
    public let bytesTotal: Int
}

/// Called from any thread, after each piece.
public typealias BackupProgressHandler = @Sendable (BackupProgress) -> Void

/// Counts for several who work at once.
final class ProgressCount: Sendable {
    private let progress: Mutex<BackupProgress>
    private let report: BackupProgressHandler

    init(_ entries: [BackupManifest.Entry], _ report: @escaping BackupProgressHandler) {
        let bytes = entries.reduce(0) { $0 + $1.chunk.bytes }
        progress = Mutex(BackupProgress(chunksTotal: entries.count, bytesTotal: bytes))
        self.report = report
    }

    init(chunks: Int, bytes: Int, _ report: @escaping BackupProgressHandler) {
        progress = Mutex(BackupProgress(chunksTotal: chunks, bytesTotal: bytes))
        self.report = report
    }

    func add(bytes: Int) {
        report(
            progress.withLock { progress in
                progress.bytes += bytes
                return progress
            })
    }

    func addChunk() {
        report(
            progress.withLock { progress in
                progress.chunks += 1
                return progress
            })
    }
}

/// Calls `body` with each element, for so many at once. The first error ends it.
func forEach<Element: Sendable>(
    _ elements: [Element], concurrency: Int, _ body: @escaping @Sendable (Element) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, element) in elements.enumerated() {
            if index >= concurrency { try await group.next() }
            group.addTask { try await body(element) }
        }
        try await group.waitForAll()
    }
}
