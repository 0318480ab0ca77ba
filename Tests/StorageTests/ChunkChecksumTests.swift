import Foundation
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

@Suite struct ChunkChecksumTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func chunk() throws -> String {
        var random = SeededRandom(seed: 5)
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: ["trace_id"]))
        try store.append(batch(RandomLines.make(count: 40, &random)))
        try store.seal()
        let path = try #require(store.liveChunks.first?.file.path)
        try store.close()
        return path
    }

    /// One bit anywhere in a chunk: doctor finds it, and says in which part of the file it is.
    @Test func everyFlippedBitIsFoundAndNamed() throws {
        let path = try chunk()
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try ChunkChecksum.check(POSIXFileSystem().open(path)) == true)
        let disk = SimulatedFileSystem()
        for offset in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            bytes[offset] ^= 1 << UInt8(offset % 8)
            let file = try disk.create("chunk")
            try file.append(bytes)
            let problems = ChunkCheck(path: "chunk", fileSystem: disk).problems()
            #expect(!problems.isEmpty, "byte \(offset)")
            #expect(problems.allSatisfy { $0.file == "chunk" }, "byte \(offset)")
        }
    }

    /// What says where rows are and how they are pruned is checked before a query uses it.
    @Test func everyFlippedBitOfTheFooterIsFoundOnOpening() throws {
        let path = try chunk()
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let footer = try ChunkChecksum.footer(POSIXFileSystem().open(path)).count
        let disk = SimulatedFileSystem()
        for offset in whole.count - footer..<whole.count {
            var bytes = whole
            bytes[offset] ^= 1 << UInt8(offset % 8)
            let file = try disk.create("chunk")
            try file.append(bytes)
            // The whole checksum covers itself as zeros, and so does the footer's.
            let isOfWhole = ChunkChecksum.digits(of: ChunkNames.checksum, in: whole)?.contains(offset) ?? false
            let opened = ChunkFile(path: "chunk", fileSystem: disk, open: OpenChunks(countMax: 1))
            if !isOfWhole { #expect(throws: ChunkDamage.self, "byte \(offset)") { try opened.segments() } }
        }
    }
}
