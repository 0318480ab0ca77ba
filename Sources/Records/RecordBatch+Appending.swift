extension RecordBatch {
    /// The rows of this batch, then those of another.
    ///
    /// - Precondition: no column passes 4 GiB.
    public func appending(_ other: RecordBatch) -> RecordBatch {
        var added = Dictionary(uniqueKeysWithValues: other.columns.map { ($0.name, $0) })
        var columns = columns.map { column in
            column.appending(added.removeValue(forKey: column.name), rowCount: rowCount, otherRowCount: other.rowCount)
        }
        for column in other.columns where added[column.name] != nil {
            let nothing = TextColumn(name: column.name, kinds: [], bytes: [], ends: [], rows: [])
            columns.append(nothing.appending(column, rowCount: rowCount, otherRowCount: other.rowCount))
        }
        return RecordBatch(times: times + other.times, columns: columns)
    }
}

extension TextColumn {
    /// This column of `rowCount` rows, then another of `otherRowCount`; nil for one without values.
    fileprivate func appending(_ other: TextColumn?, rowCount: Int, otherRowCount: Int) -> TextColumn {
        let isDense = count == rowCount && (other?.count ?? 0) == otherRowCount
        var rows: [UInt32] = []
        if !isDense {
            rows = self.rows ?? Array(0..<UInt32(count))
            rows += (other?.rows ?? Array(0..<UInt32(other?.count ?? 0))).map { UInt32(rowCount) + $0 }
        }
        return TextColumn(
            name: name, kinds: kinds.union(other?.kinds ?? []), bytes: bytes + (other?.bytes ?? []),
            ends: ends + (other?.ends ?? []).map { UInt32(bytes.count) + $0 }, rows: isDense ? nil : rows)
    }
}
