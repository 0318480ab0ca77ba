/// Reads a Parquet file of a flat schema, column by column.
///
/// A value: the footer is read once, pages only when their rows are asked for. Many tasks may read at once.
///
///     let reader = try FileReader(MemorySource(bytes))
///     for group in reader.rowGroups.indices {
///         let times = try reader.read(column: 0, rowGroup: group)
///     }
///
/// Malformed bytes throw; they never trap, and memory stays within `ReaderLimits`.
public struct FileReader: Sendable {
    /// The columns that can be read: leaves right below the root that do not repeat.
    public var schema: [ColumnSchema] { leaves.columns }
    /// Names of the other leaves, groups before a dot: nested and repeated ones.
    public var unsupportedColumns: [String] { leaves.unsupported }
    /// Rows of all row groups.
    public let rowCount: Int
    public let rowGroups: [RowGroup]
    public let keyValues: [(key: String, value: String)]
    /// Who wrote the file, `application version 1.2.3` by custom.
    public let createdBy: String?

    let source: any ByteSource
    let fileByteCount: Int
    private let leaves: SchemaLeaves

    /// Reads the footer.
    ///
    /// - Throws: `ParquetError.notParquet` when the file does not start and end as one; `.malformed`, `.unsupported`
    ///   when it is encrypted or its columns lie in other files; `.unreadable` when `source` fails.
    public init(_ source: any ByteSource) throws(ParquetError) {
        let byteCount = try source.checkedByteCount()
        let metadata = try Footer.read(source, byteCount: byteCount)
        leaves = try SchemaLeaves(metadata.schema)
        rowGroups = try RowGroup.all(metadata, leaves)
        rowCount = rowGroups.last.map { $0.firstRow + $0.rowCount } ?? 0
        guard metadata.rowCount == Int64(rowCount) else {
            throw .malformed("row groups have \(rowCount) rows, the file \(metadata.rowCount); fetch the file again")
        }
        keyValues = metadata.keyValues.map { ($0.key, $0.value ?? "") }
        createdBy = metadata.createdBy
        self.source = source
        fileByteCount = byteCount
    }

    /// Reads a column, or some rows of it.
    ///
    /// Byte arrays whose pages in question are all dictionary-encoded come as `ColumnValues.dictionary`; other
    /// dictionaries are replaced by their values. INT96 comes as INT64, nanoseconds since 1970.
    ///
    /// - Parameters:
    ///   - column: index into `schema`.
    ///   - rowGroup: index into `rowGroups`.
    ///   - rows: within the row group; nil for all. When the chunk has an offset index, only the pages with these rows
    ///     are read, and the dictionary.
    /// - Throws: `ParquetError.malformed`, `.checksumMismatch`, `.unreadable`, or `.unsupported` when pages are
    ///   compressed otherwise than with zstd, encoded in an unknown way, or have INT96 times beyond 64 bits.
    public func read(column: Int, rowGroup: Int, rows: Range<Int>? = nil) throws(ParquetError) -> Column {
        let rows = rows ?? 0..<rowGroups[rowGroup].rowCount
        let chunk = try chunkReader(column, rowGroup)
        precondition(rows.lowerBound >= 0 && rows.upperBound <= chunk.rowCount, "rows lie within the row group")
        return try chunk.read(rows)
    }

    /// The rows of each data page of a column chunk, from its offset index; one range of all rows when it has none.
    ///
    /// - Throws: `ParquetError.malformed`, `.unreadable`.
    public func pageRows(column: Int, rowGroup: Int) throws(ParquetError) -> [Range<Int>] {
        let chunk = try chunkReader(column, rowGroup)
        guard let pages = try chunk.indexedPages() else { return chunk.rowCount == 0 ? [] : [0..<chunk.rowCount] }
        return pages.map(\.rows)
    }

    /// Bytes that are no part of the Parquet format, whose place the key-value metadata tell.
    ///
    /// - Throws: `ParquetError.malformed` when they lie outside the file; `.unreadable`.
    public func foreignBytes(_ range: Range<Int>) throws(ParquetError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= fileByteCount else {
            throw .malformed("bytes \(range) lie outside the file; fetch the file again")
        }
        return try source.bytes(range)
    }

    private func chunkReader(_ column: Int, _ rowGroup: Int) throws(ParquetError) -> ColumnChunkReader {
        precondition(leaves.columns.indices.contains(column), "the column is one of the schema")
        precondition(rowGroups.indices.contains(rowGroup), "the row group is one of the file")
        let group = rowGroups[rowGroup]
        return try ColumnChunkReader(
            source: source, fileByteCount: fileByteCount, schema: leaves.columns[column],
            metadata: group.columns[column], rowCount: group.rowCount)
    }
}

/// The end of a file (Parquet format, "File format").
private enum Footer {
    private static let magic = Array("PAR1".utf8)
    /// Read at first; most footers fit.
    private static let tailByteCount = 64 << 10

    static func read(_ source: any ByteSource, byteCount: Int) throws(ParquetError) -> FileMetadata {
        guard byteCount >= 12 else { throw .notParquet("it has \(byteCount) bytes, fewer than any Parquet file") }
        guard try source.bytes(0..<4) == magic else { throw .notParquet("it does not start with PAR1") }
        var tail = try source.bytes(byteCount - min(tailByteCount, byteCount)..<byteCount)
        if tail.suffix(4).elementsEqual("PARE".utf8) { throw .unsupported("its footer is encrypted; decrypt it first") }
        guard tail.suffix(4) == magic[...] else {
            throw .notParquet("it does not end with PAR1; it was not written to its end")
        }
        let length = tail.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= byteCount - 12 else {
            throw .malformed("its footer should have \(length) bytes, more than the file; fetch the file again")
        }
        if length + 8 > tail.count { tail = try source.bytes(byteCount - 8 - length..<byteCount) }
        var reader = ThriftReader(tail, tail.count - 8 - length..<tail.count - 8)
        return try FileMetadata(from: &reader)
    }
}
