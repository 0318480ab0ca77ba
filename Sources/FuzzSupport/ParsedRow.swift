public import Parsing
public import Records

/// One row of a batch as a dictionary, for comparing.
public struct ParsedRow: Equatable, CustomStringConvertible {
    public var time: Int64
    public var fields: [String: FieldValue]

    public init(time: Int64, fields: [String: FieldValue]) {
        self.time = time
        self.fields = fields
    }

    /// The row without its kinds, which depend on the other rows of a batch.
    public var texts: ParsedRow { ParsedRow(time: time, fields: fields.mapValues { FieldValue($0.text) }) }

    public var description: String {
        let fields = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text) (\($0.value.kind.rawValue))" }
        return "\(time): " + fields.joined(separator: ", ")
    }
}

extension RecordBatch {
    /// The rows, each value with all kinds of its column: exact in a batch of one row.
    public var parsedRows: [ParsedRow] {
        var rows = times.map { ParsedRow(time: $0, fields: [:]) }
        for column in columns {
            for index in 0..<column.count {
                let row = column.rows.map { Int($0[index]) } ?? index
                rows[row].fields[column.name] = FieldValue(column.text(index), kind: column.kinds)
            }
        }
        return rows
    }
}

extension LineParser {
    /// The batches that `bytes` make, taken whenever the parser stops.
    public mutating func batches(
        _ bytes: [UInt8], receivedAt: Int64, source: LineSource = LineSource()
    ) -> [RecordBatch] {
        var batches: [RecordBatch] = []
        var progress = Progress()
        repeat {
            progress = parse(bytes, after: progress, receivedAt: receivedAt, source: source)
            batches.append(takeBatch())
        } while progress.isBatchFull
        return batches
    }

    public mutating func rows(_ bytes: [UInt8], receivedAt: Int64, source: LineSource = LineSource()) -> [ParsedRow] {
        batches(bytes, receivedAt: receivedAt, source: source).flatMap(\.parsedRows)
    }
}
