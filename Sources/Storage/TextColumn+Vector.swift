import Kernels
import Records

extension TextColumn {
    /// The values of a column as a query reads it; nil when no row has one.
    init?(_ name: String, _ vector: ColumnVector) {
        var builder = TextColumnBuilder(name, kinds: vector.kind)
        for row in 0..<vector.count where vector.isPresent(row) {
            switch vector.values {
            case .missing: break
            case .text(let text): builder.append(text.bytes[text.range(row)], row: row)
            case .dictionary(let codes, let dictionary):
                builder.append(dictionary.bytes[dictionary.range(Int(codes[row]))], row: row)
            case .int64, .double, .bool, .hex, .timestamp: builder.append((vector.text(row) ?? "").utf8, row: row)
            }
        }
        guard let column = builder.column(rowCount: vector.count) else { return nil }
        self = column
    }
}

/// A column in the making.
struct TextColumnBuilder {
    private let name: String
    private let kinds: ValueKinds
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    private var rows: [UInt32] = []

    init(_ name: String, kinds: ValueKinds) {
        self.name = name
        self.kinds = kinds
    }

    /// - Parameter row: after that of the value before.
    mutating func append(_ text: some Collection<UInt8>, row: Int) {
        bytes.append(contentsOf: text)
        ends.append(UInt32(bytes.count))
        rows.append(UInt32(row))
    }

    /// Nil if there are no values.
    func column(rowCount: Int) -> TextColumn? {
        guard !ends.isEmpty else { return nil }
        return TextColumn(name: name, kinds: kinds, bytes: bytes, ends: ends, rows: ends.count == rowCount ? nil : rows)
    }
}
