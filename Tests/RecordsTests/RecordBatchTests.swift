import Records
import TestSupport
import Testing

struct RecordBatchTests {
    private static func randomColumn(
        _ name: String, rows: Int, _ random: inout SeededRandom
    ) -> (TextColumn, [String?]) {
        let present = random.below(4) == 0 ? 100 : 1 + random.below(99)
        let texts = (0..<rows).map { _ in
            random.below(100) < present ? ["", "a", "ü 🧵", "12345678901234567890"][random.below(4)] : nil
        }
        var (bytes, ends, numbers): ([UInt8], [UInt32], [UInt32]) = ([], [], [])
        for (row, text) in texts.enumerated() {
            guard let text else { continue }
            bytes += Array(text.utf8)
            ends.append(UInt32(bytes.count))
            numbers.append(UInt32(row))
        }
        let isDense = ends.count == rows
        return (TextColumn(name: name, kinds: .string, bytes: bytes, ends: ends, rows: isDense ? nil : numbers), texts)
    }

    private static func texts(_ column: TextColumn?, rows: Int) -> [String?] {
        (0..<rows).map { row in column.flatMap { column in column.index(ofRow: row).map { column.text($0) } } }
    }

    @Test func filteredKeepsWhatItShould() {
        var random = SeededRandom.seeded()
        for present in [0, 10, 50, 100] {
            for _ in 0..<40 { expectFiltered(percent: present, &random) }
        }
    }

    @Test func appendingKeepsAllOfBoth() {
        var random = SeededRandom.seeded()
        for _ in 0..<200 {
            let counts = (0..<2).map { _ in random.below(20) }
            // Some columns are in both batches, some in one.
            let columns = [0..<4, 2..<6].enumerated().map { part, numbers in
                numbers.map { Self.randomColumn("c\($0)", rows: counts[part], &random) }
            }
            let batches = (0..<2).map { part in
                RecordBatch(
                    times: (0..<counts[part]).map { Int64(part * 100 + $0) },
                    columns: columns[part].map(\.0).filter { $0.count > 0 })
            }
            let joined = batches[0].appending(batches[1])
            #expect(joined.times == batches[0].times + batches[1].times)
            #expect(Set(joined.columns.map(\.name)) == Set(batches.flatMap(\.columns).map(\.name)))
            for number in 0..<6 {
                let expected = (0..<2).flatMap { part in
                    columns[part].first { $0.0.name == "c\(number)" }?.1 ?? [String?](repeating: nil, count: counts[part])
                }
                let found = joined.column("c\(number)")
                #expect(Self.texts(found, rows: joined.rowCount) == expected)
                #expect(found.map { ($0.rows == nil) == !expected.contains(nil) } ?? true)
            }
        }
    }

    @Test func appendingKnowsTheKindsOfBoth() {
        let batches = [ValueKinds.number, .string].map { kinds in
            RecordBatch(
                times: [0], columns: [TextColumn(name: "c", kinds: kinds, bytes: [49], ends: [1], rows: nil)])
        }
        #expect(batches[0].appending(batches[1]).column("c")?.kinds == [.number, .string])
    }

    private func expectFiltered(percent: Int, _ random: inout SeededRandom) {
        let count = random.below(41)
        let columns = (0..<4).map { Self.randomColumn("c\($0)", rows: count, &random) }
        let batch = RecordBatch(
            times: (0..<count).map { Int64($0) }, columns: columns.map(\.0).filter { $0.count > 0 })
        for (column, texts) in columns { #expect(Self.texts(column, rows: count) == texts) }
        let keep = (0..<count).map { _ in random.below(100) < percent }
        let kept = (0..<count).filter { keep[$0] }
        let filtered = batch.filtered(keep: keep)
        #expect(filtered.times == kept.map { Int64($0) })
        for (column, texts) in columns {
            let expected = kept.map { texts[$0] }
            let found = filtered.column(column.name)
            #expect(Self.texts(found, rows: kept.count) == expected)
            #expect((found == nil) == expected.allSatisfy { $0 == nil })
            #expect(found.map { ($0.rows == nil) == !expected.contains(nil) } ?? true)
        }
    }
}
