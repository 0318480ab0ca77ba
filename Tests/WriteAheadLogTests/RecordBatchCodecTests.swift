import Records
import TestSupport
import Testing

@testable import WriteAheadLog

@Suite struct RecordBatchCodecTests {
    private func encoded(_ batch: RecordBatch) -> [UInt8] {
        var bytes: [UInt8] = []
        RecordBatchCodec.append(batch, to: &bytes)
        return bytes
    }

    @Test(arguments: 0..<200) func givesEveryBatchBack(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let batch = RandomBatches.next(&random)
        #expect(RecordBatchCodec.decode(encoded(batch)[...]) == batch, "seed \(seed)")
    }

    @Test func refusesEveryPrefix() {
        var random = SeededRandom(seed: 1)
        let bytes = encoded(RandomBatches.next(&random, rows: 8))
        for count in 0..<bytes.count { #expect(RecordBatchCodec.decode(bytes[..<count]) == nil) }
        #expect(RecordBatchCodec.decode((bytes + [0])[...]) == nil)
    }

    /// Whatever the bytes, decoding gives nil or a batch that keeps its promises.
    @Test(arguments: 0..<2_000) func survivesDamage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bytes = encoded(RandomBatches.next(&random, rows: 5))
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        guard let batch = RecordBatchCodec.decode(bytes[...]) else { return }
        for column in batch.columns {
            for index in 0..<column.count { _ = column.text(index) }
            #expect(column.rows ?? [] == (column.rows ?? []).sorted(), "seed \(seed)")
            #expect((column.rows?.last).map { $0 < batch.rowCount } ?? true, "seed \(seed)")
        }
    }
}
