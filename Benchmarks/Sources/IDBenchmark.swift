import ArgumentParser
import Catalog
import Foundation
import Records
import Storage
import Traces

/// Lookups in the id index of catalogs with few and with many chunks.
struct IDBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ids", abstract: "Looks ids up in catalogs of several numbers of chunks.")

    @Option(help: "Numbers of chunks.") var chunks: [Int] = [1, 1_000]
    @Option(help: "Distinct ids of a chunk; each stands on one page.") var idsPerChunk = 20_000
    @Option(help: "Lookups of ids that are there, and as many of ids that are not.") var lookups = 5_000

    func run() throws {
        for count in chunks { try measure(count) }
        for count in chunks { try measureStore(count) }
    }

    /// Whole requests, out of the chunks themselves: five rows each, a thousand requests a chunk.
    private func measureStore(_ chunkCount: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
        for chunk in 0..<chunkCount {
            try store.append(batch(chunk))
            try store.seal()
            while try store.mergeIndexIfDue() {}
        }
        let found = try times(ContinuousClock()) { lookup in
            let id = id(lookup &* 7_919 % chunkCount, lookup &* 104_729 % 1_000)
            let records = try TraceLookup(snapshot: store.snapshot()).request(id: id).records
            guard records.count == 5 else { throw ValidationError("\(records.count) of 5 records were found") }
        }
        print("\(chunkCount) chunks of 1000 requests: all records of one in \(found) (median, 99 %)")
        try store.close()
    }

    private func batch(_ chunk: Int) -> RecordBatch {
        let texts = (0..<5_000).map { id(chunk, $0 / 5) }
        var ends: [UInt32] = []
        for text in texts { ends.append((ends.last ?? 0) + UInt32(text.utf8.count)) }
        let column = TextColumn(
            name: FieldNames.traceID, kinds: .string, bytes: texts.flatMap(\.utf8), ends: ends, rows: nil)
        return RecordBatch(times: (0..<5_000).map { Int64(chunk * 5_000 + $0) * 1_000_000 }, columns: [column])
    }

    private func id(_ chunk: Int, _ request: Int) -> String {
        let digits = String(hash(chunk, request), radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }

    private func measure(_ chunkCount: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("catalog.sqlite").path
        let catalog = try Catalog(path: path)
        var merging = Duration.zero
        let clock = ContinuousClock()
        for chunk in 0..<chunkCount {
            let entries = (0..<idsPerChunk).map { index in
                IDEntry(
                    hash: hash(chunk, index), rowGroup: UInt16(index * 4 / idsPerChunk), page: UInt16(index * 64 / idsPerChunk % 16))
            }
            _ = try catalog.publish(
                [
                    ChunkPublication(
                        path: "\(chunk)", minTime: Int64(chunk), maxTime: Int64(chunk), rows: 500_000, bytes: 30_000_000,
                        columns: [], ids: entries, day: 0)
                ], retiring: UInt64(chunk + 1))
            merging += try clock.measure { while try catalog.mergeIndex() {} }
        }
        let found = try times(clock) { lookup in
            let chunk = lookup &* 7_919 % chunkCount
            guard try catalog.locate(hash: hash(chunk, lookup &* 104_729 % idsPerChunk)).contains(where: { $0.chunk == chunk + 1 })
            else { throw ValidationError("an id was not found") }
        }
        let missing = try times(clock) { lookup in _ = try catalog.locate(hash: hash(-1 - lookup, 0)) }
        let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        print(
            "\(chunkCount) chunks of \(idsPerChunk) ids: found in \(found), absent in \(missing) (median, 99 %); "
                + "\(try catalog.indexRuns) runs, \(bytes / 1_000_000) MB, merged in \(merging)")
    }

    private func times(_ clock: ContinuousClock, _ lookup: (Int) throws -> Void) throws -> String {
        for warm in 0..<lookups / 10 { try lookup(warm) }
        let times = try (0..<lookups).map { number in try clock.measure { try lookup(number) } / .microseconds(1) }.sorted()
        return String(format: "%.0f µs, %.0f µs", times[lookups / 2], times[lookups * 99 / 100])
    }

    /// Spread evenly, as hashes are.
    private func hash(_ chunk: Int, _ index: Int) -> UInt64 {
        var word = UInt64(bitPattern: Int64(chunk)) &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(index) &* 0xd6e8_feb8_6659_fd93
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
