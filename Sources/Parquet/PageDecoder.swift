import Kernels

/// Decodes the values of a chunk's pages, one page after another, and gathers the wanted ones.
struct PageDecoder {
    let chunk: ChunkContext
    private var dictionary: ColumnValues?
    private var values: ColumnValuesBuffer
    /// Scratch.
    private var codes: [UInt32] = []

    init(_ chunk: ChunkContext) {
        self.chunk = chunk
        values = ColumnValuesBuffer(chunk.leaf.type, limits: chunk.limits)
    }

    consuming func finish() -> ColumnValues { values.finish(dictionary) }

    // MARK: Dictionary page

    mutating func setDictionary(
        _ page: Page, _ header: DictionaryPageHeader, _ bytes: [UInt8]
    ) throws(ParquetError) {
        guard dictionary == nil else { throw chunk.malformed("has two dictionaries") }
        guard header.encoding == .plain || header.encoding == .plainDictionary, chunk.leaf.type != .boolean else {
            throw chunk.unsupported(header.encoding, "a dictionary")
        }
        try chunk.checkCRC(page, bytes)
        let content = try chunk.decompressed(
            PageContent.Part(bytes: bytes, range: page.content), Int(page.header.byteCount))
        let count = Int(header.valueCount)
        guard count <= content.range.count else { throw chunk.malformed("has a dictionary without its values") }
        var entries = ColumnValuesBuffer(chunk.leaf.type, limits: chunk.limits)
        try entries.reserve(count, chunk)
        try check(try entries.appendPlain(content, count: count, wanted: 0..<count))
        dictionary = entries.finish(nil)
    }

    // MARK: Data pages

    /// - Parameter wanted: values of the page.
    mutating func append(_ page: PageContent, wanted: Range<Int>) throws(ParquetError) {
        guard !wanted.isEmpty else { return }
        switch page.encoding {
        case .plainDictionary, .dictionary: try appendCodes(page, wanted)
        default:
            try values.expandCodes(dictionary, chunk)
            try values.reserve(page.valueCount, chunk)
            try appendValues(page, wanted)
        }
    }

    private mutating func appendCodes(_ page: PageContent, _ wanted: Range<Int>) throws(ParquetError) {
        guard let dictionary else { throw chunk.malformed("has codes but no dictionary") }
        let part = page.values
        guard let width = part.bytes[part.range].first, width <= 32 else {
            throw chunk.malformed("has codes without a width from 0 to 32")
        }
        codes.removeAll(keepingCapacity: true)
        try check(
            decodeRunLengthHybrid(
                part.bytes.span, part.range.dropFirst(), width: Int(width), count: wanted.upperBound, into: &codes))
        guard codes.count == wanted.upperBound, Int(greatestCode(codes.span)) < dictionary.count else {
            throw chunk.malformed("has codes beyond its dictionary")
        }
        try values.reserve(wanted.count, chunk)
        try values.append(codes: codes, wanted, dictionary, chunk)
    }

    private mutating func appendValues(_ page: PageContent, _ wanted: Range<Int>) throws(ParquetError) {
        let part = page.values
        let count = page.valueCount
        switch (page.encoding, chunk.leaf.type) {
        case (.plain, _): try check(try values.appendPlain(part, count: count, wanted: wanted))
        case (.runLength, .boolean):
            guard let range = lengthPrefixed(part) else { throw chunk.malformed("has booleans beyond their page") }
            try check(values.appendRunLengthBooleans(part.bytes, range, wanted: wanted))
        case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64):
            try check(values.appendDeltaBinaryPacked(part, count: count, wanted: wanted))
        case (.deltaLengthByteArray, .byteArray):
            try check(values.appendDeltaLengthByteArrays(part, count: count, wanted: wanted))
        case (.deltaByteArray, .byteArray), (.deltaByteArray, .fixedLenByteArray):
            try check(values.appendDeltaByteArrays(part, count: count, wanted: wanted))
        case (.byteStreamSplit, .int32), (.byteStreamSplit, .int64), (.byteStreamSplit, .float),
            (.byteStreamSplit, .double), (.byteStreamSplit, .fixedLenByteArray):
            try check(values.appendByteStreamSplit(part, count: count, wanted: wanted))
        default: throw chunk.unsupported(page.encoding, "values of its type")
        }
    }

    private func check(_ isDecoded: Bool) throws(ParquetError) {
        guard isDecoded else { throw chunk.malformed("has a page whose values are malformed or too large") }
    }
}
