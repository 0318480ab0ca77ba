import Kernels
import Records
import TestSupport
import Testing

/// `rows(equalIgnoringCase:)` of every form of column gives the rows whose text it is.
struct ColumnVectorSearchTests {
    private static let rowCount = 60
    private static let wanted = [
        "", "error", "a", "é", "true", "false", "5", "-5", "+5", "05", "5.0", "1.5", "1e+21", "inf", "nan", "0a0b",
        "0a", "0a0", "1970-01-01t00:00:00.000000005z", "1970-01-01t00:00:00z", "zz", "[", "`", "@",
    ]

    private static func columns(_ random: inout SeededRandom) -> [ColumnVector.Values] {
        let texts = ["", "ERROR", "Error", "error", "erro", "a", "A", "é", "É", "true", "5", "+5", "[", "{", "@", "`"]
        let doubles = [5, -5, 1.5, 1e21, .infinity, .nan]
        let dictionary = vector(texts)
        return [
            .missing,
            .text(vector((0..<rowCount).map { _ in texts[random.below(texts.count)] })),
            .dictionary(
                codes: (0..<rowCount).map { _ in UInt32(random.below(texts.count)) }, dictionary: dictionary),
            .int64((0..<rowCount).map { _ in Int64(random.below(12) - 6) }),
            .double((0..<rowCount).map { _ in doubles[random.below(6)] }),
            .bool((0..<rowCount).map { _ in random.below(2) == 0 }),
            .hex(width: 2, bytes: (0..<rowCount).flatMap { _ in [10, UInt8(10 + random.below(2))] }),
            .timestamp((0..<rowCount).map { _ in Int64(random.below(2) * 5) }),
        ]
    }

    /// Values that share bytes and stand in another order than their bytes.
    private static func vector(_ texts: [String]) -> TextVector {
        var (bytes, starts, ends): ([UInt8], [UInt32], [UInt32]) = ([], [], [])
        for text in texts.reversed() {
            bytes += [0x2d] + Array(text.utf8)
            starts.append(UInt32(bytes.count - text.utf8.count))
            ends.append(UInt32(bytes.count))
        }
        return TextVector(bytes: bytes, starts: starts.reversed(), ends: ends.reversed())
    }

    @Test func everyForm() {
        var random = SeededRandom.seeded()
        for _ in 0..<20 {
            for values in Self.columns(&random) {
                var validity = Bitmap(repeating: true, count: Self.rowCount)
                for row in 0..<Self.rowCount where random.below(4) == 0 { validity[row] = false }
                for bitmap in [nil, validity] {
                    expectRows(ColumnVector(values: values, kind: .string, validity: bitmap, count: Self.rowCount))
                }
            }
        }
    }

    private func expectRows(_ column: ColumnVector) {
        for text in Self.wanted {
            let expected = (0..<column.count).filter { row in column.text(row).map(lowercased) == text }
            #expect(column.rows(equalIgnoringCase: text) == expected, "\(text) in \(column.values)")
        }
    }

    /// Letters A to Z alone.
    private func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { 0x41...0x5a ~= $0 ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
