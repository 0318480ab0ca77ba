import Records

// A batch as bytes: arrays copied whole, little-endian.
//
//     batch  = rows:u32 times:i64[rows] columns:u32 column[columns]
//     column = nameBytes:u16 name kinds:u8 sparse:u8 values:u32 bytes:u32 rows:u32[values]? ends:u32[values] bytes
//
// `rows` is there when `sparse` is 1. Decoding checks every count against what is left, and all that `TextColumn`
// promises, so that no input makes it trap.

enum RecordBatchCodec {
    static func append(_ batch: RecordBatch, to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + batch.byteCount + 64 * batch.columns.count + 16)
        appendInteger(UInt32(batch.rowCount), to: &bytes)
        appendArray(batch.times, to: &bytes)
        appendInteger(UInt32(batch.columns.count), to: &bytes)
        for column in batch.columns { append(column, to: &bytes) }
    }

    private static func append(_ column: TextColumn, to bytes: inout [UInt8]) {
        let name = Array(column.name.utf8)
        appendInteger(UInt16(name.count), to: &bytes)
        bytes += name
        bytes.append(column.kinds.rawValue)
        bytes.append(column.rows == nil ? 0 : 1)
        appendInteger(UInt32(column.count), to: &bytes)
        appendInteger(UInt32(column.bytes.count), to: &bytes)
        if let rows = column.rows { appendArray(rows, to: &bytes) }
        appendArray(column.ends, to: &bytes)
        bytes += column.bytes
    }

    /// The batch that `bytes` hold, all of them; nil when they hold none.
    static func decode(_ bytes: ArraySlice<UInt8>) -> RecordBatch? {
        var reader = ByteReader(bytes)
        guard let rowCount = reader.integer(UInt32.self), let times = reader.array(Int64.self, count: Int(rowCount)),
            let columnCount = reader.integer(UInt32.self)
        else { return nil }
        var columns: [TextColumn] = []
        var names: Set<String> = []
        for _ in 0..<columnCount {
            guard let column = column(&reader, rowCount: Int(rowCount)), names.insert(column.name).inserted else {
                return nil
            }
            columns.append(column)
        }
        return reader.isAtEnd ? RecordBatch(times: times, columns: columns) : nil
    }

    private static func column(_ reader: inout ByteReader, rowCount: Int) -> TextColumn? {
        guard let nameBytes = reader.integer(UInt16.self), let name = reader.bytes(Int(nameBytes)),
            let kinds = reader.integer(UInt8.self), let sparse = reader.integer(UInt8.self), sparse <= 1,
            let count = reader.integer(UInt32.self).map(Int.init), count <= rowCount, sparse == 1 || count == rowCount,
            let byteCount = reader.integer(UInt32.self)
        else { return nil }
        var rows: [UInt32]?
        if sparse == 1 {
            guard let found = reader.array(UInt32.self, count: count), isRising(found, below: rowCount) else { return nil }
            rows = found
        }
        guard let ends = reader.array(UInt32.self, count: count), (ends.last ?? 0) == byteCount, isOrdered(ends),
            let text = reader.bytes(Int(byteCount))
        else { return nil }
        return TextColumn(
            name: String(decoding: name, as: UTF8.self), kinds: ValueKinds(rawValue: kinds), bytes: text, ends: ends,
            rows: rows)
    }

    private static func isRising(_ rows: [UInt32], below limit: Int) -> Bool {
        var next: UInt32 = 0
        for row in rows {
            guard row >= next, row < limit else { return false }
            next = row + 1
        }
        return true
    }

    private static func isOrdered(_ ends: [UInt32]) -> Bool {
        var last: UInt32 = 0
        for end in ends {
            guard end >= last else { return false }
            last = end
        }
        return true
    }
}
