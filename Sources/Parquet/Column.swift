public import Kernels

/// The values of a column, end to end; rows without one have none here.
public enum ColumnValues: Sendable, Equatable {
    case boolean([Bool])
    case int32([Int32])
    case int64([Int64])
    case float([Float])
    case double([Double])
    /// Value `i` is `bytes[ends[i - 1] ..< ends[i]]`.
    case byteArray(bytes: [UInt8], ends: [UInt32])
    /// Value `i` is `bytes[i * width ..< (i + 1) * width]`.
    case fixed(width: Int, bytes: [UInt8])
    /// Value `i` is entry `codes[i]` of a byte-array dictionary. Given only by the reader, for byte-array columns whose
    /// pages in question are all dictionary-encoded.
    case dictionary(codes: [UInt32], bytes: [UInt8], ends: [UInt32])

    public var count: Int {
        switch self {
        case .boolean(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .byteArray(_, let ends): ends.count
        case .fixed(let width, let bytes): width == 0 ? 0 : bytes.count / width
        case .dictionary(let codes, _, _): codes.count
        }
    }
}

/// A column of a run of rows.
public struct Column: Sendable, Equatable {
    public let values: ColumnValues
    /// One bit a row, 1 where the row has a value; nil when every row has one.
    public let validity: Bitmap?

    /// - Precondition: `validity`, if given, has as many ones as there are values.
    public init(values: ColumnValues, validity: Bitmap?) {
        precondition(validity == nil || validity?.popcount == values.count)
        self.values = values
        self.validity = validity
    }

    public var rowCount: Int { validity?.count ?? values.count }
}
