import Kernels

/// Gathers the wanted values of pages into one column.
struct ColumnBuilder {
    private let schema: ColumnSchema
    private let codec: Codec
    private var dictionary: ColumnValues?
    private var values: ColumnValuesBuffer
    private var validity = BitBuffer()
    private var hasNulls = false
    private var rowCount = 0
    /// Scratch for codes, and for values that come before or after wanted ones.
    private var codes: [UInt32] = []

    init(schema: ColumnSchema, codec: Codec) {
        self.schema = schema
        self.codec = codec
        values = ColumnValuesBuffer(schema.type)
    }

    /// - Throws: `ParquetError.malformed` when the pages did not have as many rows.
    consuming func finish(rowCount: Int) throws(ParquetError) -> Column {
        guard self.rowCount == rowCount else { throw malformed(schema.name, "has other rows than asked for") }
        let values = values.finish(dictionary)
        let bits = hasNulls ? Bitmap(words: validity.words, count: rowCount) : nil
        guard values.count == bits?.popcount ?? rowCount else {
            throw malformed(schema.name, "has another number of values than of rows with one")
        }
        return Column(values: values, validity: bits)
    }

    // MARK: Dictionary page

    mutating func setDictionary(
        _ page: Page, _ header: DictionaryPageHeader, _ bytes: [UInt8]
    ) throws(ParquetError) {
        guard dictionary == nil else { throw malformed(schema.name, "has two dictionaries") }
        guard header.encoding == .plain || header.encoding == .plainDictionary, schema.type != .boolean else {
            throw unsupported(header.encoding, "a dictionary")
        }
        try checkCRC(page, bytes, schema.name)
        let part = PageContent.Part(bytes: bytes, range: page.content)
        let content = try decompressed(part, Int(page.header.byteCount), codec, schema.name)
        var entries = ColumnValuesBuffer(schema.type)
        let count = Int(header.valueCount)
        guard count <= content.range.count else { throw malformed(schema.name, "has a dictionary without its values") }
        try check(try entries.appendPlain(content, count: count, wanted: 0..<count))
        dictionary = entries.finish(nil)
    }

    // MARK: Data pages

    /// - Parameter wanted: rows of the page, not empty.
    mutating func append(_ page: Page, _ bytes: [UInt8], wanted: Range<Int>) throws(ParquetError) {
        let content = try PageContent(page, bytes, codec: codec, isOptional: schema.isOptional, name: schema.name)
        appendValidity(content, wanted)
        rowCount += wanted.count
        let wantedValues = content.values(ofRows: wanted)
        guard !wantedValues.isEmpty else { return }
        switch content.encoding {
        case .plainDictionary, .dictionary: try appendCodes(content, wantedValues)
        default:
            try values.expandCodes(dictionary, schema.name)
            try appendValues(content, wantedValues)
        }
    }

    private mutating func appendValidity(_ content: PageContent, _ wanted: Range<Int>) {
        if let bits = content.validity {
            if !hasNulls { validity.append(repeating: true, count: rowCount) }
            hasNulls = true
            validity.append(bits.words.span, wanted)
        } else if hasNulls {
            validity.append(repeating: true, count: wanted.count)
        }
    }

    private mutating func appendCodes(_ content: PageContent, _ wanted: Range<Int>) throws(ParquetError) {
        guard let dictionary else { throw malformed(schema.name, "has codes but no dictionary") }
        guard let width = content.values.bytes[content.values.range].first, width <= 32 else {
            throw malformed(schema.name, "has codes without a width from 0 to 32")
        }
        let range = content.values.range.dropFirst()
        codes.removeAll(keepingCapacity: true)
        try check(
            decodeRunLengthHybrid(
                content.values.bytes.span, range, width: Int(width), count: wanted.upperBound, into: &codes))
        guard codes.count == wanted.upperBound, Int(greatestCode(codes.span)) < dictionary.count else {
            throw malformed(schema.name, "has codes beyond its dictionary")
        }
        try values.append(codes: codes, wanted, dictionary, schema.name)
    }

    private mutating func appendValues(_ content: PageContent, _ wanted: Range<Int>) throws(ParquetError) {
        let part = content.values
        let count = content.valueCount
        switch (content.encoding, schema.type) {
        case (.plain, _): try check(try values.appendPlain(part, count: count, wanted: wanted))
        case (.runLength, .boolean):
            guard let range = lengthPrefixed(part) else { throw malformed(schema.name, "has booleans beyond their page") }
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
        default: throw unsupported(content.encoding, "values of its type")
        }
    }

    // MARK: Errors

    private func check(_ isDecoded: Bool) throws(ParquetError) {
        guard isDecoded else {
            throw malformed(schema.name, "has a page whose values are malformed or come to more than 4 GiB")
        }
    }

    private func unsupported(_ encoding: Encoding, _ what: String) -> ParquetError {
        .unsupported("column \(schema.name) has \(what) in encoding \(encoding.rawValue); write it as PLAIN")
    }
}
