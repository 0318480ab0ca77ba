public import Records

/// Batches of every form that `RecordBatch` allows.
public enum RandomBatches {
    /// - Parameter rows: how many rows; any, also none, when nil.
    public static func next(_ random: inout SeededRandom, rows: Int? = nil) -> RecordBatch {
        let rowCount = rows ?? Int.random(in: 0..<40, using: &random)
        let times = (0..<rowCount).map { _ in
            random.chance(5) ? Int64(bitPattern: random.next()) : 1_700_000_000_000_000_000 + Int64(random.next() % 1_000_000_000)
        }
        let columns = (0..<Int.random(in: 0..<6, using: &random)).map { column("field.\($0) ü", rowCount, &random) }
        return RecordBatch(times: times, columns: columns.filter { $0.count > 0 })
    }

    private static func column(_ name: String, _ rowCount: Int, _ random: inout SeededRandom) -> TextColumn {
        let present = random.chance(40) ? 100 : Int.random(in: 1..<100, using: &random)
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var rows: [UInt32] = []
        for row in 0..<rowCount where random.chance(present) {
            bytes += Array(text(&random).utf8)
            ends.append(UInt32(bytes.count))
            rows.append(UInt32(row))
        }
        return TextColumn(
            name: name, kinds: ValueKinds(rawValue: UInt8.random(in: 1...15, using: &random)), bytes: bytes, ends: ends,
            rows: rows.count == rowCount ? nil : rows)
    }

    private static func text(_ random: inout SeededRandom) -> String {
        let choices = ["", "a", "true", "-17", "水 und 🧵", "\u{0}\n\"", String(random.next(), radix: 16)]
        return choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
