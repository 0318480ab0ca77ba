/// A value of a file as a tree: what a column or a group of columns has in one row.
///
/// Columns give their physical type; what it means stands in the schema (`SchemaNode.logicalType`). INT96 comes as
/// `int64`, nanoseconds since 1970.
public indirect enum Value: Sendable, Equatable {
    case null
    case boolean(Bool)
    case int32(Int32)
    case int64(Int64)
    case float(Float)
    case double(Double)
    /// BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY.
    case bytes([UInt8])
    /// A group: a value for each of its fields, in the order of the schema.
    case structure([Value])
    /// A LIST, the keys of a MAP without values, or a repeated field outside of one.
    case list([Value])
    /// A MAP, in the order of the file.
    case map([Entry])

    public struct Entry: Sendable, Equatable {
        public let key: Value
        public let value: Value

        public init(key: Value, value: Value) {
            self.key = key
            self.value = value
        }
    }
}

extension ColumnValues {
    /// - Parameter index: less than `count`.
    public func value(at index: Int) -> Value {
        switch self {
        case .boolean(let values): .boolean(values[index])
        case .int32(let values): .int32(values[index])
        case .int64(let values): .int64(values[index])
        case .float(let values): .float(values[index])
        case .double(let values): .double(values[index])
        case .byteArray(let bytes, let ends): .bytes(Self.slice(bytes, ends, index))
        case .fixed(let width, let bytes): .bytes(Array(bytes[index * width..<(index + 1) * width]))
        case .dictionary(let codes, let bytes, let ends): .bytes(Self.slice(bytes, ends, Int(codes[index])))
        }
    }

    private static func slice(_ bytes: [UInt8], _ ends: [UInt32], _ index: Int) -> [UInt8] {
        Array(bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])])
    }
}
