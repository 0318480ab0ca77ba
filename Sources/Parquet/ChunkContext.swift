import Kernels

/// What all pages of a column chunk are read with.
struct ChunkContext {
    let leaf: LeafColumn
    let codec: Codec
    let limits: ReaderLimits

    func malformed(_ what: String) -> ParquetError {
        .malformed("column \(leaf.name) \(what); fetch the file again")
    }

    func unsupported(_ encoding: Encoding, _ what: String) -> ParquetError {
        .unsupported("column \(leaf.name) has \(what) in encoding \(encoding.name); write it as PLAIN")
    }

    /// The CRC covers the page as it lies in the file, without its header (Parquet format, "Checksumming").
    func checkCRC(_ page: Page, _ bytes: [UInt8]) throws(ParquetError) {
        guard let expected = page.header.crc else { return }
        guard crc32(bytes.span.extracting(page.content)) == UInt32(bitPattern: expected) else {
            throw .checksumMismatch("a page of column \(leaf.name) is not as it was written; fetch the file again")
        }
    }

    /// - Parameter byteCount: what `part` must come to; at most `ReaderLimits.pageBytesMax`.
    func decompressed(_ part: PageContent.Part, _ byteCount: Int) throws(ParquetError) -> PageContent.Part {
        let input = part.bytes.span.extracting(part.range)
        let bytes: [UInt8]
        switch codec {
        case .uncompressed:
            guard part.range.count == byteCount else { throw malformed("has a page of another size than it says") }
            return part
        case .zstd: bytes = try zstdDecompress(input, byteCount: byteCount)
        case .gzip: bytes = try gzipDecompress(input, byteCount: byteCount)
        case .snappy: bytes = try whole(snappyDecompress(input, byteCount: byteCount), byteCount)
        case .lz4Raw: bytes = try whole(lz4Decompress(input, byteCount: byteCount), byteCount)
        default:
            throw .unsupported(
                "column \(leaf.name) is compressed with \(codec.name); write it with ZSTD, SNAPPY, GZIP, LZ4_RAW or "
                    + "uncompressed")
        }
        return PageContent.Part(bytes: bytes, range: 0..<bytes.count)
    }

    private func whole(_ bytes: [UInt8]?, _ byteCount: Int) throws(ParquetError) -> [UInt8] {
        guard let bytes else { throw malformed("has a page that \(codec.name) cannot decompress to \(byteCount) bytes") }
        return bytes
    }
}
