// The structures of the metadata as Thrift: field ids of parquet.thrift, which stand beside the names there.

private func encoded(_ body: (inout ThriftWriter) -> Void) -> [UInt8] {
    var writer = ThriftWriter()
    body(&writer)
    writer.stop()
    return writer.bytes
}

// MARK: - Footer

extension FileMetadata {
    /// The footer. Declares the order of every column as TypeDefinedOrder, without which readers must not trust bounds.
    func encoded() -> [UInt8] {
        Parquet.encoded { writer in
            writer.field(1, i32: version)
            writer.field(2, structures: schema) { $0.write(to: &$1) }
            writer.field(3, i64: rowCount)
            writer.field(4, structures: rowGroups) { $0.write(to: &$1) }
            if !keyValues.isEmpty { writer.field(5, structures: keyValues) { $0.write(to: &$1) } }
            writer.field(6, string: createdBy)
            let leaves = schema.filter { $0.type != nil }
            writer.field(7, structures: leaves) { _, writer in writer.field(1, structure: { _ in }) }
        }
    }
}

extension KeyValue {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(1, string: key)
        writer.field(2, string: value)
    }
}

extension SchemaElement {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(1, i32: type)
        writer.field(2, i32: typeLength)
        writer.field(3, i32: repetition)
        writer.field(4, string: name)
        writer.field(5, i32: childCount)
        writer.field(6, i32: convertedType)
        writer.field(7, i32: scale)
        writer.field(8, i32: precision)
        writer.field(9, i32: fieldID)
        if let logicalType { logicalType.write(to: &writer) }
    }
}

extension LogicalType {
    /// Field 10 of `SchemaElement`: a union, a struct with one field.
    fileprivate func write(to writer: inout ThriftWriter) {
        guard let number else { return }
        writer.field(10) { $0.field(number) { writeParameters(to: &$0) } }
    }

    /// Its field in the union; nil for what the union lacks.
    private var number: Int16? {
        switch self {
        case .string: 1
        case .map: 2
        case .list: 3
        case .enumeration: 4
        case .decimal: 5
        case .date: 6
        case .time: 7
        case .timestamp: 8
        case .integer: 10
        case .null: 11
        case .json: 12
        case .bson: 13
        case .uuid: 14
        case .float16: 15
        case .variant: 16
        case .geometry: 17
        case .geography: 18
        case .interval, .other: nil
        }
    }

    private func writeParameters(to writer: inout ThriftWriter) {
        switch self {
        case .decimal(let precision, let scale):
            writer.field(1, i32: Int32(clamping: scale))
            writer.field(2, i32: Int32(clamping: precision))
        case .time(let unit, let isAdjustedToUTC), .timestamp(let unit, let isAdjustedToUTC):
            writer.field(1, bool: isAdjustedToUTC)
            writer.field(2) { $0.field(unit.field, structure: { _ in }) }
        case .integer(let bitWidth, let isSigned):
            writer.field(1, i8: Int8(clamping: bitWidth))
            writer.field(2, bool: isSigned)
        default: break
        }
    }
}

extension LogicalType.TimeUnit {
    /// Its field in the union `TimeUnit`.
    fileprivate var field: Int16 {
        switch self {
        case .milliseconds: 1
        case .microseconds: 2
        case .nanoseconds: 3
        }
    }
}

extension RowGroupMetadata {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(1, structures: columns) { $0.write(to: &$1) }
        writer.field(2, i64: byteCount)
        writer.field(3, i64: rowCount)
        if let sortingColumn {
            writer.field(4, structures: [sortingColumn]) { column, writer in
                writer.field(1, i32: column)
                writer.field(2, bool: false)
                writer.field(3, bool: false)
            }
        }
        writer.field(5, i64: fileOffset)
        writer.field(6, i64: compressedByteCount)
        writer.field(7, i16: ordinal)
    }
}

extension ColumnChunkMetadata {
    /// `ColumnChunk`. Its field 2, the offset of a copy of the metadata, is out of use and 0.
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(2, i64: 0)
        writer.field(3) { writeMetadata(to: &$0) }
        writer.field(4, i64: offsetIndexOffset)
        writer.field(5, i32: offsetIndexLength)
        writer.field(6, i64: columnIndexOffset)
        writer.field(7, i32: columnIndexLength)
    }

    private func writeMetadata(to writer: inout ThriftWriter) {
        writer.field(1, i32: type)
        writer.field(2, i32s: encodings.map(\.rawValue))
        writer.field(3, strings: path)
        writer.field(4, i32: codec.rawValue)
        writer.field(5, i64: valueCount)
        writer.field(6, i64: byteCount)
        writer.field(7, i64: compressedByteCount)
        writer.field(9, i64: dataPageOffset)
        writer.field(11, i64: dictionaryPageOffset)
        if statistics != Statistics() { writer.field(12) { statistics.write(to: &$0) } }
        writer.field(14, i64: bloomFilterOffset)
        writer.field(15, i32: bloomFilterLength)
    }
}

extension Statistics {
    /// Without fields 1 and 2, bounds in an order that was never clear.
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(3, i64: nullCount)
        writer.field(5, binary: max)
        writer.field(6, binary: min)
        writer.field(7, bool: isMaxExact)
        writer.field(8, bool: isMinExact)
    }
}

// MARK: - Page headers

extension PageHeader {
    func encoded() -> [UInt8] {
        Parquet.encoded { writer in
            writer.field(1, i32: kind.number)
            writer.field(2, i32: byteCount)
            writer.field(3, i32: compressedByteCount)
            writer.field(4, i32: crc)
            switch kind {
            case .data(let header): writer.field(5) { header.write(to: &$0) }
            case .dictionary(let header): writer.field(7) { header.write(to: &$0) }
            case .dataV2(let header): writer.field(8) { header.write(to: &$0) }
            case .other: break
            }
        }
    }
}

extension PageHeader.Kind {
    /// parquet.thrift `PageType`.
    fileprivate var number: Int32 {
        switch self {
        case .data: 0
        case .dictionary: 2
        case .dataV2: 3
        case .other(let number): number
        }
    }
}

extension DataPageHeader {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(1, i32: valueCount)
        writer.field(2, i32: encoding.rawValue)
        writer.field(3, i32: definitionLevels.rawValue)
        writer.field(4, i32: repetitionLevels.rawValue)
    }
}

extension DataPageHeaderV2 {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(1, i32: valueCount)
        writer.field(2, i32: nullCount)
        writer.field(3, i32: rowCount)
        writer.field(4, i32: encoding.rawValue)
        writer.field(5, i32: definitionLevelsByteCount)
        writer.field(6, i32: repetitionLevelsByteCount)
        writer.field(7, bool: isCompressed)
    }
}

extension DictionaryPageHeader {
    fileprivate func write(to writer: inout ThriftWriter) {
        writer.field(1, i32: valueCount)
        writer.field(2, i32: encoding.rawValue)
    }
}

// MARK: - Page index

extension OffsetIndex {
    func encoded() -> [UInt8] {
        Parquet.encoded { writer in
            writer.field(1, structures: pages) { page, writer in
                writer.field(1, i64: page.offset)
                writer.field(2, i32: page.compressedByteCount)
                writer.field(3, i64: page.firstRow)
            }
        }
    }
}

extension ColumnIndex {
    func encoded() -> [UInt8] {
        Parquet.encoded { writer in
            writer.field(1, bools: isNullPage)
            writer.field(2, binaries: mins)
            writer.field(3, binaries: maxs)
            writer.field(4, i32: boundaryOrder)
            writer.field(5, i64s: nullCounts)
        }
    }
}
