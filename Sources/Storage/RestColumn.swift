import Foundation
import Kernels
import Records

/// Reads the fields of a chunk that have no column of their own: one JSON object a row, its values as strings, which
/// `RestObjects` made.
///
/// A field of a line may be called `_rest` too. It goes into the objects, under its name, so that the column of that
/// name is never anything else.
enum RestColumn {
    /// The field `name` out of a decoded `_rest` column.
    static func extract(_ name: String, from rest: ColumnVector) -> ColumnVector {
        var bytes: [UInt8] = []
        var starts: [UInt32] = []
        var ends: [UInt32] = []
        var validity = Bitmap(repeating: false, count: rest.count)
        for row in 0..<rest.count {
            starts.append(UInt32(bytes.count))
            if let object = rest.text(row), let value = fields(object)?[name] {
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
            if let object = rest.text(row) { names.formUnion((fields(object) ?? [:]).keys) }
        }
        return names.sorted()
    }

    /// Nil for a text that is no such object. In a query that is as if it had no fields: one bad row must not keep it from
    /// all others.
    static func fields(_ object: String) -> [String: String]? {
        try? JSONDecoder().decode([String: String].self, from: Data(object.utf8))
    }
}
