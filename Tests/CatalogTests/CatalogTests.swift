import Foundation
import GRDB
import TestSupport
import Testing

@testable import Catalog

@Suite struct CatalogTests {
    @Test func remembersChunksAndRetiredSegments() throws {
        try withCatalogPath { path in
            let catalog = try Catalog(path: path)
            #expect(try catalog.retiredSegment == 0)
            #expect(try catalog.chunks().isEmpty)
            let second = try catalog.publish([publication("b", times: 200...300)], retiring: 7)[0]
            let first = try catalog.publish([publication("a", times: 100...250)], retiring: 9)[0]
            #expect(try catalog.chunks() == [first, second])
            try catalog.close()

            let again = try Catalog(path: path)
            #expect(try again.chunks() == [first, second])
            #expect(try again.retiredSegment == 9)
            #expect(
                try again.columns(ofChunk: first.id) == [
                    ChunkColumnRecord(name: "time", type: "INT64", values: 3),
                    ChunkColumnRecord(name: "a.b", type: "BYTE_ARRAY", values: 1),
                ])
        }
    }

    @Test func publishesAllOrNothing() throws {
        try withCatalogPath { path in
            let catalog = try Catalog(path: path)
            _ = try catalog.publish([publication("a", times: 1...2)], retiring: 3)
            // The same path again breaks a constraint after nothing else was wrong.
            #expect(throws: DatabaseError.self) {
                try catalog.publish([publication("b", times: 3...4), publication("a", times: 5...6)], retiring: 4)
            }
            #expect(try catalog.retiredSegment == 3)
            #expect(try catalog.chunks().count == 1)
            #expect(try catalog.locate(hash: 42).count == 1)
        }
    }

    /// Log segments go right after a commit, so a commit that is not on disk is a chunk that a power cut forgets.
    @Test func everyCommitReachesTheDisk() throws {
        try withCatalogPath { path in
            let catalog = try Catalog(path: path)
            #expect(try catalog.synchronous == 2)
            _ = try catalog.publish([publication("a", times: 1...2)], retiring: 1)
            #expect(try catalog.synchronous == 2)
            try catalog.close()
            #expect(try Catalog(path: path).synchronous == 2, "a catalog that was there")
        }
    }

    @Test func refusesADatabaseOfANewerVersion() throws {
        try withCatalogPath { path in
            try Catalog(path: path).close()
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')") }
            try queue.close()
            #expect(throws: CatalogError.self) { try Catalog(path: path) }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3]) func locatesEveryIDAndNoOther(seed: UInt64) throws {
        try withCatalogPath { path in
            let catalog = try Catalog(path: path)
            var random = SeededRandom(seed: seed)
            var expected: [UInt64: Set<[Int]>] = [:]
            for number in 0..<12 {
                let entries = (0..<random.pick([3, 300, 2_000])).map { _ in
                    IDEntry(
                        hash: ids[Int(random.next() % UInt64(ids.count))], rowGroup: UInt16(random.next() % 4),
                        page: UInt16(random.next() % 16))
                }
                let chunk = try catalog.publish([publication("\(number)", times: 0...1, ids: entries)], retiring: 1)[0]
                if number > 0 { while random.chance(80), try catalog.mergeIndex(entriesMax: 1 + random.below(1_500)) {} }
                for entry in entries {
                    expected[entry.hash, default: []].insert([Int(chunk.id), Int(entry.rowGroup), Int(entry.page)])
                }
            }
            // Entries of chunks that are gone go, the others stay.
            let gone = try catalog.chunks().map(\.id).filter { _ in random.chance(40) }
            _ = try catalog.replace(gone, with: [])
            for id in gone { try catalog.forget(id) }
            while try catalog.mergeIndex(entriesMax: 700) {}
            for id in ids { expected[id] = expected[id]?.filter { !gone.contains(Int64($0[0])) } }
            for id in ids {
                let found = try catalog.locate(hash: id).map { [Int($0.chunk), $0.rowGroup, $0.page] }
                #expect(Set(found.filter { !gone.contains(Int64($0[0])) }) == expected[id] ?? [], "seed \(seed), id \(id)")
                #expect(Set(found).count == found.count, "seed \(seed): a page twice")
            }
            #expect(try catalog.locate(hash: 0xdead_beef_dead_beef).isEmpty)
        }
    }

    /// A backup has the chunks, and what is kept; a table that is in neither list would be lost.
    @Test func everyTableIsKeptOrRebuilt() throws {
        try withCatalogPath { path in
            let catalog = try Catalog(path: path)
            for name in try catalog.tableNames {
                #expect(Catalog.keptTableNames.contains(name) != Catalog.rebuiltTables.contains(name), "\(name)")
            }
        }
    }

    @Test func whatIsKeptIsRestored() throws {
        let folder = try TemporaryDirectory()
        let catalog = try Catalog(path: folder.file("a"))
        try catalog.trust(1_234_567_890_123_456_789)
        let kept = try catalog.keptTables()
        let decoded = try JSONDecoder().decode([KeptTable].self, from: JSONEncoder().encode(kept))
        #expect(decoded == kept)
        let other = try Catalog(path: folder.file("b"))
        try other.trust(1)
        try other.restore(decoded)
        #expect(try other.trustedTime == 1_234_567_890_123_456_789)
        #expect(try other.keptTables() == kept)
    }

    @Test(arguments: [
        KeptTable(name: "sqlite_master", columns: ["name"], rows: []),
        KeptTable(name: "chunk", columns: ["id"], rows: [[.integer(1)]]),
        KeptTable(name: "retention_clock", columns: ["id", "x) VALUES (1,1); DROP TABLE chunk; --"], rows: []),
        KeptTable(name: "retention_clock", columns: ["id", "trusted_time"], rows: [[.integer(1)]]),
    ])
    func whatIsNoKeptTableIsRefused(_ table: KeptTable) throws {
        try withCatalogPath { path in
            let catalog = try Catalog(path: path)
            #expect(throws: CatalogError.self) { try catalog.restore([table]) }
            #expect(try catalog.chunks().isEmpty)
        }
    }

    @Test func valuesOfAllTypesSurviveJSON() throws {
        let values: [CatalogValue] = [.null, .integer(.max), .integer(-1), .real(0.5), .text("a\"ü"), .text("1"), .blob([0, 255])]
        #expect(try JSONDecoder().decode([CatalogValue].self, from: JSONEncoder().encode(values)) == values)
    }

    /// Some share a bucket, neighbours differ in the last bit that is kept.
    private let ids: [UInt64] =
        (0..<500).map { UInt64($0) &* 0x9e37_79b9_7f4a_7c15 }
        + (0..<50).map { 0x4200_0000_0000_0000 | UInt64($0) << 24 }

    private func publication(
        _ name: String, times: ClosedRange<Int64>,
        ids: [IDEntry] = [IDEntry(hash: 42, rowGroup: 0, page: 0)]
    ) -> ChunkPublication {
        ChunkPublication(
            path: "data/\(name).parquet", minTime: times.lowerBound, maxTime: times.upperBound, rows: 3, bytes: 1_000,
            columns: [
                ChunkColumnRecord(name: "time", type: "INT64", values: 3),
                ChunkColumnRecord(name: "a.b", type: "BYTE_ARRAY", values: 1),
            ], ids: ids, day: 0)
    }

    private func withCatalogPath(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryDirectory()
        try body(folder.file("catalog.sqlite"))
    }
}
