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
        case .map: 1
        case .list: 3
        case .enumeration: 4
        case .decimal: 5
        case .date: 6
        case .time(.milliseconds, isAdjustedToUTC: true): 7
        case .time(.microseconds, isAdjustedToUTC: true): 8
        case .timestamp(.milliseconds, isAdjustedToUTC: true): 9
        case .timestamp(.microseconds, isAdjustedToUTC: true): 10
        case .integer(let bitWidth, let isSigned):
            [8: 0, 16: 1, 32: 2, 64: 3][bitWidth].map { $0 + (isSigned ? 15 : 11) }
        case .json: 19
        case .bson: 20
        case .interval: 21
        case .time, .timestamp, .uuid, .float16, .null, .variant, .geometry, .geography, .other: nil
        }
    }
}

extension ColumnSchema {
    var element: SchemaElement {
        var element = SchemaElement(
            type: type.number, typeLength: type.fixedLength, repetition: isOptional ? 1 : 0, name: name,
            convertedType: logicalType?.convertedType, logicalType: logicalType)
        if case .decimal(let precision, let scale) = logicalType {
            element.precision = Int32(clamping: precision)
            element.scale = Int32(clamping: scale)
        }
        return element
    }

    /// Whether values are numbers without a sign, which sort otherwise than signed ones.
    var isUnsigned: Bool {
        if case .integer(_, isSigned: false) = logicalType { true } else { false }
    }

    /// Whether values are UTF-8, so that a shortened bound must be too.
    var isText: Bool { [.string, .json, .enumeration].contains(logicalType) }

    /// Whether the least and the greatest value are those that `ValueBounds` finds.
    var hasBounds: Bool {
        switch (type, logicalType) {
        case (.int96, _), (_, .interval), (_, .float16), (_, .other), (.byteArray, .decimal),
            (.fixedLenByteArray, .decimal):
            false
        default: true
        }
    }

    /// - Throws: `ParquetError.unwritable` when the logical type does not go with the physical one (LogicalTypes.md).
    func checkWritable() throws(ParquetError) {
        if case .fixedLenByteArray(let length) = type, length < 1 || length > Int(Int32.max) {
            throw .unwritable("column \(name) has values of \(length) bytes; give 1 or more")
        }
        guard goTogether else {
            throw .unwritable("column \(name) cannot have a logical type that does not go with its physical type")
        }
    }

    private var goTogether: Bool {
        switch (logicalType, type) {
        case (nil, _), (.string, .byteArray), (.json, .byteArray), (.enumeration, .byteArray), (.bson, .byteArray),
            (.uuid, .fixedLenByteArray(16)), (.float16, .fixedLenByteArray(2)), (.interval, .fixedLenByteArray(12)),
            (.date, .int32), (.time(.milliseconds, _), .int32), (.time(.microseconds, _), .int64),
            (.time(.nanoseconds, _), .int64), (.timestamp, .int64), (.integer(8, _), .int32),
            (.integer(16, _), .int32), (.integer(32, _), .int32), (.integer(64, _), .int64):
            true
        case (.decimal(let precision, let scale), _):
            precision >= 1 && (0...precision).contains(scale) && precision <= decimalDigitsMax
        default: false
        }
    }

    /// The most digits of a decimal number in the physical type.
    private var decimalDigitsMax: Int {
        switch type {
        case .int32: 9
        case .int64: 18
        // log10(2^(8 * length - 1))
        case .fixedLenByteArray(let length): Int(Double(min(length, 1 << 20) * 8 - 1) * 0.301_029_995_663_981_2)
        case .byteArray: Int(Int32.max)
        case .boolean, .int96, .float, .double: 0
        }
    }
}
