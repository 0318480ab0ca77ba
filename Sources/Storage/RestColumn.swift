import Foundation
import Kernels
import Records

/// The fields of a chunk that have no column of their own: one JSON object a row, its values as strings.
///
/// A field of a line may be called `_rest` too. It goes into the objects, under its name, so that the column of that
/// name is never anything else.
enum RestColumn {
    /// Gathers `names` into one column; rows that have none of them have no value.
    static func make(_ names: [String], of rows: SortedRows) -> SortedColumn {
        var objects = [[UInt8]](repeating: [], count: rows.rowCount)
        for name in names {
            let column = rows.column(name)
            var value = 0
            for row in 0..<rows.rowCount where column.validity.map({ $0[row] }) ?? true {
                objects[row].append(objects[row].isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
                JSONText.appendString(name, to: &objects[row])
                objects[row].append(UInt8(ascii: ":"))
                JSONText.appendString(String(decoding: column.text(value), as: UTF8.self), to: &objects[row])
                value += 1
            }
        }
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var validity = Bitmap(repeating: false, count: rows.rowCount)
        for (row, object) in objects.enumerated() where !object.isEmpty {
            bytes += object
            bytes.append(UInt8(ascii: "}"))
            ends.append(UInt32(bytes.count))
            validity[row] = true
        }
        return SortedColumn(name: ChunkNames.rest, kinds: .string, bytes: bytes, ends: ends, validity: validity)
    }

    /// The field `name` out of a decoded `_rest` column.
    static func extract(_ name: String, from rest: ColumnVector) -> ColumnVector {
        var bytes: [UInt8] = []
        var starts: [UInt32] = []
        var ends: [UInt32] = []
        var validity = Bitmap(repeating: false, count: rest.count)
        for row in 0..<rest.count {
            starts.append(UInt32(bytes.count))
            if let object = rest.text(row), let value = fields(object)[name] {
                bytes += Array(value.utf8)
                validity[row] = true
            }
            ends.append(UInt32(bytes.count))
        }
        guard !validity.isEmpty else { return .missing(count: rest.count) }
        return ColumnVector(
            values: .text(TextVector(bytes: bytes, starts: starts, ends: ends)), kind: .string, validity: validity,
            count: rest.count)
    }

    /// All field names in a decoded `_rest` column, sorted.
    static func names(in rest: ColumnVector) -> [String] {
        var names: Set<String> = []
        for row in 0..<rest.count {
            if let object = rest.text(row) { names.formUnion(fields(object).keys) }
        }
        return names.sorted()
    }

    /// None for a text that is no such object: one bad row must not keep a query from all others.
    private static func fields(_ object: String) -> [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(object.utf8))) ?? [:]
    }
}
