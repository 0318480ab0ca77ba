import Catalog
import Foundation
import Stitching
import TestSupport
import Testing

@testable import Storage

@Suite struct CatalogRebuildTests {
    private let folder: TemporaryDirectory
    private static let correlationIDs = ["request_id", "trace_id"]

    init() throws { folder = try TemporaryDirectory() }

    private func open() throws -> Store {
        var options = StoreOptions(correlationIDs: Self.correlationIDs)
        options.rowGroupRows = 64
        options.pageRows = 16
        return try Store(folder: folder.path, options: options)
    }

    /// Rows of three services and two levels, some with weights, on two days.
    private static func lines(_ seqs: Range<Int>) -> String {
        seqs.map { seq in
            "{\"time\":\"2024-01-0\(1 + seq % 2)T10:\(10 + seq % 40):00Z\",\"seq\":\(seq),\"service\":\"s\(seq % 3)\","
                + (seq % 5 == 0 ? "" : "\"level\":\"\(seq % 7 == 0 ? "error" : "info")\",") + (seq % 4 == 0 ? "\"_weight\":2.5," : "")
                + "\"request_id\":\"req-\(seq)\",\"trace_id\":\"\(String(format: "%032x", seq / 4 + 1))\"}"
        }.joined(separator: "\n")
    }

    /// What the catalog says of each chunk, and where it finds each id, without the numbers that chunks have in it.
    private func contents(_ catalog: Catalog) throws -> [String] {
        let chunks = try catalog.chunks()
        let paths = Dictionary(uniqueKeysWithValues: chunks.map { ($0.id, $0.path) })
        var texts = try chunks.flatMap { chunk in
            [
                "\(chunk.path) \(chunk.minTime) \(chunk.maxTime) \(chunk.rows) \(chunk.bytes) \(chunk.day ?? -1) \(chunk.level) "
                    + "\(chunk.hotSince ?? -1)"
            ]
                + (try catalog.columns(ofChunk: chunk.id).map { "\(chunk.path) \($0)" })
        }
        for seq in 0..<700 {
            let found = try catalog.locate(hash: CorrelationIDs.hash("req-\(seq)"))
            // The index has entries of chunks that have gone, until its runs are merged.
            texts += found.compactMap { id in paths[id.chunk].map { "req-\(seq): \($0) \(id.rowGroup) \(id.page)" } }.sorted()
        }
        let rollup = try catalog.rollup(minutes: .min ... .max)
        return texts + rollup.cells.map { "\($0)" } + ["\(rollup.uncountedChunks.count) chunks are not counted"]
    }

    /// What queries read of the catalog is as sealing and merging had written it: counts by minute, columns, ids.
    @Test func saysOfChunksWhatSealingAndMergingSaid() throws {
        let store = try open()
        for start in stride(from: 0, to: 600, by: 100) {
            try store.append(batch(Self.lines(start..<start + 100)))
            try store.seal()
        }
        #expect(try store.compactIfDue() != nil)
        try store.removeReplacedChunks()
        store.use(ThirdsSampler())
        try store.append(batch(Self.lines(600..<700)))
        try store.seal()
        #expect(store.hotCounts.chunks == 2)
        let before = try contents(store.catalog)
        #expect(before.count { $0.hasPrefix("req-") } == 700)
        #expect(before.contains { $0.hasPrefix("RollupCell") && $0.hasSuffix(".5)") })
        try store.close()

        let report = try CatalogRebuild(folder: folder.path, correlationIDs: Self.correlationIDs).run()
        #expect(report.rows == 700 && report.unreadable.isEmpty && report.superseded.isEmpty)
        let again = try open()
        #expect(try contents(again.catalog) == before)
        try again.close()
    }
}
