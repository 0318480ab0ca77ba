import Kernels
import Parquet
import Records

/// The objects of `_rest` before they are made.
///
/// An object repeats the names of its fields, so that all objects of a chunk may take many times what the memtable does.
/// Here the values stay where they are, and objects are made of a few rows at a time.
struct RestObjects {
    /// Where a value is.
    private struct Place {
        let batch: UInt32
        let column: UInt32
        let index: UInt32
    }

    /// Bytes of `"":"",`.
    static let valueOverhead = 6

    private let batches: [RecordBatch]
    /// The values of all rows, row after row in time order.
    private var places: [Place]
    /// The values of row `i` are `places[starts[i]..<starts[i + 1]]`.
    private var starts: [Int]

    /// - Parameter names: of the fields that go there.
    init(_ names: Set<String>, of rows: SortedRows) {
        batches = rows.batches
        var counts = [Int](repeating: 0, count: rows.rowCount)
        Self.forEachValue(names, rows) { row, _ in counts[row] += 1 }
        starts = [0]
        for count in counts { starts.append(starts[starts.count - 1] + count) }
        places = [Place](repeating: Place(batch: 0, column: 0, index: 0), count: starts[starts.count - 1])
        var next = starts
        Self.forEachValue(names, rows) { row, place in
            places[next[row]] = place
            next[row] += 1
        }
    }

    private static func forEachValue(_ names: Set<String>, _ rows: SortedRows, _ body: (_ row: Int, Place) -> Void) {
        let placeOfRow = rows.placeOfRow
        for (number, batch) in rows.batches.enumerated() {
            for (columnNumber, column) in batch.columns.enumerated() where names.contains(column.name) {
                for index in 0..<column.count {
                    let row = rows.starts[number] + (column.rows.map { Int($0[index]) } ?? index)
                    let place = Place(batch: UInt32(number), column: UInt32(columnNumber), index: UInt32(index))
                    body(placeOfRow.map { Int($0[row]) } ?? row, place)
                }
            }
        }
    }

    /// Rows that have an object.
    var count: Int { starts.indices.dropLast().count { starts[$0] < starts[$0 + 1] } }

    /// Bytes of the object of a row, not counting what has to be escaped.
    func byteCount(row: Int) -> Int {
        places[starts[row]..<starts[row + 1]].reduce(0) { sum, place in
            let column = column(place)
            return sum + column.name.utf8.count + column.range(Int(place.index)).count + Self.valueOverhead
        }
    }

    /// The objects of some rows.
    func column(_ rows: Range<Int>) -> Column {
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var validity = Bitmap(repeating: false, count: rows.count)
        for row in rows where starts[row] < starts[row + 1] {
            appendObject(row, to: &bytes)
            // Rows of a row group are so many that this fits, see `StoreOptions.rowGroupRestBytes`.
            ends.append(UInt32(bytes.count))
            validity[row - rows.lowerBound] = true
        }
        return Column(values: .byteArray(bytes: bytes, ends: ends), validity: validity)
    }

    private func appendObject(_ row: Int, to bytes: inout [UInt8]) {
        var separator = UInt8(ascii: "{")
        for place in places[starts[row]..<starts[row + 1]] {
            let column = column(place)
            bytes.append(separator)
            JSONText.appendString(column.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.appendString(column.text(Int(place.index)), to: &bytes)
            separator = UInt8(ascii: ",")
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private func column(_ place: Place) -> TextColumn { batches[Int(place.batch)].columns[Int(place.column)] }
}
