/// How a file is written.
public struct WriterOptions: Sendable {
    /// 1 (fast) to 22 (small).
    public var zstdLevel: Int
    /// Rows of a data page, 1 or more. Pages of very long values get fewer.
    public var pageRows: Int
    /// Who wrote the file, `application version 1.2.3` by custom.
    public var createdBy: String
    /// Which columns get a bloom filter in every row group, by name. It helps where one value is looked for in a column
    /// of many distinct ones, and costs about 10 bits for each of them.
    public var bloomFilters: [String: BloomFilterOptions] = [:]

    public init(zstdLevel: Int = 1, pageRows: Int = 8_192, createdBy: String = "lockstitch") {
        self.zstdLevel = zstdLevel
        self.pageRows = pageRows
        self.createdBy = createdBy
    }
}

/// Writes a Parquet file of a flat schema from front to back, holding one column chunk in memory at a time.
///
/// Every page is compressed with zstd and has a CRC; every chunk has statistics, an offset index and, unless a page has
/// no usable bounds, a column index.
///
///     var writer = try FileWriter(schema: schema, options: WriterOptions()) { try file.append($0) }
///     try writer.beginRowGroup(rowCount: 2)
///     try writer.write(times)
///     try writer.write(messages)
///     try writer.endRowGroup()
///     let byteCount = try writer.finish()
public struct FileWriter: ~Copyable {
    private let schema: [ColumnSchema]
    private let options: WriterOptions
    private let sink: ([UInt8]) throws -> Void
    private var chunkWriter: ColumnChunkWriter
    private var buffer: [UInt8] = []
    /// Bytes given to the sink.
    private var fileByteCount: Int
    private var rowGroups: [[WrittenChunk]] = []
    private var rowCounts: [Int] = []
    /// The chunks of the row group that is open.
    private var openGroup: [WrittenChunk]?

    private static let magic = Array("PAR1".utf8)

    /// Starts a file.
    ///
    /// - Parameter sink: appends bytes to the file. After an error thrown by it, the writer is of no more use.
    /// - Throws: `ParquetError.unwritable` when the schema is empty, has a name twice, or a logical type that does not
    ///   go with its physical type, or when a bloom filter is wanted for a column that cannot have one; what `sink` throws.
    public init(
        schema: [ColumnSchema], options: WriterOptions = WriterOptions(), sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        precondition(options.pageRows > 0, "a page has rows")
        try Self.check(schema)
        try Self.check(options.bloomFilters, schema)
        let chunkWriter = try ColumnChunkWriter(pageRows: options.pageRows, zstdLevel: options.zstdLevel)
        try sink(Self.magic)
        fileByteCount = Self.magic.count
        self.schema = schema
        self.options = options
        self.sink = sink
        self.chunkWriter = chunkWriter
    }

    private static func check(_ schema: [ColumnSchema]) throws(ParquetError) {
        guard !schema.isEmpty else { throw .unwritable("the schema has no columns; give at least one") }
        var names: Set<String> = []
        for column in schema {
            try column.checkWritable()
            guard names.insert(column.name).inserted else {
                throw .unwritable("the schema has column \(column.name) twice; name each column once")
            }
        }
    }

    private static func check(_ filters: [String: BloomFilterOptions], _ schema: [ColumnSchema]) throws(ParquetError) {
        for name in filters.keys.sorted() {
            guard let column = schema.first(where: { $0.name == name }) else {
                throw .unwritable("a bloom filter is wanted for column \(name), which the schema has not")
            }
            guard column.type != .boolean, column.type != .int96 else {
                throw .unwritable("column \(name) cannot have a bloom filter, being of type \(column.type)")
            }
        }
    }

    /// Starts a row group; then comes one `write` for each column of the schema, then `endRowGroup`.
    ///
    /// - Parameter rowCount: 1 or more.
    public mutating func beginRowGroup(rowCount: Int) throws {
        precondition(openGroup == nil, "row groups follow one another")
        precondition(rowCount > 0, "a row group has rows")
        openGroup = []
        rowCounts.append(rowCount)
    }

    /// Writes the next column of the schema, all rows of `column`.
    ///
    /// - Throws: as `write(_:rows:)`.
    public mutating func write(_ column: Column) throws { try write(column, rows: 0..<column.rowCount) }

    /// Writes the next column of the schema.
    ///
    /// - Parameters:
    ///   - column: values of the type that the schema says; without nulls if it says so.
    ///   - rows: those of `column` that make up the row group, as many as `beginRowGroup` was told.
    /// - Throws: `ParquetError.unwritable` when a value is longer than 1 GiB; what the sink throws.
    public mutating func write(_ column: Column, rows: Range<Int>) throws {
        guard var group = openGroup.take() else { preconditionFailure("a row group is open") }
        precondition(group.count < schema.count, "each column is written once")
        let columnSchema = schema[group.count]
        check(column, rows, columnSchema)
        group.append(
            try chunkWriter.write(
                column, rows, schema: columnSchema, bloomFilter: options.bloomFilters[columnSchema.name],
                fileOffset: fileByteCount, to: &buffer))
        openGroup = group
        try flush()
    }

    private func check(_ column: Column, _ rows: Range<Int>, _ columnSchema: ColumnSchema) {
        precondition(rows.count == rowCounts.last, "columns of a row group have its rows")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= column.rowCount, "rows lie within the column")
        precondition(column.values.matches(columnSchema.type), "column \(columnSchema.name) has values of its type")
        precondition(
            columnSchema.isOptional || column.validity == nil, "required column \(columnSchema.name) has no nulls")
    }

    /// Writes the bloom filters of the row group.
    ///
    /// - Throws: what the sink throws.
    public mutating func endRowGroup() throws {
        guard var group = openGroup.take() else { preconditionFailure("a row group is open") }
        precondition(group.count == schema.count, "each column of the row group is written")
        for column in group.indices {
            guard let filter = group[column].bloomFilter.take() else { continue }
            group[column].metadata.bloomFilterOffset = Int64(fileByteCount + buffer.count)
            group[column].metadata.bloomFilterLength = Int32(filter.count)
            buffer += filter
        }
        rowGroups.append(group)
        if !buffer.isEmpty { try flush() }
    }

    /// Bytes of the file so far.
    public var byteCount: Int { fileByteCount + buffer.count }

    /// Writes bytes that are no part of the Parquet format, which readers skip that do not know of them; between row groups
    /// or after the last.
    ///
    /// - Returns: where in the file they begin, for the key-value metadata.
    /// - Throws: what the sink throws.
    public mutating func append(foreign bytes: [UInt8]) throws -> Int {
        precondition(openGroup == nil, "the row group is ended")
        defer { fileByteCount += bytes.count }
        let start = fileByteCount
        try sink(bytes)
        return start
    }

    /// Writes the page index and the footer, after which the file is complete.
    ///
    /// - Parameters:
    ///   - keyValues: for the footer.
    ///   - sortingColumn: index of the column by which the rows of each row group rise, nulls last.
    /// - Returns: the bytes of the file.
    /// - Throws: `ParquetError.unwritable` when there are more than 32767 row groups or the footer passes 2 GiB; what
    ///   the sink throws.
    public consuming func finish(
        keyValues: [(key: String, value: String)] = [], sortingColumn: Int? = nil
    ) throws -> Int {
        precondition(openGroup == nil, "the last row group is ended")
        precondition(sortingColumn.map(schema.indices.contains) ?? true, "the sorting column is one of the schema")
        guard rowGroups.count <= Int(Int16.max) else {
            throw ParquetError.unwritable("\(rowGroups.count) row groups are too many; write larger ones")
        }
        try writePageIndex()
        let footer = metadata(keyValues, sortingColumn).encoded()
        guard let footerByteCount = Int32(exactly: footer.count) else {
            throw ParquetError.unwritable("the footer passes 2 GiB; write larger row groups or several files")
        }
        buffer += footer
        for byte in 0..<4 { buffer.append(UInt8(truncatingIfNeeded: footerByteCount >> Int32(byte * 8))) }
        buffer += Self.magic
        try flush()
        return fileByteCount
    }

    private mutating func flush() throws {
        try sink(buffer)
        fileByteCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    // MARK: Footer

    /// All column indexes, then all offset indexes (Parquet format, PageIndex.md).
    private mutating func writePageIndex() throws {
        for group in rowGroups.indices {
            for column in schema.indices {
                guard let index = rowGroups[group][column].columnIndex?.encoded() else { continue }
                rowGroups[group][column].metadata.columnIndexOffset = Int64(fileByteCount + buffer.count)
                rowGroups[group][column].metadata.columnIndexLength = Int32(index.count)
                buffer += index
            }
        }
        for group in rowGroups.indices {
            for column in schema.indices {
                let index = rowGroups[group][column].offsetIndex.encoded()
                rowGroups[group][column].metadata.offsetIndexOffset = Int64(fileByteCount + buffer.count)
                rowGroups[group][column].metadata.offsetIndexLength = Int32(index.count)
                buffer += index
            }
        }
    }

    private func metadata(_ keyValues: [(key: String, value: String)], _ sortingColumn: Int?) -> FileMetadata {
        let root = SchemaElement(name: "schema", childCount: Int32(schema.count))
        let groups = rowGroups.indices.map { rowGroup($0, sortingColumn) }
        return FileMetadata(
            schema: [root] + schema.map(\.element), rowCount: Int64(rowCounts.reduce(0, +)), rowGroups: groups,
            keyValues: keyValues.map { KeyValue(key: $0.key, value: $0.value) }, createdBy: options.createdBy)
    }

    private func rowGroup(_ index: Int, _ sortingColumn: Int?) -> RowGroupMetadata {
        let chunks = rowGroups[index].map(\.metadata)
        let first = chunks.first
        return RowGroupMetadata(
            columns: chunks, byteCount: chunks.reduce(0) { $0 + $1.byteCount },
            compressedByteCount: chunks.reduce(0) { $0 + $1.compressedByteCount }, rowCount: Int64(rowCounts[index]),
            sortingColumn: sortingColumn.map { Int32($0) },
            fileOffset: first?.dictionaryPageOffset ?? first?.dataPageOffset ?? 0, ordinal: Int16(index))
    }
}

extension ColumnValues {
    /// Whether values are of the physical type.
    fileprivate func matches(_ type: PhysicalType) -> Bool {
        switch (self, type) {
        case (.boolean, .boolean), (.int32, .int32), (.int64, .int64), (.int64, .int96), (.float, .float), (.double, .double),
            (.byteArray, .byteArray), (.dictionary, .byteArray):
            true
        case (.fixed(let width, _), .fixedLenByteArray(let length)): width == length
        default: false
        }
    }
}
