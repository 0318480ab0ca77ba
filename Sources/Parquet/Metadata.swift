// The structures of a file's footer, page headers and page index: parquet.thrift, field for field, without what we
// neither write nor use. `Metadata+Encoding.swift` writes them, `Metadata+Decoding.swift` reads them.

/// parquet.thrift `Encoding`, by its number.
struct Encoding: RawRepresentable, Sendable, Hashable {
    let rawValue: Int32
    static let plain = Encoding(rawValue: 0)
    static let plainDictionary = Encoding(rawValue: 2)
    static let runLength = Encoding(rawValue: 3)
    static let bitPacked = Encoding(rawValue: 4)
    static let deltaBinaryPacked = Encoding(rawValue: 5)
    static let deltaLengthByteArray = Encoding(rawValue: 6)
    static let deltaByteArray = Encoding(rawValue: 7)
    static let dictionary = Encoding(rawValue: 8)
    static let byteStreamSplit = Encoding(rawValue: 9)
}

/// parquet.thrift `CompressionCodec`, by its number.
struct Codec: RawRepresentable, Sendable, Hashable {
    let rawValue: Int32
    static let uncompressed = Codec(rawValue: 0)
    static let snappy = Codec(rawValue: 1)
    static let gzip = Codec(rawValue: 2)
    static let zstd = Codec(rawValue: 6)
    static let lz4Raw = Codec(rawValue: 7)
}

/// parquet.thrift `FileMetaData`.
struct FileMetadata: Sendable, Equatable {
    /// 1 or 2; readers must not draw conclusions from it.
    var version: Int32 = 2
    var schema: [SchemaElement] = []
    var rowCount: Int64 = 0
    var rowGroups: [RowGroupMetadata] = []
    var keyValues: [KeyValue] = []
    var createdBy: String?
}

struct KeyValue: Sendable, Equatable {
    var key = ""
    var value: String?
}

struct SchemaElement: Sendable, Equatable {
    /// parquet.thrift `Type`, by its number; nil for a group.
    var type: Int32?
    var typeLength: Int32?
    /// 0 required, 1 optional, 2 repeated.
    var repetition: Int32?
    var name = ""
    var childCount: Int32?
    /// parquet.thrift `ConvertedType`, by its number, for older readers.
    var convertedType: Int32?
    /// Of the converted type DECIMAL.
    var scale: Int32?
    var precision: Int32?
    var fieldID: Int32?
    var logicalType: LogicalType?
}

struct RowGroupMetadata: Sendable, Equatable {
    var columns: [ColumnChunkMetadata] = []
    var byteCount: Int64 = 0
    var compressedByteCount: Int64 = 0
    var rowCount: Int64 = 0
    /// Index of the column that rows are sorted by, rising, nulls last.
    var sortingColumn: Int32?
    var fileOffset: Int64 = 0
    var ordinal: Int16 = 0
}

/// parquet.thrift `ColumnChunk` with its `ColumnMetaData`.
struct ColumnChunkMetadata: Sendable, Equatable {
    var type: Int32 = 0
    var encodings: [Encoding] = []
    var path: [String] = []
    var codec = Codec.uncompressed
    /// Rows, those without a value too.
    var valueCount: Int64 = 0
    var byteCount: Int64 = 0
    var compressedByteCount: Int64 = 0
    var dataPageOffset: Int64 = 0
    var dictionaryPageOffset: Int64?
    var statistics = Statistics()
    var bloomFilterOffset: Int64?
    /// Of header and bits; older writers leave it out.
    var bloomFilterLength: Int32?
    var offsetIndexOffset: Int64?
    var offsetIndexLength: Int32?
    var columnIndexOffset: Int64?
    var columnIndexLength: Int32?
}

/// parquet.thrift `Statistics`: least and greatest value in PLAIN encoding without length.
struct Statistics: Sendable, Equatable {
    var min: [UInt8]?
    var max: [UInt8]?
    var nullCount: Int64?
    var isMinExact: Bool?
    var isMaxExact: Bool?
}

/// parquet.thrift `PageHeader`.
struct PageHeader: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case data(DataPageHeader)
        case dataV2(DataPageHeaderV2)
        case dictionary(DictionaryPageHeader)
        /// An index page or one of a kind to come: skipped.
        case other(Int32)
    }

    var kind = Kind.other(1)
    var byteCount: Int32 = 0
    var compressedByteCount: Int32 = 0
    /// CRC-32 (IEEE) of the page as it lies in the file, without its header.
    var crc: Int32?
}

struct DataPageHeader: Sendable, Equatable {
    var valueCount: Int32 = 0
    var encoding = Encoding.plain
    var definitionLevels = Encoding.runLength
    var repetitionLevels = Encoding.runLength
}

struct DataPageHeaderV2: Sendable, Equatable {
    /// Rows, those without a value too.
    var valueCount: Int32 = 0
    var nullCount: Int32 = 0
    var rowCount: Int32 = 0
    var encoding = Encoding.plain
    var definitionLevelsByteCount: Int32 = 0
    var repetitionLevelsByteCount: Int32 = 0
    var isCompressed = true
}

struct DictionaryPageHeader: Sendable, Equatable {
    var valueCount: Int32 = 0
    var encoding = Encoding.plain
}

/// parquet.thrift `OffsetIndex`.
struct OffsetIndex: Sendable, Equatable {
    struct PageLocation: Sendable, Equatable {
        var offset: Int64 = 0
        /// Of the page with its header.
        var compressedByteCount: Int32 = 0
        var firstRow: Int64 = 0
    }

    var pages: [PageLocation] = []
}

/// parquet.thrift `ColumnIndex`, one element a page.
struct ColumnIndex: Sendable, Equatable {
    var isNullPage: [Bool] = []
    var mins: [[UInt8]] = []
    var maxs: [[UInt8]] = []
    /// parquet.thrift `BoundaryOrder`: 0 unordered, 1 ascending, 2 descending.
    var boundaryOrder: Int32 = 0
    var nullCounts: [Int64]?
}
