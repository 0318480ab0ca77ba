public import Records

extension RecordBatch {
    /// What of the rules of a batch this one breaks, nil where it keeps all.
    public var unsoundness: String? {
        if Set(columns.map(\.name)).count < columns.count { return "two columns of one name" }
        return columns.lazy.compactMap { column in unsoundness(column).map { "column '\(column.name)': \($0)" } }.first
    }

    private func unsoundness(_ column: TextColumn) -> String? {
        guard column.count > 0, column.count <= rowCount else { return "\(column.count) values for \(rowCount) rows" }
        guard !column.kinds.isEmpty, column.kinds.rawValue < 16 else { return "kinds \(column.kinds.rawValue)" }
        guard isRising(column.ends, strictly: false) else { return "ends that fall" }
        guard Int(column.ends[column.count - 1]) == column.bytes.count else { return "ends that do not fit the bytes" }
        guard String(validating: column.bytes, as: UTF8.self) != nil else { return "invalid UTF-8" }
        guard let rows = column.rows else { return column.count == rowCount ? nil : "values missing, and no row numbers" }
        guard rows.count == column.count, column.count < rowCount else { return "row numbers that are not needed" }
        guard isRising(rows, strictly: true), Int(rows[rows.count - 1]) < rowCount else { return "wrong row numbers" }
        return nil
    }

    private func isRising(_ numbers: [UInt32], strictly: Bool) -> Bool {
        for index in numbers.indices.dropFirst() {
            guard numbers[index - 1] < numbers[index] || !strictly && numbers[index - 1] == numbers[index] else { return false }
        }
        return true
    }

    /// The same rows with another order of columns: for comparing.
    var sortedByName: RecordBatch { RecordBatch(times: times, columns: columns.sorted { $0.name < $1.name }) }

    /// The same rows but for one bit of one value: what a check must find.
    var withFlippedBit: RecordBatch {
        var columns = columns
        guard let index = columns.firstIndex(where: { !$0.bytes.isEmpty }) else { return self }
        let column = columns[index]
        var bytes = column.bytes
        bytes[bytes.count / 2] ^= 1
        columns[index] = TextColumn(
            name: column.name, kinds: column.kinds, bytes: bytes, ends: column.ends, rows: column.rows)
        return RecordBatch(times: times, columns: columns)
    }
}
