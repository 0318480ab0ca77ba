/// How values lie in the file (Parquet format, "Types").
public enum PhysicalType: Sendable, Hashable {
    case boolean, int32, int64, int96, float, double, byteArray
    /// Values of so many bytes each.
    case fixedLenByteArray(Int)
}

/// What values mean (Parquet format, LogicalTypes.md).
public enum LogicalType: Sendable, Hashable {
    public enum TimeUnit: Sendable, Hashable { case milliseconds, microseconds, nanoseconds }

    case string, json, uuid
    case timestamp(unit: TimeUnit, isAdjustedToUTC: Bool)
    case integer(bitWidth: Int, isSigned: Bool)
    /// ENUM: text.
    case enumeration
    case bson
    /// Days since 1 January 1970.
    case date
    /// Since midnight.
    case time(unit: TimeUnit, isAdjustedToUTC: Bool)
    /// The value times 10^`scale` as an integer, in byte arrays the highest byte first and with a sign.
    case decimal(precision: Int, scale: Int)
    /// IEEE 754 binary16, two bytes, the lowest first.
    case float16
    /// INTERVAL, which is only a converted type: months, days and milliseconds, 4 bytes each, the lowest first.
    case interval
    /// UNKNOWN: every value is null.
    case null
    /// Of a group.
    case list, map, variant
    /// Well-known binary, whose bounds are no plain values.
    case geometry, geography
    /// One that this library has no case for; read as its physical type.
    case other
}

/// A column of a flat schema.
public struct ColumnSchema: Sendable, Hashable {
    public let name: String
    public let type: PhysicalType
    public let logicalType: LogicalType?
    /// Whether rows may lack a value (OPTIONAL); REQUIRED otherwise.
    public let isOptional: Bool

    public init(name: String, type: PhysicalType, logicalType: LogicalType? = nil, isOptional: Bool) {
        self.name = name
        self.type = type
        self.logicalType = logicalType
        self.isOptional = isOptional
    }
}
