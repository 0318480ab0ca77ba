import Kernels
import Records

/// All batches of a memtable as one run of rows in time order: what a chunk is made from.
///
/// Columns are gathered one at a time, so that no more than one exists twice.
struct SortedRows {
    let batches: [RecordBatch]
    /// In time order.
    let times: [Int64]
    /// For each place, the row among all rows as they came; nil when they came in order.
    private let order: [UInt32]?
    /// The first row of each batch.
    let starts: [Int]
    private let columnBytesMax: Int

    /// - Parameter columnBytesMax: of one field; more is an error.
    init(_ batches: [RecordBatch], columnBytesMax: Int = Int(UInt32.max)) {
        self.batches = batches
        self.columnBytesMax = columnBytesMax
        var starts: [Int] = []
        var times: [Int64] = []
        for batch in batches {
            starts.append(times.count)
            times.append(contentsOf: batch.times)
        }
        self.starts = starts
        order = sortedOrder(times)
        self.times = order.map { order in order.map { times[Int($0)] } } ?? times
    }

    var rowCount: Int { times.count }

    /// For each row as they came, its place in time order; nil when they came in order.
    var placeOfRow: [UInt32]? {
        order.map { order in
            var places = order
            for (place, row) in order.enumerated() { places[Int(row)] = UInt32(place) }
            return places
        }
    }

    /// Every field with the number of rows that have it, in order of first appearance.
    var fields: [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        var names: [String] = []
        for column in batches.lazy.flatMap(\.columns) {
            if counts[column.name] == nil { names.append(column.name) }
            counts[column.name, default: 0] += column.count
        }
        return names.map { ($0, counts[$0] ?? 0) }
    }

    /// The values of a field in time order, and which rows have one.
    ///
    /// - Throws: when they have more bytes than the ends of values can address.
    func column(_ name: String) throws(StorageError) -> SortedColumn {
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var valueOfRow = [UInt32](repeating: .max, count: rowCount)
        var kinds: ValueKinds = []
        for (batch, start) in zip(batches, starts) {
            guard let column = batch.column(name) else { continue }
            guard column.bytes.count <= columnBytesMax - bytes.count else {
                throw StorageError(
                    "cannot make a chunk: field '\(name)' has more than \(columnBytesMax) bytes; use a smaller memtable")
            }
            let firstByte = UInt32(bytes.count)
            let firstValue = UInt32(ends.count)
            for index in 0..<column.count {
                let row = column.rows.map { Int($0[index]) } ?? index
                valueOfRow[start + row] = firstValue + UInt32(index)
            }
            bytes.append(contentsOf: column.bytes)
            for end in column.ends { ends.append(firstByte + end) }
            kinds.formUnion(column.kinds)
        }
        let isDense = ends.count == rowCount
        var validity: Bitmap?
        if !isDense {
            var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
            for place in 0..<rowCount {
                let row = order.map { Int($0[place]) } ?? place
                if valueOfRow[row] != .max { words[place >> 6] |= 1 << UInt64(place & 63) }
            }
            validity = Bitmap(words: words, count: rowCount)
        }
        if let order {
            (bytes, ends) = permuted(bytes: bytes, ends: ends, valueOfRow: valueOfRow, order: order)
        }
        return SortedColumn(name: name, kinds: kinds, bytes: bytes, ends: ends, validity: validity)
    }
}

/// One field of `SortedRows`.
struct SortedColumn {
    let name: String
    let kinds: ValueKinds
    let bytes: [UInt8]
    /// One a value; rows without one have none.
    let ends: [UInt32]
    /// Which rows have a value; nil when all have.
    let validity: Bitmap?

    var texts: RowTexts { RowTexts(bytes: bytes, ends: ends, validity: validity) }

    func text(_ index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// Calls `body` with each row that has a value and the index of that.
    func forEachRow(_ body: (_ row: Int, _ index: Int) -> Void) {
        guard let validity else {
            for row in ends.indices { body(row, row) }
            return
        }
        var index = 0
        validity.forEachSet { row in
            body(row, index)
            index += 1
        }
    }
}
