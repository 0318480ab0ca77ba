import Parsing
import TestSupport
import Testing

@testable import Collector
@testable import Storage

@Suite struct DamagedChunksTests {
    @Test func whatBecomesOfAChunkIsLogged() throws {
        let folder = try TemporaryDirectory()
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []))
        var parser = LineParser()
        _ = parser.parse(Array("{\"a\":1}\n{\"a\":2}".utf8), receivedAt: 0)
        try store.append(parser.takeBatch())
        try store.seal()
        let chunk = try #require(store.beginBackup().contents.chunks.first)
        let path = folder.file(chunk.path)
        let messages = LogMessages()
        let damagedChunks = DamagedChunks(store: store, logger: messages.logger)
        for kind in [ChunkDamage.Kind.unreadable, .damaged, .damaged] {
            damagedChunks.setAside(ChunkDamage(kind: kind, path: path, rowGroup: 0, column: "a", reason: "broken"))
        }
        let what = "cannot read chunk '\(path)', row group 0, column 'a': broken"
        #expect(messages.all == [
            "a chunk was left out: \(what)",
            "chunk '\(chunk.path)' was set aside, queries do without its 2 rows: \(what)",
            "a chunk was left out: \(what)",
        ])
        #expect(store.quarantinedChunks.count == 1)
    }
}
