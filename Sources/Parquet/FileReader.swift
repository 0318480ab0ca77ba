import Kernels

/// Reads a Parquet file, flat columns as arrays, nested ones with their levels or as records.
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
    /// The columns that can be read as flat ones: leaves right below the root that do not repeat.
    public var schema: [ColumnSchema] { fileSchema.columns }
    /// Names of the other leaves, groups before a dot: nested and repeated ones, which `records` and `readNested` read.
    public var unsupportedColumns: [String] { fileSchema.unsupported }
    /// The schema as a tree.
    public var root: SchemaNode { fileSchema.root }
    /// All leaves of the schema, in the order of the column chunks.
    public var leaves: [LeafColumn] { fileSchema.leaves }
    /// Rows of all row groups; what the footer says of the whole file is not always true.
    public let rowCount: Int
    public let rowGroups: [RowGroup]
    public let keyValues: [(key: String, value: String)]
    /// Who wrote the file, `application version 1.2.3` by custom.
    public let createdBy: String?
    /// Of the format, 1 or 2 as the writer says; it tells little of what is in the file.
    public let version: Int
    /// Bytes of the file.
    public var byteCount: Int { file.byteCount }
    /// Bytes of the metadata at the end of the file, without length and magic number.
    public let footerByteCount: Int

    let file: FileBytes
    let fileSchema: FileSchema

    /// Reads the footer.
    ///
    /// - Throws: `ParquetError.notParquet` when the file does not start and end as one; `.malformed`, `.unsupported`
    ///   when it is encrypted or its columns lie in other files; `.unreadable` when `source` fails.
    public init(_ source: any ByteSource, limits: ReaderLimits = ReaderLimits()) throws(ParquetError) {
        file = try FileBytes(source, limits: limits)
        let (metadata, footerByteCount) = try Footer.read(file)
        fileSchema = try FileSchema(metadata.schema)
        rowGroups = try RowGroup.all(metadata, fileSchema)
        rowCount = rowGroups.last.map { $0.firstRow + $0.rowCount } ?? 0
        keyValues = metadata.keyValues.map { ($0.key, $0.value ?? "") }
        createdBy = metadata.createdBy
        version = Int(metadata.version)
        self.footerByteCount = footerByteCount
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
    ///   compressed with a codec or encoded in a way that this library leaves out, have INT96 times beyond 64 bits, or
    ///   come to more than `ReaderLimits` allows.
    public func read(column: Int, rowGroup: Int, rows: Range<Int>? = nil) throws(ParquetError) -> Column {
        let rows = checkedRows(rows, rowGroup)
        do throws(ParquetError) {
            return try flatChunk(column, rowGroup).read(rows)
        } catch {
            throw error.inRowGroup(rowGroup)
        }
    }

    /// Reads a leaf of any kind with its levels.
    ///
    /// - Parameters:
    ///   - leaf: index into `leaves`.
    ///   - rowGroup: index into `rowGroups`.
    ///   - rows: as for `read(column:rowGroup:rows:)`.
    /// - Throws: as `read(column:rowGroup:rows:)`.
    public func readNested(leaf: Int, rowGroup: Int, rows: Range<Int>? = nil) throws(ParquetError) -> NestedColumn {
        let rows = checkedRows(rows, rowGroup)
        do throws(ParquetError) {
            return try chunk(leaf: leaf, rowGroup).readNested(rows)
        } catch {
            throw error.inRowGroup(rowGroup)
        }
    }

    /// The rows of each data page of a column chunk, from its offset index; one range of all rows when it has none.
    ///
    /// - Throws: `ParquetError.malformed`, `.unreadable`.
    public func pageRows(column: Int, rowGroup: Int) throws(ParquetError) -> [Range<Int>] {
        do throws(ParquetError) {
            let chunk = try flatChunk(column, rowGroup)
            guard let pages = try chunk.indexedPages() else { return chunk.rowCount == 0 ? [] : [0..<chunk.rowCount] }
            return pages.map(\.rows)
        } catch {
            throw error.inRowGroup(rowGroup)
        }
    }

    /// Bytes that are no part of the Parquet format, whose place the key-value metadata tell.
    ///
    /// - Throws: `ParquetError.malformed` when they lie outside the file; `.unreadable`.
    public func foreignBytes(_ range: Range<Int>) throws(ParquetError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw .malformed("bytes \(range) lie outside the file; fetch the file again")
        }
        return try file.bytes(range)
    }

    private func checkedRows(_ rows: Range<Int>?, _ rowGroup: Int) -> Range<Int> {
        precondition(rowGroups.indices.contains(rowGroup), "the row group is one of the file")
        let all = 0..<rowGroups[rowGroup].rowCount
        let rows = rows ?? all
        precondition(rows.lowerBound >= 0 && rows.upperBound <= all.upperBound, "rows lie within the row group")
        return rows
    }

    private func flatChunk(_ column: Int, _ rowGroup: Int) throws(ParquetError) -> ColumnChunkReader {
        precondition(fileSchema.columns.indices.contains(column), "the column is one of the schema")
        return try chunk(leaf: fileSchema.leafNumbers[column], rowGroup)
    }

    func chunk(leaf: Int, _ rowGroup: Int) throws(ParquetError) -> ColumnChunkReader {
        precondition(leaves.indices.contains(leaf), "the leaf is one of the schema")
        precondition(rowGroups.indices.contains(rowGroup), "the row group is one of the file")
        let group = rowGroups[rowGroup]
        return try ColumnChunkReader(
            file, leaf: leaves[leaf], metadata: group.chunks[leaf], rowCount: group.rowCount)
    }
}

/// The end of a file (Parquet format, "File format").
private enum Footer {
    private static let magic = Array("PAR1".utf8)
    /// Read at first; most footers fit.
    private static let tailByteCount = 64 << 10

    static func read(_ file: FileBytes) throws(ParquetError) -> (metadata: FileMetadata, byteCount: Int) {
        let byteCount = file.byteCount
        guard byteCount >= 12 else { throw .notParquet("it has \(byteCount) bytes, fewer than any Parquet file") }
        let start = try file.bytes(0..<4)
        var tail = try file.bytes(byteCount - min(tailByteCount, byteCount)..<byteCount)
        if tail.suffix(4).elementsEqual("PARE".utf8) { throw .unsupported("its footer is encrypted; decrypt it first") }
        guard start == magic else { throw .notParquet("it does not start with PAR1") }
        guard tail.suffix(4) == magic[...] else {
            throw .notParquet("it does not end with PAR1; it was not written to its end")
        }
        let length = Int(tail.suffix(8).prefix(4).littleEndian)
        guard length <= byteCount - 12 else {
            throw .malformed("its footer should have \(length) bytes, more than the file; fetch the file again")
        }
        guard length <= file.limits.footerBytesMax else {
            throw .unsupported("its footer has \(length) bytes, more than footerBytesMax, \(file.limits.footerBytesMax)")
        }
        if length + 8 > tail.count { tail = try file.bytes(byteCount - 8 - length..<byteCount) }
        var reader = ThriftReader(tail, tail.count - 8 - length..<tail.count - 8)
        return (try FileMetadata(from: &reader), length)
    }
}
