import Kernels

/// Gathers the wanted rows of pages into one flat column.
struct ColumnBuilder {
    /// It is to be given the dictionary, before any page.
    var decoder: PageDecoder
    private var validity = BitBuffer()
    private var hasNulls = false
    private var rowCount = 0

    init(_ chunk: ChunkContext) { decoder = PageDecoder(chunk) }

    /// - Throws: `ParquetError.malformed` when the pages did not have as many rows.
    consuming func finish(rowCount: Int) throws(ParquetError) -> Column {
        let chunk = decoder.chunk
        guard self.rowCount == rowCount else { throw chunk.malformed("has other rows than asked for") }
        let values = decoder.finish()
        let bits = hasNulls ? Bitmap(words: validity.words, count: rowCount) : nil
        guard values.count == bits?.popcount ?? rowCount else {
            throw chunk.malformed("has another number of values than of rows with one")
        }
        return Column(values: values, validity: bits)
    }

    /// - Parameter wanted: rows of the page, not empty.
    mutating func append(_ page: Page, _ bytes: [UInt8], wanted: Range<Int>) throws(ParquetError) {
        let content = try PageContent(page, bytes, decoder.chunk)
        appendValidity(content, wanted)
        rowCount += wanted.count
        try decoder.append(content, wanted: content.values(of: wanted, decoder.chunk.leaf))
    }

    private mutating func appendValidity(_ content: PageContent, _ wanted: Range<Int>) {
        if case .validity(let bits) = content.levels, content.valueCount < content.entryCount {
            if !hasNulls { validity.append(repeating: true, count: rowCount) }
            hasNulls = true
            validity.append(bits.words.span, wanted)
        } else if hasNulls {
            validity.append(repeating: true, count: wanted.count)
        }
    }
}
