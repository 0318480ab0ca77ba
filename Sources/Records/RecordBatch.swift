/// Log records and spans as columns: what every stage of the write path takes and hands on.
///
/// The parser builds it, the write-ahead log stores it, the memtable keeps it, and sealing encodes it;
/// no row object exists between them.
public struct RecordBatch: Sendable, Equatable {
    /// Event time of each row, in nanoseconds since 1970-01-01 UTC. Its count is the number of rows.
    public let times: [Int64]
    /// Every field but the time, in order of first appearance. Names are unique.
    public let columns: [TextColumn]

    public init(times: [Int64], columns: [TextColumn]) {
        self.times = times
        self.columns = columns
    }

    public var rowCount: Int { times.count }

    /// Memory that the rows take, in bytes.
    public var byteCount: Int {
        columns.reduce(times.count * 8) { sum, column in
            sum + Self.columnOverhead + column.name.utf8.count + column.bytes.count + column.ends.count * 4
                + (column.rows?.count ?? 0) * 4
        }
    }

    /// Of a column, whatever is in it: its own fields, and the heads of three arrays.
    private static let columnOverhead = 192

    /// The column of that name, if any row has the field.
    public func column(_ name: String) -> TextColumn? {
        columns.first { $0.name == name }
    }

    /// The rows for which `keep` is true, in the same order.
    public func filtered(keep: [Bool]) -> RecordBatch {
        precondition(keep.count == rowCount)
        var times: [Int64] = []
        for (row, flag) in keep.enumerated() where flag { times.append(self.times[row]) }
        return RecordBatch(
            times: times, columns: columns.map { $0.filtered(keep: keep) }.filter { $0.count > 0 })
    }
}
