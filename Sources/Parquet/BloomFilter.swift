import Kernels

/// What says of most values that a column chunk does not have, that it does not (BloomFilter.md).
public struct BloomFilter: Sendable, Equatable {
    private let bits: SplitBlockBloom

    init(_ bits: SplitBlockBloom) { self.bits = bits }

    /// Bytes of the bits.
    public var byteCount: Int { bits.byteCount }

    /// False when the chunk does not have `value`; true when it may.
    ///
    /// - Parameter value: of the column's physical type. True for null and for what is no single value: filters know
    ///   nothing of those.
    public func mayContain(_ value: Value) -> Bool {
        guard let bytes = Self.plain(value) else { return true }
        return bits.mayContain(hash: xxHash64(bytes.span))
    }

    private static func plain(_ value: Value) -> [UInt8]? {
        switch value {
        case .int32(let number): littleEndian(UInt64(UInt32(bitPattern: number)), 4)
        case .int64(let number): littleEndian(UInt64(bitPattern: number), 8)
        case .float(let number): littleEndian(UInt64(number.bitPattern), 4)
        case .double(let number): littleEndian(number.bitPattern, 8)
        case .bytes(let bytes): bytes
        case .null, .boolean, .structure, .list, .map: nil
        }
    }

    private static func littleEndian(_ bits: UInt64, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: bits >> UInt64($0 * 8)) }
    }

    /// As `mayContain(_:)`, of a value whose `xxHash64` in PLAIN encoding is known.
    public func mayContain(hash: UInt64) -> Bool { bits.mayContain(hash: hash) }
}

/// How the bloom filter of a column is made.
public struct BloomFilterOptions: Sendable {
    /// How often the filter says "may" of a value that a chunk does not have, 0.0001 to 0.5. It gets so many bits that
    /// this holds for the distinct values of the chunk, 10 a value for 0.01.
    public var falsePositiveRate: Double
    /// Bytes of a filter, however many values there are; 32 or more. Beyond it the rate rises.
    public var byteCountMax: Int

    public init(falsePositiveRate: Double = 0.01, byteCountMax: Int = 4 << 20) {
        self.falsePositiveRate = falsePositiveRate
        self.byteCountMax = byteCountMax
    }
}

// MARK: - Reading

extension FileReader {
    /// The bloom filter of a column chunk; nil when it has none.
    ///
    /// - Parameters:
    ///   - leaf: index into `leaves`.
    ///   - rowGroup: index into `rowGroups`.
    /// - Throws: `ParquetError.malformed`, `.unreadable`, `.unsupported` for filters of a kind to come.
    public func bloomFilter(leaf: Int, rowGroup: Int) throws(ParquetError) -> BloomFilter? {
        do throws(ParquetError) {
            return try chunk(leaf: leaf, rowGroup).bloomFilter()
        } catch {
            throw error.inRowGroup(rowGroup)
        }
    }

    /// As `bloomFilter(leaf:rowGroup:)`, for a column of `schema`.
    public func bloomFilter(column: Int, rowGroup: Int) throws(ParquetError) -> BloomFilter? {
        try bloomFilter(leaf: fileSchema.leafNumbers[column], rowGroup: rowGroup)
    }
}

extension ColumnChunkReader {
    /// More than any header takes.
    private static let headerBytesMax = 64

    func bloomFilter() throws(ParquetError) -> BloomFilter? {
        guard let offset = metadata.bloomFilterOffset else { return nil }
        let header = try bloomFilterHeader(offset)
        let range = try fileRange(offset + Int64(header.headerByteCount), Int64(header.byteCount))
        let bytes = try file.bytes(range)
        guard let bits = SplitBlockBloom(bytes: bytes.span) else {
            throw context.malformed("has a bloom filter of \(header.byteCount) bytes")
        }
        return BloomFilter(bits)
    }

    /// With the header; 0 when there is none.
    func bloomFilterByteCount() throws(ParquetError) -> Int {
        guard let offset = metadata.bloomFilterOffset else { return 0 }
        let header = try bloomFilterHeader(offset)
        return header.headerByteCount + Int(header.byteCount)
    }

    private func bloomFilterHeader(_ offset: Int64) throws(ParquetError) -> BloomFilterHeader {
        let most = try fileRange(offset, 0)
        let end = min(file.byteCount, most.lowerBound + Self.headerBytesMax)
        var reader = ThriftReader(try file.bytes(most.lowerBound..<end))
        var header = try BloomFilterHeader(from: &reader)
        header.headerByteCount = reader.position
        guard header.isSupported else {
            throw .unsupported("column \(context.leaf.name) has a bloom filter of another kind than split blocks of xxHash")
        }
        guard header.byteCount > 0, Int(header.byteCount) <= SplitBlockBloom.bytesMax else {
            throw context.malformed("has a bloom filter of \(header.byteCount) bytes")
        }
        return header
    }
}

/// parquet.thrift `BloomFilterHeader`.
struct BloomFilterHeader: ThriftReadable, Equatable {
    var byteCount: Int32 = 0
    /// Whether algorithm, hash and compression are the first, and so far the only, of their kinds.
    var isSupported = true
    var headerByteCount = 0

    init(byteCount: Int32) { self.byteCount = byteCount }

    init(from reader: inout ThriftReader) throws(ParquetError) {
        try reader.beginStruct()
        while let field = try reader.nextField() {
            switch (field.id, field.type) {
            case (1, .i32): byteCount = try reader.i32()
            case (2, .structure), (3, .structure), (4, .structure):
                let isFirst = try Self.isFirst(&reader)
                isSupported = isSupported && isFirst
            default: try reader.skip(field)
            }
        }
    }

    private static func isFirst(_ reader: inout ThriftReader) throws(ParquetError) -> Bool {
        var isFirst = false
        try reader.beginStruct()
        while let field = try reader.nextField() {
            isFirst = field.id == 1
            try reader.skip(field)
        }
        return isFirst
    }

    func encoded() -> [UInt8] {
        var writer = ThriftWriter()
        writer.field(1, i32: byteCount)
        for kind: Int16 in 2...4 { writer.field(kind) { $0.field(1, structure: { _ in }) } }
        writer.stop()
        return writer.bytes
    }
}

// MARK: - Writing

extension BloomFilterOptions {
    /// The filter of values `range`, its header before it.
    func encoded(_ values: ColumnValues, _ range: Range<Int>) -> [UInt8] {
        let hashes = Self.hashes(values, range)
        var sorted = hashes
        sorted.sort()
        let distinct = zip(sorted, sorted.dropFirst()).count { $0 != $1 } + min(1, sorted.count)
        let wanted = SplitBlockBloom.byteCount(distinctCount: distinct, rate: falsePositiveRate)
        let most = max(SplitBlockBloom.blockBytes, byteCountMax / SplitBlockBloom.blockBytes * SplitBlockBloom.blockBytes)
        var bits = SplitBlockBloom(byteCount: min(wanted, most))
        for hash in hashes { bits.insert(hash: hash) }
        var bytes = BloomFilterHeader(byteCount: Int32(bits.byteCount)).encoded()
        bits.appendBytes(to: &bytes)
        return bytes
    }

    private static func hashes(_ values: ColumnValues, _ range: Range<Int>) -> [UInt64] {
        var hashes: [UInt64] = []
        hashes.reserveCapacity(range.count)
        switch values {
        case .int32(let values): appendBloomHashes(values.span.extracting(range), to: &hashes)
        case .int64(let values): appendBloomHashes(values.span.extracting(range), to: &hashes)
        case .float(let values): appendBloomHashes(values.span.extracting(range), to: &hashes)
        case .double(let values): appendBloomHashes(values.span.extracting(range), to: &hashes)
        case .byteArray(let bytes, let ends): appendBloomHashes(bytes: bytes.span, ends: ends.span, range, to: &hashes)
        case .fixed(let width, let bytes):
            let bytes = bytes.span.extracting(range.lowerBound * width..<range.upperBound * width)
            appendBloomHashes(fixed: bytes, width: width, to: &hashes)
        case .boolean, .dictionary: preconditionFailure("the writer refuses booleans and expands dictionaries")
        }
        return hashes
    }
}
