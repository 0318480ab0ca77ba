/// Reads pages of one column chunk: in the order of the file for all rows, by the offset index for some.
struct ColumnChunkReader {
    /// A data page, as the offset index tells.
    struct IndexedPage {
        let bytes: Range<Int>
        let rows: Range<Int>
    }

    let rowCount: Int
    let context: ChunkContext
    let metadata: ColumnChunkMetadata
    let file: FileBytes

    /// - Throws: `ParquetError.malformed` when chunk, schema and row group do not go together.
    init(
        _ file: FileBytes, leaf: LeafColumn, metadata: ColumnChunkMetadata, rowCount: Int
    ) throws(ParquetError) {
        self.file = file
        self.metadata = metadata
        self.rowCount = rowCount
        context = ChunkContext(leaf: leaf, codec: metadata.codec, limits: file.limits)
        let isRowCount = leaf.repetitionLevelMax == 0
            ? metadata.valueCount == Int64(rowCount) : metadata.valueCount >= Int64(rowCount)
        guard metadata.type == leaf.type.number, isRowCount else {
            throw context.malformed("has another type or number of rows than the schema says")
        }
    }

    // MARK: Flat

    /// - Parameter rows: within the chunk, whose leaf is flat.
    func read(_ rows: Range<Int>) throws(ParquetError) -> Column {
        var column = ColumnBuilder(context)
        guard !rows.isEmpty else { return try column.finish(rowCount: 0) }
        if rows.count < rowCount, let pages = try indexedPages() {
            try read(rows, pages, into: &column)
        } else {
            try readInOrder(rows, into: &column)
        }
        return try column.finish(rowCount: rows.count)
    }

    private func readInOrder(_ rows: Range<Int>, into column: inout ColumnBuilder) throws(ParquetError) {
        var pages = try PagesInOrder(file.bytes(try chunkBytes()), context)
        var row = 0
        while row < rows.upperBound {
            let page = try pages.next()
            guard let count = page.header.entryCount else {
                if case .dictionary(let header) = page.header.kind { try column.decoder.setDictionary(page, header, pages.bytes) }
                continue
            }
            guard count <= rowCount - row else { throw context.malformed("has pages of more rows than its row group") }
            let wanted = rows.clamped(to: row..<row + count)
            if !wanted.isEmpty {
                try column.append(page, pages.bytes, wanted: wanted.lowerBound - row..<wanted.upperBound - row)
            }
            row += count
        }
    }

    private func read(
        _ rows: Range<Int>, _ pages: [IndexedPage], into column: inout ColumnBuilder
    ) throws(ParquetError) {
        var found = try openPages(rows, pages, &column.decoder)
        for page in found.needed {
            let wanted = rows.clamped(to: page.rows)
            let content = try found.take(page)
            guard content.header.entryCount == page.rows.count else { throw notAsIndexed }
            try column.append(
                content, found.inOrder.bytes,
                wanted: wanted.lowerBound - page.rows.lowerBound..<wanted.upperBound - page.rows.lowerBound)
        }
    }

    private var notAsIndexed: ParquetError {
        context.malformed("has a page that is not as the offset index says")
    }

    // MARK: Nested

    /// - Parameter rows: within the chunk.
    func readNested(_ rows: Range<Int>) throws(ParquetError) -> NestedColumn {
        var column = NestedColumnBuilder(context, wanted: rows)
        guard !rows.isEmpty else { return try column.finish() }
        if rows.count < rowCount, let pages = try indexedPages() {
            try readNested(rows, pages, into: &column)
        } else {
            try readNestedInOrder(into: &column)
        }
        return try column.finish()
    }

    private func readNestedInOrder(into column: inout NestedColumnBuilder) throws(ParquetError) {
        var pages = try PagesInOrder(file.bytes(try chunkBytes()), context)
        while !column.isComplete, column.entryCount < metadata.valueCount {
            let page = try pages.next()
            guard let count = page.header.entryCount else {
                if case .dictionary(let header) = page.header.kind { try column.decoder.setDictionary(page, header, pages.bytes) }
                continue
            }
            guard count <= metadata.valueCount - Int64(column.entryCount) else {
                throw context.malformed("has pages of more values than its row group")
            }
            try column.append(page, pages.bytes)
            guard column.rowCount <= rowCount else {
                throw context.malformed("has pages of more rows than its row group")
            }
        }
    }

    private func readNested(
        _ rows: Range<Int>, _ pages: [IndexedPage], into column: inout NestedColumnBuilder
    ) throws(ParquetError) {
        var found = try openPages(rows, pages, &column.decoder)
        for page in found.needed {
            column.skip(to: page.rows.lowerBound)
            let content = try found.take(page)
            guard content.header.entryCount != nil else { throw notAsIndexed }
            try column.append(content, found.inOrder.bytes)
            guard column.rowCount == page.rows.upperBound else { throw notAsIndexed }
        }
    }

    // MARK: Index

    /// Pages that are to be read, and the bytes in which they lie.
    private struct NeededPages {
        let needed: [IndexedPage]
        var inOrder: PagesInOrder
        /// Of the first of them, in the file.
        let start: Int

        mutating func take(_ page: IndexedPage) throws(ParquetError) -> Page {
            inOrder.position = page.bytes.lowerBound - start
            return try inOrder.next()
        }
    }

    /// The pages that have some of `rows`; `decoder` gets the dictionary, if there is one.
    private func openPages(
        _ rows: Range<Int>, _ pages: [IndexedPage], _ decoder: inout PageDecoder
    ) throws(ParquetError) -> NeededPages {
        let needed = pages.filter { $0.rows.overlaps(rows) }
        guard let first = needed.first, let last = needed.last else {
            throw context.malformed("has an offset index without the rows asked for")
        }
        if let dictionary = try dictionaryPage(before: pages) {
            try decoder.setDictionary(dictionary.page, dictionary.header, dictionary.bytes)
        }
        let start = first.bytes.lowerBound
        let bytes = try file.bytes(start..<last.bytes.upperBound)
        return NeededPages(needed: needed, inOrder: PagesInOrder(bytes, context), start: start)
    }

    /// The dictionary page, if there is anything before the first data page.
    private func dictionaryPage(
        before pages: [IndexedPage]
    ) throws(ParquetError) -> (page: Page, header: DictionaryPageHeader, bytes: [UInt8])? {
        let chunk = try chunkBytes()
        guard let start = pages.first?.bytes.lowerBound, chunk.lowerBound < start else { return nil }
        var found = try PagesInOrder(file.bytes(chunk.lowerBound..<start), context)
        let page = try found.next()
        guard case .dictionary(let header) = page.header.kind else { return nil }
        return (page, header, found.bytes)
    }

    /// The data pages; nil when the chunk has no offset index.
    ///
    /// - Throws: `ParquetError.malformed` unless pages follow each other within the chunk and have all its rows.
    func indexedPages() throws(ParquetError) -> [IndexedPage]? {
        guard let index = try offsetIndex() else { return nil }
        let locations = index.pages
        let chunk = try chunkBytes()
        var pages: [IndexedPage] = []
        for (index, location) in locations.enumerated() {
            let bytes = try fileRange(location.offset, Int64(location.compressedByteCount))
            let end = index + 1 < locations.count ? locations[index + 1].firstRow : Int64(rowCount)
            let previousEnd = pages.last?.bytes.upperBound ?? chunk.lowerBound
            guard bytes.lowerBound >= previousEnd, bytes.upperBound <= chunk.upperBound, location.firstRow >= 0,
                location.firstRow <= end, end <= rowCount
            else { throw context.malformed("has an offset index whose pages do not follow each other") }
            pages.append(IndexedPage(bytes: bytes, rows: Int(location.firstRow)..<Int(end)))
        }
        guard (pages.first?.rows.lowerBound ?? rowCount) == 0 else {
            throw context.malformed("has an offset index without the first row")
        }
        return pages
    }

    func offsetIndex() throws(ParquetError) -> OffsetIndex? {
        guard let offset = metadata.offsetIndexOffset, let length = metadata.offsetIndexLength, length > 0 else {
            return nil
        }
        var reader = ThriftReader(try file.bytes(try fileRange(offset, Int64(length))))
        return try OffsetIndex(from: &reader)
    }

    // MARK: Bytes

    /// Where all pages lie.
    func chunkBytes() throws(ParquetError) -> Range<Int> {
        var start = metadata.dataPageOffset
        // Some writers give 0 when there is no dictionary.
        if let dictionary = metadata.dictionaryPageOffset, dictionary > 0 { start = min(start, dictionary) }
        return try fileRange(start, metadata.compressedByteCount)
    }

    func fileRange(_ offset: Int64, _ length: Int64) throws(ParquetError) -> Range<Int> {
        guard let range = file.range(offset, length) else {
            throw context.malformed("has parts that lie outside the file")
        }
        return range
    }
}
