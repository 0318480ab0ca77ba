extension PhysicalType {
    /// parquet.thrift `Type`.
    var number: Int32 {
        switch self {
        case .boolean: 0
        case .int32: 1
        case .int64: 2
        case .int96: 3
        case .float: 4
        case .double: 5
        case .byteArray: 6
        case .fixedLenByteArray: 7
        }
    }

    var fixedLength: Int32? {
        if case .fixedLenByteArray(let length) = self { Int32(length) } else { nil }
    }
}

extension LogicalType {
    /// parquet.thrift `ConvertedType`, what older readers look at; there is none for nanoseconds and for local time.
    var convertedType: Int32? {
        switch self {
        case .string: 0
        case .json: 19
        case .timestamp(.milliseconds, isAdjustedToUTC: true): 9
        case .timestamp(.microseconds, isAdjustedToUTC: true): 10
        case .integer(let bitWidth, let isSigned):
            [8: 0, 16: 1, 32: 2, 64: 3][bitWidth].map { $0 + (isSigned ? 15 : 11) }
        case .timestamp, .uuid, .other: nil
        }
    }
}

extension ColumnSchema {
    var element: SchemaElement {
        SchemaElement(
            type: type.number, typeLength: type.fixedLength, repetition: isOptional ? 1 : 0, name: name,
            convertedType: logicalType?.convertedType, logicalType: logicalType)
    }

    /// Whether values are numbers without a sign, which sort otherwise than signed ones.
    var isUnsigned: Bool {
        if case .integer(_, isSigned: false) = logicalType { true } else { false }
    }

    /// Whether values are UTF-8, so that a shortened bound must be too.
    var isText: Bool { logicalType == .string || logicalType == .json }

    /// - Throws: `ParquetError.unwritable` when the logical type does not go with the physical one (LogicalTypes.md).
    func checkWritable() throws(ParquetError) {
        switch (logicalType, type) {
        case (_, .int96):
            throw .unwritable("column \(name) is of the deprecated type INT96; write a 64-bit timestamp")
        case (_, .fixedLenByteArray(let length)) where length < 1 || length > Int(Int32.max):
            throw .unwritable("column \(name) has values of \(length) bytes; give 1 or more")
        case (nil, _), (.string, .byteArray), (.json, .byteArray), (.uuid, .fixedLenByteArray(16)),
            (.timestamp, .int64), (.integer(8, _), .int32), (.integer(16, _), .int32), (.integer(32, _), .int32),
            (.integer(64, _), .int64):
            return
        default:
            throw .unwritable("column \(name) cannot have a logical type that does not go with its physical type")
        }
    }
}
