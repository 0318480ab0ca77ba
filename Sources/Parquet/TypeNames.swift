// Types as schemas are printed by most tools: `INT64`, `TIMESTAMP(NANOS,true)`.

extension PhysicalType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLenByteArray(let length): "FIXED_LEN_BYTE_ARRAY(\(length))"
        }
    }
}

extension LogicalType: CustomStringConvertible {
    /// With its parameters: whether a time is adjusted to UTC, whether an integer has a sign.
    public var description: String {
        switch self {
        case .string: "STRING"
        case .json: "JSON"
        case .uuid: "UUID"
        case .timestamp(let unit, let isAdjustedToUTC): "TIMESTAMP(\(unit),\(isAdjustedToUTC))"
        case .integer(let bitWidth, let isSigned): "INTEGER(\(bitWidth),\(isSigned))"
        case .enumeration: "ENUM"
        case .bson: "BSON"
        case .date: "DATE"
        case .time(let unit, let isAdjustedToUTC): "TIME(\(unit),\(isAdjustedToUTC))"
        case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
        case .float16: "FLOAT16"
        case .interval: "INTERVAL"
        case .null: "UNKNOWN"
        case .list: "LIST"
        case .map: "MAP"
        case .variant: "VARIANT"
        case .geometry: "GEOMETRY"
        case .geography: "GEOGRAPHY"
        case .other: "UNDEFINED"
        }
    }
}

extension LogicalType.TimeUnit: CustomStringConvertible {
    public var description: String {
        switch self {
        case .milliseconds: "MILLIS"
        case .microseconds: "MICROS"
        case .nanoseconds: "NANOS"
        }
    }
}
