import Foundation
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

/// Chunks in the repository, of which each was written by an earlier version from the lines beside it. They must open
/// forever.
@Suite struct OldChunkTests {
    @Test(arguments: ["chunk-v1"]) func readsAsWhenItWasWritten(name: String) throws {
        let chunk = ChunkFile(path: Self.file("\(name).parquet"), fileSystem: POSIXFileSystem(), open: OpenChunks())
        var memtable = Memtable()
        memtable.append(batch(try String(contentsOfFile: Self.file("\(name).ndjson"), encoding: .utf8)), now: 0)
        let segments = memtable.segments
        let expected = try rows(of: Snapshot(segments: { _ in segments }, lookup: { _ in [] }))
        let found = try rows(of: Snapshot(segments: { _ in try chunk.segments() }, lookup: { _ in [] }))
        #expect(found == expected)
        #expect(found.count > 100)
    }

    private static func file(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
    }
}
