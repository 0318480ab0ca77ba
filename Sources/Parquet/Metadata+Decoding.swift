// The structures of the metadata from Thrift: field ids of parquet.thrift, which stand beside the names there. A field
// of another type than expected is left out like an unknown one; a required one that is missing is an error.

private func missing(_ structure: String, _ field: String) -> ParquetError {
    .malformed("\(structure) lacks \(field); fetch the file again")
}

// MARK: - Footer

extension FileMetadata: ThriftReadable {
    /// - Throws: `ParquetError.malformed`, or `.unsupported` when columns are encrypted or lie in other files.
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var rowCount: Int64?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): version = try reader.i32()
            case (2, .list): schema = try reader.structures()
            case (3, .i64): rowCount = try reader.i64()
            case (4, .list): rowGroups = try reader.structures()
            case (5, .list): keyValues = try reader.structures()
            case (6, .binary): createdBy = try reader.string()
            default: try reader.skip(field)
            }
        }
        guard let rowCount else { throw missing("the footer", "the number of rows") }
        self.rowCount = rowCount
    }
}

extension KeyValue: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var key: String?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .binary): key = try reader.string()
            case (2, .binary): value = try reader.string()
            default: try reader.skip(field)
            }
        }
        guard let key else { throw missing("a key and its value", "the key") }
        self.key = key
    }
}

extension SchemaElement: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var name: String?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): type = try reader.i32()
            case (2, .i32): typeLength = try reader.i32()
            case (3, .i32): repetition = try reader.i32()
            case (4, .binary): name = try reader.string()
            case (5, .i32): childCount = try reader.i32()
            case (6, .i32): convertedType = try reader.i32()
            case (7, .i32): scale = try reader.i32()
            case (8, .i32): precision = try reader.i32()
            case (9, .i32): fieldID = try reader.i32()
            case (10, .structure): logicalType = try LogicalType(from: &reader)
            default: try reader.skip(field)
            }
        }
        guard let name else { throw missing("an element of the schema", "a name") }
        self.name = name
    }
}

extension LogicalType: ThriftReadable {
    /// A union: a struct with one field.
    init(from reader: inout ThriftReader) throws(ParquetError) {
        self = .other
        try reader.beginStruct()
        while let field = try reader.nextField() {
            if field.type == .structure, let type = Self.plain[field.id] { self = type }
            switch (field.id, field.type) {
            case (5, .structure): self = try Self.decimalType(from: &reader)
            case (7, .structure):
                let time = try Self.timeType(from: &reader)
                self = time.map { .time(unit: $0.unit, isAdjustedToUTC: $0.isAdjustedToUTC) } ?? .other
            case (8, .structure):
                let time = try Self.timeType(from: &reader)
                self = time.map { .timestamp(unit: $0.unit, isAdjustedToUTC: $0.isAdjustedToUTC) } ?? .other
            case (10, .structure): self = try Self.integer(from: &reader)
            default: try reader.skip(field)
            }
        }
    }

    /// Types without parameters.
    private static let plain: [Int16: LogicalType] = [
        1: .string, 2: .map, 3: .list, 4: .enumeration, 6: .date, 11: .null, 12: .json, 13: .bson, 14: .uuid, 15: .float16,
        16: .variant, 17: .geometry, 18: .geography,
    ]

    private static func decimalType(from reader: inout ThriftReader) throws(ParquetError) -> LogicalType {
        var scale: Int32 = 0
        var precision: Int32 = 0
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): scale = try reader.i32()
            case (2, .i32): precision = try reader.i32()
            default: try reader.skip(field)
            }
        }
        return .decimal(precision: Int(precision), scale: Int(scale))
    }

    /// TIME and TIMESTAMP have the same parts.
    private static func timeType(
        from reader: inout ThriftReader
    ) throws(ParquetError) -> (unit: TimeUnit, isAdjustedToUTC: Bool)? {
        var unit: TimeUnit?
        var isAdjustedToUTC = false
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .boolTrue), (1, .boolFalse): isAdjustedToUTC = reader.bool(field)
            case (2, .structure): unit = try timeUnit(from: &reader)
            default: try reader.skip(field)
            }
        }
        return unit.map { ($0, isAdjustedToUTC) }
    }

    private static func timeUnit(from reader: inout ThriftReader) throws(ParquetError) -> TimeUnit? {
        let units: [Int16: TimeUnit] = [1: .milliseconds, 2: .microseconds, 3: .nanoseconds]
        var unit: TimeUnit?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            unit = units[field.id]
            try reader.skip(field)
        }
        return unit
    }

    private static func integer(from reader: inout ThriftReader) throws(ParquetError) -> LogicalType {
        var bitWidth = 0
        var isSigned = false
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i8): bitWidth = Int(try reader.i8())
            case (2, .boolTrue), (2, .boolFalse): isSigned = reader.bool(field)
            default: try reader.skip(field)
            }
        }
        return [8, 16, 32, 64].contains(bitWidth) ? .integer(bitWidth: bitWidth, isSigned: isSigned) : .other
    }
}

extension RowGroupMetadata: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var rowCount: Int64?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .list): columns = try reader.structures()
            case (2, .i64): byteCount = try reader.i64()
            case (3, .i64): rowCount = try reader.i64()
            case (4, .list):
                let sorting: [SortingColumn] = try reader.structures()
                if let first = sorting.first, !first.isDescending, !first.areNullsFirst { sortingColumn = first.column }
            case (5, .i64): fileOffset = try reader.i64()
            case (6, .i64): compressedByteCount = try reader.i64()
            case (7, .i16): ordinal = try reader.i16()
            default: try reader.skip(field)
            }
        }
        guard let rowCount else { throw missing("a row group", "the number of rows") }
        self.rowCount = rowCount
    }
}

/// parquet.thrift `SortingColumn`.
private struct SortingColumn: ThriftReadable {
    var column: Int32?
    var isDescending = false
    var areNullsFirst = false

    init(from reader: inout ThriftReader) throws(ParquetError) {
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): column = try reader.i32()
            case (2, .boolTrue), (2, .boolFalse): isDescending = reader.bool(field)
            case (3, .boolTrue), (3, .boolFalse): areNullsFirst = reader.bool(field)
            default: try reader.skip(field)
            }
        }
    }
}

extension ColumnChunkMetadata: ThriftReadable {
    /// `ColumnChunk`.
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var hasMetadata = false
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .binary):
                guard try reader.string().isEmpty else {
                    throw .unsupported("its columns lie in other files; read those instead")
                }
            case (3, .structure):
                hasMetadata = true
                try readMetadata(from: &reader)
            case (4, .i64): offsetIndexOffset = try reader.i64()
            case (5, .i32): offsetIndexLength = try reader.i32()
            case (6, .i64): columnIndexOffset = try reader.i64()
            case (7, .i32): columnIndexLength = try reader.i32()
            case (8, .structure): throw .unsupported("it has encrypted columns; decrypt it first")
            default: try reader.skip(field)
            }
        }
        guard hasMetadata else { throw missing("a column chunk", "its metadata") }
    }

    /// `ColumnMetaData`.
    private mutating func readMetadata(from reader: inout ThriftReader) throws(ParquetError) {
        // What a chunk cannot be read without: fields 1, 4, 5, 7 and 9.
        let required: UInt16 = 0b10_1011_0010
        var seen: UInt16 = 0
        try reader.beginStruct()
        while let field = try reader.nextField() {
            if field.id >= 0, field.id < 16 { seen |= 1 << UInt16(field.id) }
            switch (field.id, field.type) {
            case (1, .i32): type = try reader.i32()
            case (2, .list): encodings = try reader.i32s().map { Encoding(rawValue: $0) }
            case (3, .list): path = try reader.strings()
            case (4, .i32): codec = Codec(rawValue: try reader.i32())
            case (5, .i64): valueCount = try reader.i64()
            case (6, .i64): byteCount = try reader.i64()
            case (7, .i64): compressedByteCount = try reader.i64()
            case (9, .i64): dataPageOffset = try reader.i64()
            case (11, .i64): dictionaryPageOffset = try reader.i64()
            case (12, .structure): statistics = try Statistics(from: &reader)
            case (14, .i64): bloomFilterOffset = try reader.i64()
            case (15, .i32): bloomFilterLength = try reader.i32()
            default: try reader.skip(field)
            }
        }
        guard seen & required == required else { throw missing("a column chunk's metadata", "type, codec or place") }
    }
}

extension Statistics: ThriftReadable {
    /// Without fields 1 and 2, bounds in an order that was never clear.
    init(from reader: inout ThriftReader) throws(ParquetError) {
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (3, .i64): nullCount = try reader.i64()
            case (5, .binary): max = try reader.binary()
            case (6, .binary): min = try reader.binary()
            case (7, .boolTrue), (7, .boolFalse): isMaxExact = reader.bool(field)
            case (8, .boolTrue), (8, .boolFalse): isMinExact = reader.bool(field)
            default: try reader.skip(field)
            }
        }
    }
}

// MARK: - Page headers

extension PageHeader: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var number: Int32?
        var kinds: [Int32: Kind] = [:]
        var byteCount: Int32?
        var compressedByteCount: Int32?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): number = try reader.i32()
            case (2, .i32): byteCount = try reader.i32()
            case (3, .i32): compressedByteCount = try reader.i32()
            case (4, .i32): crc = try reader.i32()
            case (5, .structure): kinds[0] = .data(try DataPageHeader(from: &reader))
            case (7, .structure): kinds[2] = .dictionary(try DictionaryPageHeader(from: &reader))
            case (8, .structure): kinds[3] = .dataV2(try DataPageHeaderV2(from: &reader))
            default: try reader.skip(field)
            }
        }
        guard let number, let byteCount, let compressedByteCount, byteCount >= 0, compressedByteCount >= 0 else {
            throw missing("a page header", "its type or size")
        }
        if [0, 2, 3].contains(number), kinds[number] == nil { throw missing("a page header", "the part for its type") }
        kind = kinds[number] ?? .other(number)
        self.byteCount = byteCount
        self.compressedByteCount = compressedByteCount
    }
}

/// Page headers cannot do without these.
private func require(_ value: Int32?, _ field: String) throws(ParquetError) -> Int32 {
    guard let value else { throw missing("a page header", field) }
    return value
}

private func requireCount(_ value: Int32?, _ field: String) throws(ParquetError) -> Int32 {
    let value = try require(value, field)
    guard value >= 0 else { throw .malformed("a page header has \(value) as \(field); fetch the file again") }
    return value
}

extension DataPageHeader: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var values: Int32?
        var encoding: Int32?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): values = try reader.i32()
            case (2, .i32): encoding = try reader.i32()
            case (3, .i32): definitionLevels = Encoding(rawValue: try reader.i32())
            case (4, .i32): repetitionLevels = Encoding(rawValue: try reader.i32())
            default: try reader.skip(field)
            }
        }
        valueCount = try requireCount(values, "the number of values")
        self.encoding = Encoding(rawValue: try require(encoding, "the encoding"))
    }
}

extension DataPageHeaderV2: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var values: Int32?
        var nulls: Int32?
        var rows: Int32?
        var encoding: Int32?
        var definitionLevels: Int32?
        var repetitionLevels: Int32?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): values = try reader.i32()
            case (2, .i32): nulls = try reader.i32()
            case (3, .i32): rows = try reader.i32()
            case (4, .i32): encoding = try reader.i32()
            case (5, .i32): definitionLevels = try reader.i32()
            case (6, .i32): repetitionLevels = try reader.i32()
            case (7, .boolTrue), (7, .boolFalse): isCompressed = reader.bool(field)
            default: try reader.skip(field)
            }
        }
        valueCount = try requireCount(values, "the number of values")
        nullCount = try requireCount(nulls, "the number of nulls")
        rowCount = try requireCount(rows, "the number of rows")
        self.encoding = Encoding(rawValue: try require(encoding, "the encoding"))
        definitionLevelsByteCount = try requireCount(definitionLevels, "the size of definition levels")
        repetitionLevelsByteCount = try requireCount(repetitionLevels, "the size of repetition levels")
    }
}

extension DictionaryPageHeader: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var values: Int32?
        var encoding: Int32?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): values = try reader.i32()
            case (2, .i32): encoding = try reader.i32()
            default: try reader.skip(field)
            }
        }
        valueCount = try requireCount(values, "the number of values")
        self.encoding = Encoding(rawValue: try require(encoding, "the encoding"))
    }
}

// MARK: - Page index

extension OffsetIndex: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .list): pages = try reader.structures()
            default: try reader.skip(field)
            }
        }
    }
}

extension OffsetIndex.PageLocation: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        var offset: Int64?
        var byteCount: Int32?
        var firstRow: Int64?
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i64): offset = try reader.i64()
            case (2, .i32): byteCount = try reader.i32()
            case (3, .i64): firstRow = try reader.i64()
            default: try reader.skip(field)
            }
        }
        guard let offset, let byteCount, let firstRow else { throw missing("a page of an offset index", "its place") }
        self.init(offset: offset, compressedByteCount: byteCount, firstRow: firstRow)
    }
}

extension ColumnIndex: ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError) {
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .list): isNullPage = try reader.bools()
            case (2, .list): mins = try reader.binaries()
            case (3, .list): maxs = try reader.binaries()
            case (4, .i32): boundaryOrder = try reader.i32()
            case (5, .list): nullCounts = try reader.i64s()
            default: try reader.skip(field)
            }
        }
        guard mins.count == isNullPage.count, maxs.count == isNullPage.count,
            nullCounts == nil || nullCounts?.count == isNullPage.count
        else { throw .malformed("a column index has lists of different lengths; fetch the file again") }
    }
}
