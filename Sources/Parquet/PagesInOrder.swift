/// A page as it lies in the bytes of its chunk.
struct Page {
    let header: PageHeader
    /// What comes after the header.
    let content: Range<Int>
}

/// The pages in some bytes of a column chunk, one after another.
struct PagesInOrder {
    let bytes: [UInt8]
    /// Where the next page begins.
    var position = 0
    private let chunk: ChunkContext

    init(_ bytes: [UInt8], _ chunk: ChunkContext) {
        self.bytes = bytes
        self.chunk = chunk
    }

    /// - Throws: `ParquetError.malformed` when there is none, or it is larger than what is left or than the limits.
    mutating func next() throws(ParquetError) -> Page {
        guard position < bytes.count else { throw chunk.malformed("ends before its last row") }
        var reader = ThriftReader(bytes, position..<bytes.count)
        let header = try PageHeader(from: &reader)
        let limits = chunk.limits
        guard Int(header.compressedByteCount) <= min(bytes.count - reader.position, limits.pageBytesMax),
            Int(header.byteCount) <= limits.pageBytesMax
        else { throw chunk.malformed("has a page that is larger than its chunk or \(limits.pageBytesMax) bytes") }
        guard header.entryCount ?? 0 <= limits.pageValuesMax else {
            throw chunk.malformed("has a page of more than \(limits.pageValuesMax) values")
        }
        position = reader.position + Int(header.compressedByteCount)
        return Page(header: header, content: reader.position..<position)
    }
}

extension PageHeader {
    /// Values and nulls of a data page; nil for other pages.
    var entryCount: Int? {
        switch kind {
        case .data(let header): Int(header.valueCount)
        case .dataV2(let header): Int(header.valueCount)
        case .dictionary, .other: nil
        }
    }
}
