import Kernels

/// A column chunk that was written, and what the footer and the page index say of it.
struct WrittenChunk {
    var metadata: ColumnChunkMetadata
    let offsetIndex: OffsetIndex
    let columnIndex: ColumnIndex?
    /// With its header, until it is written.
    var bloomFilter: [UInt8]?
}

/// Encodes column chunks one after another, with buffers that it uses again.
struct ColumnChunkWriter: ~Copyable {
    private let pageRows: Int
    private var compressor: ZstdCompressor
    private var chooser: EncodingChooser
    private var body: [UInt8] = []
    private var compressed: [UInt8] = []

    /// Bytes of values from which on a page gets fewer rows.
    static let pageBytesMax = 16 << 20

    init(pageRows: Int, zstdLevel: Int) throws(ParquetError) {
        let compressor = try ZstdCompressor(level: Int32(clamping: zstdLevel))
        let chooser = try EncodingChooser(pageRows: pageRows)
        self.pageRows = pageRows
        self.compressor = compressor
        self.chooser = chooser
    }

    /// Appends the chunk of `rows` of `column` to `output`.
    ///
    /// - Parameter fileOffset: where in the file byte 0 of `output` will lie.
    mutating func write(
        _ column: Column, _ rows: Range<Int>, schema: ColumnSchema, bloomFilter: BloomFilterOptions? = nil,
        fileOffset: Int, to output: inout [UInt8]
    ) throws(ParquetError) -> WrittenChunk {
        let (column, rows) = try expanded(schema.type == .int96 ? int96(column) : column, rows)
        let values = valueRange(column, rows)
        checkEnds(column.values, values)
        let encoding = try chooser.choose(column.values, values)
        var chunk = ChunkInProgress(schema: schema, rowCount: rows.count, encoding: encoding)
        let start = output.count
        if case .dictionary(let entries, let count, _) = encoding {
            chunk.metadata.dictionaryPageOffset = Int64(fileOffset + start)
            let header = DictionaryPageHeader(valueCount: Int32(count), encoding: .plain)
            chunk.byteCount += try appendPage(entries, .dictionary(header), schema.name, to: &output)
        }
        chunk.metadata.dataPageOffset = Int64(fileOffset + output.count)
        try writeDataPages(column, rows, values, encoding, &chunk, fileOffset: fileOffset, to: &output)
        var written = chunk.finished(compressedByteCount: output.count - start)
        written.bloomFilter = bloomFilter?.encoded(column.values, values)
        return written
    }

    // MARK: Data pages

    private mutating func writeDataPages(
        _ column: Column, _ rows: Range<Int>, _ values: Range<Int>, _ encoding: ValueEncoding,
        _ chunk: inout ChunkInProgress, fileOffset: Int, to output: inout [UInt8]
    ) throws(ParquetError) {
        var nextRow = rows.lowerBound
        var nextValue = values.lowerBound
        while nextRow < rows.upperBound {
            let page = nextPage(column, from: nextRow, before: rows.upperBound, firstValue: nextValue)
            encodeBody(column, page, encoding, isOptional: chunk.schema.isOptional, firstValue: values.lowerBound)
            let offset = output.count
            let header = DataPageHeader(valueCount: Int32(page.rows.count), encoding: encoding.encoding)
            chunk.byteCount += try appendPage(nil, .data(header), chunk.schema.name, to: &output)
            chunk.addPage(
                page, column.values, offset: fileOffset + offset, compressedByteCount: output.count - offset,
                firstRow: nextRow - rows.lowerBound)
            nextRow = page.rows.upperBound
            nextValue = page.values.upperBound
        }
    }

    private func nextPage(_ column: Column, from row: Int, before end: Int, firstValue: Int) -> PageRange {
        var count = min(pageRows, end - row)
        while true {
            let rows = row..<row + count
            let valueCount = column.validity.map { popcount($0.words.span, rows) } ?? count
            let page = PageRange(rows: rows, values: firstValue..<firstValue + valueCount)
            if count == 1 || column.values.byteCount(page.values) <= Self.pageBytesMax { return page }
            count = (count + 1) / 2
        }
    }

    private mutating func encodeBody(
        _ column: Column, _ page: PageRange, _ encoding: ValueEncoding, isOptional: Bool, firstValue: Int
    ) {
        body.removeAll(keepingCapacity: true)
        if isOptional {
            appendDefinitionLevels(column.validity, page.rows, valueCount: page.values.count, to: &body)
        }
        let codes = page.values.lowerBound - firstValue..<page.values.upperBound - firstValue
        appendValues(column.values, page.values, encoding, chooser.codes, codes, to: &body)
    }

    /// Appends a page with its header.
    ///
    /// - Parameter content: of the page; nil for `body`.
    /// - Returns: its bytes before compression, those of the header among them.
    private mutating func appendPage(
        _ content: [UInt8]?, _ kind: PageHeader.Kind, _ columnName: String, to output: inout [UInt8]
    ) throws(ParquetError) -> Int {
        compressed.removeAll(keepingCapacity: true)
        let content = content ?? body
        let byteCount = content.count
        guard byteCount <= Int(Int32.max) / 2 else {
            throw .unwritable("column \(columnName) has a page of \(byteCount) bytes; shorten its values to 1 GiB")
        }
        try compressor.compress(content.span, into: &compressed)
        let header = PageHeader(
            kind: kind, byteCount: Int32(byteCount), compressedByteCount: Int32(compressed.count),
            crc: Int32(bitPattern: crc32(compressed.span))
        ).encoded()
        output.append(contentsOf: header)
        output.append(contentsOf: compressed)
        return header.count + byteCount
    }
}

// MARK: - Ranges

/// The rows of a page, and the values they have.
struct PageRange {
    let rows: Range<Int>
    let values: Range<Int>
}

private func valueRange(_ column: Column, _ rows: Range<Int>) -> Range<Int> {
    guard let words = column.validity?.words else { return rows }
    let first = popcount(words.span, 0..<rows.lowerBound)
    return first..<first + popcount(words.span, rows)
}

/// The column with a reader's dictionary replaced by its entries, for `rows` only.
private func expanded(_ column: Column, _ rows: Range<Int>) throws(ParquetError) -> (Column, Range<Int>) {
    guard case .dictionary(let codes, let entryBytes, let entryEnds) = column.values else { return (column, rows) }
    let codesOfRows = codes.span.extracting(valueRange(column, rows))
    precondition(codesOfRows.isEmpty || Int(greatestCode(codesOfRows)) < entryEnds.count, "codes are of the dictionary")
    precondition(areRising(entryEnds.span, 0..<entryEnds.count, byteCount: entryBytes.count), "ends rise")
    var bytes: [UInt8] = []
    var ends: [UInt32] = []
    let fits = appendEntries(
        codesOfRows, entryBytes: entryBytes.span, entryEnds: entryEnds.span, byteLimit: Int(UInt32.max), bytes: &bytes,
        ends: &ends)
    guard fits else { throw .unwritable("a row group's column comes to more than 4 GiB; write smaller row groups") }
    let validity = column.validity.map { validity in
        var bits = BitBuffer()
        bits.append(validity.words.span, rows)
        return Bitmap(words: bits.words, count: rows.count)
    }
    return (Column(values: .byteArray(bytes: bytes, ends: ends), validity: validity), 0..<rows.count)
}

/// Nanoseconds since 1970 as they lie in the file: those of the day, then the Julian day.
private func int96(_ column: Column) -> Column {
    guard case .int64(let times) = column.values else { return column }
    let dayLength: Int64 = 86_400_000_000_000
    var bytes: [UInt8] = []
    bytes.reserveCapacity(times.count * 12)
    for time in times {
        var (day, ofDay) = time.quotientAndRemainder(dividingBy: dayLength)
        if ofDay < 0 { (day, ofDay) = (day - 1, ofDay + dayLength) }
        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: ofDay >> Int64(byte * 8))) }
        // 2440588 is the Julian day of 1 January 1970.
        for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: (day + 2_440_588) >> Int64(byte * 8))) }
    }
    return Column(values: .fixed(width: 12, bytes: bytes), validity: column.validity)
}

/// The kernels take it as given that ends rise and lie within the bytes.
private func checkEnds(_ values: ColumnValues, _ range: Range<Int>) {
    guard case .byteArray(let bytes, let ends) = values else { return }
    precondition(areRising(ends.span, range, byteCount: bytes.count), "ends rise and lie within the bytes")
}

// MARK: - Chunk

/// What is known of a chunk while its pages are written.
private struct ChunkInProgress {
    let schema: ColumnSchema
    var metadata: ColumnChunkMetadata
    var byteCount = 0
    private var offsetIndex = OffsetIndex()
    private var pageIndex: PageIndexBuilder

    init(schema: ColumnSchema, rowCount: Int, encoding: ValueEncoding) {
        self.schema = schema
        pageIndex = PageIndexBuilder(schema: schema)
        var encodings = [encoding.encoding]
        if case .dictionary = encoding { encodings.append(.plain) }
        if schema.isOptional { encodings.append(.runLength) }
        metadata = ColumnChunkMetadata(
            type: schema.type.number, encodings: encodings, path: [schema.name], codec: .zstd,
            valueCount: Int64(rowCount))
    }

    mutating func addPage(
        _ page: PageRange, _ values: ColumnValues, offset: Int, compressedByteCount: Int, firstRow: Int
    ) {
        offsetIndex.pages.append(
            OffsetIndex.PageLocation(
                offset: Int64(offset), compressedByteCount: Int32(compressedByteCount), firstRow: Int64(firstRow)))
        let bounds = schema.hasBounds || page.values.isEmpty
            ? ValueBounds(values, page.values, isUnsigned: schema.isUnsigned) : .unknown
        pageIndex.add(bounds, nullCount: page.rows.count - page.values.count)
    }

    func finished(compressedByteCount: Int) -> WrittenChunk {
        var metadata = metadata
        metadata.byteCount = Int64(byteCount)
        metadata.compressedByteCount = Int64(compressedByteCount)
        metadata.statistics = pageIndex.statistics
        return WrittenChunk(metadata: metadata, offsetIndex: offsetIndex, columnIndex: pageIndex.columnIndex)
    }
}
