import Records
import TestSupport
import Testing

@testable import Storage

@Suite struct MemtableTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func smallBatchesAreFewSegmentsOfAllRows() throws {
        var random = SeededRandom(seed: 5)
        let store = try Store(
            folder: folder.path, options: StoreOptions(correlationIDs: []), fileSystem: SimulatedFileSystem())
        let batches = (0..<3_000).map { _ in batch(RandomLines.make(count: 1 + Int(random.next() % 3), &random)) }
        var snapshots: [(snapshot: Snapshot, rows: Int)] = []
        var appended = 0
        for (index, batch) in batches.enumerated() {
            try store.append(batch)
            appended += batch.rowCount
            if index % 701 == 0 { snapshots.append((store.snapshot(), appended)) }
        }
        #expect(store.counts.memtableRows == appended)
        #expect(try store.snapshot().segments(overlapping: nil).count <= 16)
        let seqs = batches.flatMap { batch in (0..<batch.rowCount).compactMap { batch.column("seq")?.text($0) } }
        #expect(try Self.seqs(store.snapshot()) == seqs)
        for (snapshot, rows) in snapshots {
            #expect(try Self.seqs(snapshot) == Array(seqs[..<rows]), "a snapshot keeps what it saw")
        }
    }

    @Test func countsWhatManyColumnsTake() {
        var memtable = Memtable()
        let line = "{" + (0..<900).map { "\"field_\($0)\":1" }.joined(separator: ",") + "}"
        memtable.append(batch(line), now: 0, logSegment: 1)
        #expect(memtable.byteCount > 900 * 150)
    }

    @Test func largeBatchesAreLeftAsTheyAre() {
        var random = SeededRandom(seed: 6)
        var memtable = Memtable()
        let large = batch(RandomLines.make(count: 5_000, &random))
        for _ in 0..<3 { memtable.append(large, now: 0, logSegment: 1) }
        #expect(memtable.batches == [large, large, large])
    }

    private static func seqs(_ snapshot: Snapshot) throws -> [String] {
        try snapshot.segments(overlapping: nil).flatMap { segment in
            let column = try segment.column("seq", rows: 0..<segment.rowCount)
            return (0..<segment.rowCount).compactMap(column.text)
        }
    }
}
