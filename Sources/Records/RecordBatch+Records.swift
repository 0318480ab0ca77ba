extension RecordBatch {
    /// The rows one by one, each with its time as first field. For showing: a value of a column that has several kinds
    /// counts as text.
    public var records: [Record] {
        var records = times.map { time in
            Record(time: time, fields: [Record.Field(FieldNames.time, FieldValue(Timestamp.text(time)))])
        }
        for column in columns {
            for index in 0..<column.count {
                let row = column.rows.map { Int($0[index]) } ?? index
                records[row].fields.append(
                    Record.Field(column.name, FieldValue(column.text(index), kind: column.kinds.shown)))
            }
        }
        return records
    }
}
