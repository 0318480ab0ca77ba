import Foundation
import Kernels
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

/// Chunks in the repository, of which each was written by an earlier version from the lines beside it. They must open
/// forever. Version 2 has distances to parents, UUIDs, word filters, and encodings chosen by compressed size.
@Suite struct OldChunkTests {
    @Test(arguments: [("chunk-v1", ["chunk-v1"]), ("chunk-v2", ["chunk-v1", "chunk-v2"])])
    func readsAsWhenItWasWritten(name: String, lines: [String]) throws {
        let chunk = Self.chunk(name)
        var memtable = Memtable()
        for lines in lines {
            memtable.append(batch(try String(contentsOfFile: Self.file("\(lines).ndjson"), encoding: .utf8)), now: 0, logSegment: 0)
        }
        let segments = memtable.segments
        let expected = try rows(of: Snapshot(segments: { _ in segments }, lookup: { _ in [] }))
        let found = try rows(of: Snapshot(segments: { _ in try chunk.segments() }, lookup: { _ in [] }))
        #expect(found == expected)
        #expect(found.count > 100)
    }

    /// The words of version 2 are found by what that version wrote, or queries would miss rows of old chunks.
    @Test func wordFiltersKeepTheirMeaning() throws {
        let segment = try #require(try Self.chunk("chunk-v2").segments().first)
        #expect(try Self.chunk("chunk-v1").segments().first?.words() == nil)
        let words = try #require(try segment.words())
        for text in ["dispatcherServlet", "dispatcherservlet", "Füße", "füße", "straße", "水"] {
            #expect(words.mayContain(wordHashes(Array(text.utf8)), field: "message", rows: 0..<1), "\(text)")
        }
        for text in ["dispatcher", "Fü", "needle", "nothing_of_it"] {
            #expect(!words.mayContain(wordHashes(Array(text.utf8)), field: "message", rows: 0..<1), "\(text)")
        }
        #expect(words.mayContain(wordHashes(Array("F81d4fae".utf8)), field: "odd_order", rows: 0..<1))
    }

    private static func chunk(_ name: String) -> ChunkFile {
        ChunkFile(path: file("\(name).parquet"), fileSystem: POSIXFileSystem(), open: OpenChunks())
    }

    private static func file(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
    }
}
