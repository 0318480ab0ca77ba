import Records
import Storage
import TestSupport
import Testing

@Suite struct QueryCachesTests {
    private let folder: TemporaryDirectory
    private let store: Store

    init() throws {
        folder = try TemporaryDirectory()
        store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: ["id"]))
        for minute in 0..<2 {
            let lines = (0..<30).map { row in
                "{\"time\":\(1_700_000_000_000 + minute * 60_000 + row),\"service\":\"s\(row % 3)\",\"level\":\"info\",\"n\":\(row)}"
            }
            try store.append(batch(lines.joined(separator: "\n")))
            try store.seal()
        }
    }

    @Test func columnsOfAChunkThatIsGoneGoWithIt() throws {
        for segment in try store.snapshot().segments(overlapping: nil) { _ = try segment.column("n", rows: 0..<30) }
        #expect(store.caches.columns.counts.entries == 2)
        for segment in try store.snapshot().segments(overlapping: nil) { _ = try segment.column("n", rows: 0..<30) }
        #expect(store.caches.columns.counts.hits == 2)
        #expect(try store.compactIfDue() != nil)
        #expect(store.caches.columns.counts.entries == 0 && store.caches.columns.counts.bytes == 0)
        try store.close()
    }

    @Test func readsAreNoted() throws {
        let counts = ReadCounts()
        for _ in 0..<3 {
            for segment in try store.snapshot().segments(overlapping: nil) {
                _ = try segment.counting(into: counts).column("service", rows: 0..<30)
            }
        }
        #expect(counts.decodedColumns == 2 && counts.cachedColumns == 4 && counts.decodedBytes > 0)
        try store.close()
    }

    @Test func countsTellAllRows() throws {
        let snapshot = store.snapshot()
        for segment in try snapshot.segments(overlapping: nil) {
            let counts = try #require(try segment.identity.flatMap { try snapshot.counts(ofChunkWith: $0) })
            #expect(counts.rows.sorted() == [10, 10, 10] && counts.timeRange == segment.timeRange)
            #expect(Set((0..<3).compactMap { counts.services.text($0) }) == ["s0", "s1", "s2"])
            #expect((0..<3).allSatisfy { counts.levels.text($0) == "info" })
        }
        try store.close()
    }

    @Test func countsAreNotOfSampledRows() throws {
        try store.append(batch("{\"time\":1700000000000,\"service\":\"s\",\"_weight\":4}"))
        try store.seal()
        let snapshot = store.snapshot()
        let known = try snapshot.segments(overlapping: nil).map { segment in
            try segment.identity.flatMap { try snapshot.counts(ofChunkWith: $0) } != nil
        }
        #expect(known.count { $0 } == 2)
        try store.close()
    }

    @Test func rangesOfPages() throws {
        let segment = try #require(try store.snapshot().segments(overlapping: nil).first)
        #expect(try segment.range("n", rows: 0..<30) == .integers(0...29))
        #expect(try segment.range("time", rows: 0..<30) == .integers(segment.timeRange))
        #expect(try segment.range("service", rows: 0..<30) == nil && segment.range("nowhere", rows: 0..<30) == nil)
        try store.close()
    }
}
