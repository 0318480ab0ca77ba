import Kernels

/// A data page without header and compression.
struct PageContent {
    /// Some bytes of an array.
    struct Part {
        let bytes: [UInt8]
        var range: Range<Int>
    }

    let encoding: Encoding
    /// Of values and of what stands for none: nulls, and in nested columns empty lists. In flat columns the rows.
    let entryCount: Int
    private(set) var levels = PageLevels.none
    private(set) var values: Part
    private(set) var valueCount: Int

    /// - Throws: `ParquetError`, also when levels say other rows or nulls than the header.
    init(_ page: Page, _ bytes: [UInt8], _ chunk: ChunkContext) throws(ParquetError) {
        try chunk.checkCRC(page, bytes)
        switch page.header.kind {
        case .data(let header):
            encoding = header.encoding
            entryCount = Int(header.valueCount)
            valueCount = entryCount
            values = try chunk.decompressed(Part(bytes: bytes, range: page.content), Int(page.header.byteCount))
            levels = try PageLevels(version1: header, &values, chunk)
        case .dataV2(let header):
            encoding = header.encoding
            entryCount = Int(header.valueCount)
            valueCount = entryCount
            let repetitions = page.content.lowerBound..<page.content.lowerBound + Int(header.repetitionLevelsByteCount)
            let definitions = repetitions.upperBound..<repetitions.upperBound + Int(header.definitionLevelsByteCount)
            let restByteCount = Int(page.header.byteCount) - (definitions.upperBound - page.content.lowerBound)
            guard definitions.upperBound <= page.content.upperBound, restByteCount >= 0 else {
                throw chunk.malformed("has levels that are longer than their page")
            }
            values = Part(bytes: bytes, range: definitions.upperBound..<page.content.upperBound)
            // Without values there may be nothing at all where the compressed ones would lie.
            if header.isCompressed, !values.range.isEmpty { values = try chunk.decompressed(values, restByteCount) }
            levels = try PageLevels(bytes, repetitions: repetitions, definitions: definitions, count: entryCount, chunk)
        case .dictionary, .other: preconditionFailure("not a data page")
        }
        valueCount = levels.valueCount(entryCount, chunk.leaf)
        try check(page.header.kind, chunk)
    }

    private func check(_ kind: PageHeader.Kind, _ chunk: ChunkContext) throws(ParquetError) {
        guard case .dataV2(let header) = kind else { return }
        let rowCount = levels.rowCount ?? entryCount
        // Most writers count empty lists as nulls, some do not; in flat columns there are none.
        let isNested = chunk.leaf.repetitionLevelMax > 0
        guard rowCount == Int(header.rowCount), isNested || valueCount == entryCount - Int(header.nullCount) else {
            throw chunk.malformed("has a page with other rows or nulls than its header says")
        }
    }

    /// Which values are those of `entries`.
    func values(of entries: Range<Int>, _ leaf: LeafColumn) -> Range<Int> {
        let first = levels.valueCount(0..<entries.lowerBound, leaf)
        return first..<first + levels.valueCount(entries, leaf)
    }
}

/// The bytes behind a 4-byte length at the start of `part`; nil when they are longer than it.
func lengthPrefixed(_ part: PageContent.Part) -> Range<Int>? {
    guard part.range.count >= 4 else { return nil }
    let start = part.range.lowerBound + 4
    let length = Int(part.bytes[part.range.lowerBound..<start].littleEndian)
    return length <= part.range.upperBound - start ? start..<start + length : nil
}
