import Kernels
public import Records

extension CorrelationIDs {
    /// The hash of the id that each row of a column of `field` has, 0 for one without.
    public static func hashes(of column: ColumnVector, field: String) -> [UInt64] {
        switch column.values {
        case .missing: return [UInt64](repeating: 0, count: column.count)
        case .hex(let width, let bytes):
            let ends = (0..<column.count).map { UInt32(($0 + 1) * width * 2) }
            return present(hashes(bytes: hexTexts(bytes), ends: ends, field: field), column)
        case .text(let texts): return present(hashes(of: texts, field: field), column)
        case .dictionary(let codes, let dictionary):
            let entries = hashes(of: dictionary, field: field)
            return present(codes.map { entries.isEmpty ? 0 : entries[Int($0)] }, column)
        case .int64, .double, .bool, .timestamp:
            return (0..<column.count).map { row in
                column.text(row).flatMap { normalise($0, field: field) }.map(hash) ?? 0
            }
        }
    }

    private static func hashes(of texts: TextVector, field: String) -> [UInt64] {
        guard isPlain(texts.bytes, field: field) else {
            return (0..<texts.count).map { normalise(texts.text($0), field: field).map(hash) ?? 0 }
        }
        let bytes = texts.bytes.span
        return (0..<texts.count).map { row in
            let range = texts.range(row)
            return range.isEmpty || range.count > bytesMax ? 0 : hash64(bytes.extracting(range))
        }
    }

    /// What stands where there is no value means nothing.
    private static func present(_ hashes: [UInt64], _ column: ColumnVector) -> [UInt64] {
        guard let validity = column.validity else { return hashes }
        var hashes = hashes
        for row in hashes.indices where !validity[row] { hashes[row] = 0 }
        return hashes
    }
}
