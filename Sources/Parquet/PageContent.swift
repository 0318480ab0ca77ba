import Kernels

/// A data page without header and compression.
struct PageContent {
    /// Some bytes of an array.
    struct Part {
        let bytes: [UInt8]
        var range: Range<Int>
    }

    let rowCount: Int
    let encoding: Encoding
    /// Null when no row of the page lacks a value; else a 1 for each row that has one.
    private(set) var validity: BitBuffer?
    private(set) var values: Part
    private(set) var valueCount: Int

    /// - Parameter name: of the column, for errors.
    init(_ page: Page, _ bytes: [UInt8], codec: Codec, isOptional: Bool, name: String) throws(ParquetError) {
        try checkCRC(page, bytes, name)
        switch page.header.kind {
        case .data(let header):
            encoding = header.encoding
            rowCount = Int(header.valueCount)
            values = try decompressed(Part(bytes: bytes, range: page.content), Int(page.header.byteCount), codec, name)
            valueCount = rowCount
            if isOptional { try readLevels(header.definitionLevels, name) }
        case .dataV2(let header):
            encoding = header.encoding
            rowCount = Int(header.valueCount)
            let (levels, rest) = try Self.split(page, header, name)
            let restByteCount = Int(page.header.byteCount) - (rest.lowerBound - page.content.lowerBound)
            guard header.rowCount == header.valueCount, restByteCount >= 0 else {
                throw malformed(name, "has a page whose rows or sizes do not add up")
            }
            values = Part(bytes: bytes, range: rest)
            // Without values there may be nothing at all where the compressed ones would lie.
            if header.isCompressed, !rest.isEmpty { values = try decompressed(values, restByteCount, codec, name) }
            valueCount = rowCount
            if isOptional { try setValidity(name) { $0.decodeRunLengthHybrid(bytes.span, levels, count: $1) } }
            guard valueCount == rowCount - Int(header.nullCount) else {
                throw malformed(name, "has a page with another number of nulls than its header says")
            }
        case .dictionary, .other: preconditionFailure("not a data page")
        }
    }

    /// Definition levels, and what follows them.
    private static func split(
        _ page: Page, _ header: DataPageHeaderV2, _ name: String
    ) throws(ParquetError) -> (levels: Range<Int>, values: Range<Int>) {
        let start = page.content.lowerBound + Int(header.repetitionLevelsByteCount)
        let end = start + Int(header.definitionLevelsByteCount)
        guard end <= page.content.upperBound else { throw malformed(name, "has levels that are longer than their page") }
        return (start..<end, end..<page.content.upperBound)
    }

    /// Definition levels of version 1, which stand before the values.
    private mutating func readLevels(_ encoding: Encoding, _ name: String) throws(ParquetError) {
        let bytes = values.bytes
        let start = values.range.lowerBound
        switch encoding {
        case .runLength:
            guard let levels = lengthPrefixed(values) else { throw malformed(name, "has levels longer than their page") }
            try setValidity(name) { $0.decodeRunLengthHybrid(bytes.span, levels, count: $1) }
            values.range = levels.upperBound..<values.range.upperBound
        case .bitPacked:
            let end = start + (rowCount + 7) / 8
            guard end <= values.range.upperBound else { throw malformed(name, "has levels longer than their page") }
            // This encoding alone has the highest bit first.
            let reversed = bytes[start..<end].map(\.bitsReversed)
            try setValidity(name) { $0.appendPacked(reversed.span, from: 0, count: $1) }
            values.range = end..<values.range.upperBound
        default: throw .unsupported("column \(name) has levels in encoding \(encoding.rawValue)")
        }
    }

    private mutating func setValidity(
        _ name: String, _ decode: (inout BitBuffer, _ count: Int) -> Bool
    ) throws(ParquetError) {
        var bits = BitBuffer()
        guard decode(&bits, rowCount), bits.count == rowCount else { throw malformed(name, "has malformed levels") }
        valueCount = popcount(bits.words.span, 0..<rowCount)
        if valueCount < rowCount { validity = bits }
    }

    /// Which values are those of `rows`.
    func values(ofRows rows: Range<Int>) -> Range<Int> {
        guard let words = validity?.words else { return rows }
        let first = popcount(words.span, 0..<rows.lowerBound)
        return first..<first + popcount(words.span, rows)
    }
}

/// The bytes behind a 4-byte length at the start of `part`; nil when they are longer than it.
func lengthPrefixed(_ part: PageContent.Part) -> Range<Int>? {
    guard part.range.count >= 4 else { return nil }
    let start = part.range.lowerBound + 4
    let length = part.bytes[part.range.lowerBound..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    return length <= part.range.upperBound - start ? start..<start + length : nil
}

func malformed(_ column: String, _ what: String) -> ParquetError {
    .malformed("column \(column) \(what); fetch the file again")
}

/// The CRC covers the page as it lies in the file, without its header (Parquet format, "Checksumming").
func checkCRC(_ page: Page, _ bytes: [UInt8], _ name: String) throws(ParquetError) {
    guard let expected = page.header.crc else { return }
    guard crc32(bytes.span.extracting(page.content)) == UInt32(bitPattern: expected) else {
        throw .checksumMismatch("a page of column \(name) is not as it was written; fetch the file again")
    }
}

/// - Parameter byteCount: what `part` must come to; at most `ReaderLimits.pageBytesMax`.
func decompressed(
    _ part: PageContent.Part, _ byteCount: Int, _ codec: Codec, _ name: String
) throws(ParquetError) -> PageContent.Part {
    switch codec {
    case .uncompressed:
        guard part.range.count == byteCount else { throw malformed(name, "has a page of another size than it says") }
        return part
    case .zstd:
        let bytes = try zstdDecompress(part.bytes.span.extracting(part.range), byteCount: byteCount)
        return PageContent.Part(bytes: bytes, range: 0..<bytes.count)
    default:
        throw .unsupported("column \(name) is compressed with \(codec.name); write it with zstd or uncompressed")
    }
}

extension Codec {
    fileprivate var name: String {
        [1: "SNAPPY", 2: "GZIP", 3: "LZO", 4: "BROTLI", 5: "LZ4", 7: "LZ4_RAW"][rawValue] ?? "codec \(rawValue)"
    }
}

extension UInt8 {
    fileprivate var bitsReversed: UInt8 {
        (0..<8).reduce(0) { $0 | (self >> UInt8($1) & 1) << UInt8(7 - $1) }
    }
}
