import Kernels

@testable import Parquet

/// A cell for each row of what the reader gave.
func cells(_ column: Column, _ schema: ColumnSchema) -> [Cell] {
    var values = values(column.values, schema).makeIterator()
    guard let validity = column.validity else { return Array(IteratorSequence(values)) }
    return (0..<validity.count).map { validity[$0] ? values.next() ?? .null : .null }
}

private func values(_ values: ColumnValues, _ schema: ColumnSchema) -> [Cell] {
    switch values {
    case .boolean(let values): values.map { .bool($0) }
    case .int32(let values):
        values.map { schema.isUnsigned ? .unsigned(UInt64(UInt32(bitPattern: $0))) : .integer(Int64($0)) }
    case .int64(let values): values.map { schema.isUnsigned ? .unsigned(UInt64(bitPattern: $0)) : .integer($0) }
    case .float(let values): values.map { .float($0) }
    case .double(let values): values.map { .double($0) }
    case .byteArray(let bytes, let ends): slices(bytes, ends).map { .bytes($0) }
    case .fixed(let width, let bytes):
        stride(from: 0, to: bytes.count, by: width).map { start in
            let value = bytes[start..<start + width]
            guard case .decimal = schema.logicalType, width == 8 else { return .bytes(Array(value)) }
            return .integer(value.reduce(0) { $0 << 8 | Int64($1) })
        }
    case .dictionary(let codes, let bytes, let ends):
        { (entries: [[UInt8]]) in codes.map { .bytes(entries[Int($0)]) } }(slices(bytes, ends))
    }
}

private func slices(_ bytes: [UInt8], _ ends: [UInt32]) -> [[UInt8]] {
    ends.indices.map { Array(bytes[($0 == 0 ? 0 : Int(ends[$0 - 1]))..<Int(ends[$0])]) }
}
