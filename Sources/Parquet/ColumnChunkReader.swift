/// Reads pages of one column chunk: in the order of the file for all rows, by the offset index for some.
struct ColumnChunkReader {
    /// A data page, as the offset index tells.
    struct IndexedPage {
        let bytes: Range<Int>
        let rows: Range<Int>
    }

    let rowCount: Int
    private let source: any ByteSource
    private let fileByteCount: Int
    private let schema: ColumnSchema
    private let metadata: ColumnChunkMetadata

    /// - Throws: `ParquetError.malformed` when chunk, schema and row group do not go together.
    init(
        source: any ByteSource, fileByteCount: Int, schema: ColumnSchema, metadata: ColumnChunkMetadata, rowCount: Int
    ) throws(ParquetError) {
        self.source = source
        self.fileByteCount = fileByteCount
        self.schema = schema
        self.metadata = metadata
        self.rowCount = rowCount
        guard metadata.type == schema.type.number, metadata.valueCount == Int64(rowCount) else {
            throw malformed("has another type or number of rows than the schema says")
        }
    }

    /// - Parameter rows: within the chunk.
    func read(_ rows: Range<Int>) throws(ParquetError) -> Column {
        var column = ColumnBuilder(schema: schema, codec: metadata.codec)
        guard !rows.isEmpty else { return try column.finish(rowCount: 0) }
        if rows.count < rowCount, let pages = try indexedPages() {
            try read(rows, pages, into: &column)
        } else {
            try readInOrder(rows, into: &column)
        }
        return try column.finish(rowCount: rows.count)
    }

    // MARK: In order

    private func readInOrder(_ rows: Range<Int>, into column: inout ColumnBuilder) throws(ParquetError) {
        let bytes = try source.bytes(try chunkBytes())
        var position = 0
        var row = 0
        while row < rows.upperBound {
            let page = try nextPage(bytes, position)
            position = page.content.upperBound
            guard let count = page.header.rowCount else {
                if case .dictionary(let header) = page.header.kind { try column.setDictionary(page, header, bytes) }
                continue
            }
            guard count <= rowCount - row else { throw malformed("has pages of more rows than its row group") }
            let wanted = rows.clamped(to: row..<row + count)
            if !wanted.isEmpty {
                try column.append(page, bytes, wanted: wanted.lowerBound - row..<wanted.upperBound - row)
            }
            row += count
        }
    }

    // MARK: By index

    private func read(
        _ rows: Range<Int>, _ pages: [IndexedPage], into column: inout ColumnBuilder
    ) throws(ParquetError) {
        let needed = pages.filter { $0.rows.overlaps(rows) }
        guard let first = needed.first, let last = needed.last, let start = pages.first?.bytes.lowerBound else {
            throw malformed("has an offset index without the rows asked for")
        }
        try readDictionary(before: start, into: &column)
        let bytes = try source.bytes(first.bytes.lowerBound..<last.bytes.upperBound)
        for page in needed {
            let wanted = rows.clamped(to: page.rows)
            let found = try nextPage(bytes, page.bytes.lowerBound - first.bytes.lowerBound)
            guard found.header.rowCount == page.rows.count else {
                throw malformed("has a page that is not as the offset index says")
            }
            try column.append(
                found, bytes,
                wanted: wanted.lowerBound - page.rows.lowerBound..<wanted.upperBound - page.rows.lowerBound)
        }
    }

    /// Reads the dictionary page, if there is anything before the first data page.
    private func readDictionary(before start: Int, into column: inout ColumnBuilder) throws(ParquetError) {
        let chunk = try chunkBytes()
        guard chunk.lowerBound < start else { return }
        let bytes = try source.bytes(chunk.lowerBound..<start)
        let page = try nextPage(bytes, 0)
        if case .dictionary(let header) = page.header.kind { try column.setDictionary(page, header, bytes) }
    }

    /// The data pages; nil when the chunk has no offset index.
    ///
    /// - Throws: `ParquetError.malformed` unless pages follow each other within the chunk and have all its rows.
    func indexedPages() throws(ParquetError) -> [IndexedPage]? {
        guard let offset = metadata.offsetIndexOffset, let length = metadata.offsetIndexLength, length > 0 else {
            return nil
        }
        var reader = ThriftReader(try source.bytes(try fileRange(offset, Int64(length))))
        let locations = try OffsetIndex(from: &reader).pages
        let chunk = try chunkBytes()
        var pages: [IndexedPage] = []
        for (index, location) in locations.enumerated() {
            let bytes = try fileRange(location.offset, Int64(location.compressedByteCount))
            let end = index + 1 < locations.count ? locations[index + 1].firstRow : Int64(rowCount)
            let previousEnd = pages.last?.bytes.upperBound ?? chunk.lowerBound
            guard bytes.lowerBound >= previousEnd, bytes.upperBound <= chunk.upperBound, location.firstRow >= 0,
                location.firstRow <= end, end <= rowCount
            else { throw malformed("has an offset index whose pages do not follow each other") }
            pages.append(IndexedPage(bytes: bytes, rows: Int(location.firstRow)..<Int(end)))
        }
        guard (pages.first?.rows.lowerBound ?? rowCount) == 0 else {
            throw malformed("has an offset index without the first row")
        }
        return pages
    }

    // MARK: Bytes

    /// Where all pages lie.
    private func chunkBytes() throws(ParquetError) -> Range<Int> {
        var start = metadata.dataPageOffset
        // Some writers give 0 when there is no dictionary.
        if let dictionary = metadata.dictionaryPageOffset, dictionary > 0 { start = min(start, dictionary) }
        return try fileRange(start, metadata.compressedByteCount)
    }

    private func fileRange(_ offset: Int64, _ length: Int64) throws(ParquetError) -> Range<Int> {
        guard offset >= 0, length >= 0, offset <= fileByteCount, length <= Int64(fileByteCount) - offset else {
            throw malformed("has parts that lie outside the file")
        }
        return Int(offset)..<Int(offset + length)
    }

    private func nextPage(_ bytes: [UInt8], _ position: Int) throws(ParquetError) -> Page {
        guard position < bytes.count else { throw malformed("ends before its last row") }
        var reader = ThriftReader(bytes, position..<bytes.count)
        let header = try PageHeader(from: &reader)
        guard Int(header.compressedByteCount) <= min(bytes.count - reader.position, ReaderLimits.pageBytesMax),
            Int(header.byteCount) <= ReaderLimits.pageBytesMax
        else { throw malformed("has a page that is larger than its chunk or 256 MiB") }
        guard header.rowCount ?? 0 <= ReaderLimits.pageValuesMax else {
            throw malformed("has a page of more than \(ReaderLimits.pageValuesMax) values")
        }
        return Page(header: header, content: reader.position..<reader.position + Int(header.compressedByteCount))
    }

    private func malformed(_ what: String) -> ParquetError {
        .malformed("column \(schema.name) \(what); fetch the file again")
    }
}

/// A page as it lies in the bytes of its chunk.
struct Page {
    let header: PageHeader
    /// What comes after the header.
    let content: Range<Int>
}

extension PageHeader {
    /// Rows of a data page; nil for other pages.
    fileprivate var rowCount: Int? {
        switch kind {
        case .data(let header): Int(header.valueCount)
        case .dataV2(let header): Int(header.valueCount)
        case .dictionary, .other: nil
        }
    }
}
