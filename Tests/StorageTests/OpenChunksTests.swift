import Foundation
import Records
import Storage
import TestSupport
import Testing

@Suite struct OpenChunksTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func queriesOfManyChunksKeepFewOfThemOpen() throws {
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: ["id"]))
        let count = 80
        for seq in 0..<count {
            try store.append(batch("{\"seq\":\(seq),\"id\":\"id-\(seq)\"}"))
            try store.seal()
        }
        let snapshot = store.snapshot()
        let segments = try snapshot.segments(overlapping: nil)
        #expect(segments.count == count)
        for _ in 0..<2 {
            let found = try segments.map { try $0.column("seq", rows: 0..<1).text(0) }
            #expect(found == (0..<count).map(String.init))
            #expect(try openChunks() <= 64)
        }
        for seq in 0..<count { #expect(try snapshot.locate(id: "id-\(seq)").count == 1) }
        #expect(try (1...64).contains(openChunks()), "those read last stay open")
        try store.close()
    }

    /// The chunks of this test's folder that this process has open.
    private func openChunks() throws -> Int {
        let descriptors = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: descriptors).count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(name)")
            return target.map { $0.contains(folder.path) && $0.hasSuffix(".parquet") } ?? false
        }
    }
}
