import Kernels
public import Records

extension RecordBatch {
    /// The rows as a query sees them, if there are any.
    public var segment: (any Segment)? { rowCount > 0 ? MemtableSegment(self) : nil }
}

/// A batch of the memtable as a query sees it.
struct MemtableSegment: Segment {
    let batch: RecordBatch
    let timeRange: ClosedRange<Int64>
    let ids = MemtableIDs()

    /// - Parameter batch: one row at least.
    init(_ batch: RecordBatch) {
        self.batch = batch
        timeRange = (batch.times.min() ?? 0)...(batch.times.max() ?? 0)
    }

    var rowCount: Int { batch.rowCount }
    var rowsPerBlock: Int { max(1, batch.rowCount) }
    var fieldNames: [String] { [FieldNames.time] + batch.columns.map(\.name) }

    func column(_ field: String, rows: Range<Int>) -> ColumnVector {
        if field == FieldNames.time {
            return ColumnVector(
                values: .timestamp(Array(batch.times[rows])), kind: .string, validity: nil, count: rows.count)
        }
        guard let column = batch.column(field) else { return .missing(count: rows.count) }
        return column.rows == nil ? dense(column, rows) : sparse(column, rows)
    }

    private func dense(_ column: TextColumn, _ rows: Range<Int>) -> ColumnVector {
        var starts: [UInt32] = rows.lowerBound == 0 ? [0] : [column.ends[rows.lowerBound - 1]]
        starts.append(contentsOf: column.ends[rows].dropLast())
        let text = TextVector(bytes: column.bytes, starts: rows.isEmpty ? [] : starts, ends: Array(column.ends[rows]))
        return ColumnVector(values: .text(text), kind: column.kinds.shown, validity: nil, count: rows.count)
    }

    private func sparse(_ column: TextColumn, _ rows: Range<Int>) -> ColumnVector {
        var starts = [UInt32](repeating: 0, count: rows.count)
        var ends = starts
        var validity = Bitmap(repeating: false, count: rows.count)
        for (index, row) in (column.rows ?? []).enumerated() where rows.contains(Int(row)) {
            let range = column.range(index)
            let place = Int(row) - rows.lowerBound
            starts[place] = UInt32(range.lowerBound)
            ends[place] = UInt32(range.upperBound)
            validity[place] = true
        }
        let text = TextVector(bytes: column.bytes, starts: starts, ends: ends)
        return ColumnVector(values: .text(text), kind: column.kinds.shown, validity: validity, count: rows.count)
    }
}
