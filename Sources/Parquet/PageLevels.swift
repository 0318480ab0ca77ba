import Kernels

/// The definition and repetition levels of a data page (Parquet format, "Nested Encoding").
enum PageLevels {
    /// Every entry is a row with a value.
    case none
    /// Of a column that is optional and no more: a 1 for each row that has a value.
    case validity(BitBuffer)
    /// Of a nested column; repetitions are empty where nothing repeats.
    case nested(definitions: [UInt8], repetitions: [UInt8])

    /// - Parameters:
    ///   - repetitions: where they lie in `bytes`; version 2 has them there without compression.
    ///   - count: of entries.
    init(
        _ bytes: [UInt8], repetitions: Range<Int>, definitions: Range<Int>, count: Int, _ chunk: ChunkContext
    ) throws(ParquetError) {
        let leaf = chunk.leaf
        if leaf.definitionLevelMax == 0 {
            self = .none
        } else if leaf.isFlat {
            var bits = BitBuffer()
            guard bits.decodeRunLengthHybrid(bytes.span, definitions, count: count) else { throw Self.malformed(chunk) }
            self = .validity(bits)
        } else {
            let repetitions = try Self.levels(bytes, repetitions, leaf.repetitionLevelMax, count, chunk)
            let definitions = try Self.levels(bytes, definitions, leaf.definitionLevelMax, count, chunk)
            self = .nested(definitions: definitions, repetitions: repetitions)
        }
    }

    private static func levels(
        _ bytes: [UInt8], _ range: Range<Int>, _ greatest: Int, _ count: Int, _ chunk: ChunkContext
    ) throws(ParquetError) -> [UInt8] {
        var levels: [UInt8] = []
        guard greatest > 0 else { return levels }
        guard decodeLevels(bytes.span, range, greatest: UInt8(greatest), count: count, into: &levels) else {
            throw malformed(chunk)
        }
        return levels
    }

    /// Takes the levels of version 1 from the start of `values`.
    init(
        version1 header: DataPageHeader, _ values: inout PageContent.Part, _ chunk: ChunkContext
    ) throws(ParquetError) {
        let count = Int(header.valueCount)
        let leaf = chunk.leaf
        if leaf.isFlat, leaf.definitionLevelMax == 1, header.definitionLevels == .runLength {
            let range = try Self.takePrefixed(&values, chunk)
            try self.init(values.bytes, repetitions: 0..<0, definitions: range, count: count, chunk)
            return
        }
        let repetitions = try Self.take(header.repetitionLevels, leaf.repetitionLevelMax, &values, count, chunk)
        let definitions = try Self.take(header.definitionLevels, leaf.definitionLevelMax, &values, count, chunk)
        if leaf.definitionLevelMax == 0 {
            self = .none
        } else if leaf.isFlat {
            var bits = BitBuffer()
            for level in definitions { bits.append(repeating: level == 1, count: 1) }
            self = .validity(bits)
        } else {
            self = .nested(definitions: definitions, repetitions: repetitions)
        }
    }

    private static func takePrefixed(
        _ values: inout PageContent.Part, _ chunk: ChunkContext
    ) throws(ParquetError) -> Range<Int> {
        guard let range = lengthPrefixed(values) else { throw chunk.malformed("has levels longer than their page") }
        values.range = range.upperBound..<values.range.upperBound
        return range
    }

    private static func take(
        _ encoding: Encoding, _ greatest: Int, _ values: inout PageContent.Part, _ count: Int, _ chunk: ChunkContext
    ) throws(ParquetError) -> [UInt8] {
        guard greatest > 0 else { return [] }
        switch encoding {
        case .runLength:
            return try levels(values.bytes, try takePrefixed(&values, chunk), greatest, count, chunk)
        case .bitPacked:
            var levels: [UInt8] = []
            let end = decodeBitPackedLevels(
                values.bytes.span, values.range, greatest: UInt8(greatest), count: count, into: &levels)
            guard let end else { throw malformed(chunk) }
            values.range = end..<values.range.upperBound
            return levels
        default: throw .unsupported("column \(chunk.leaf.name) has levels in encoding \(encoding.name)")
        }
    }

    private static func malformed(_ chunk: ChunkContext) -> ParquetError { chunk.malformed("has malformed levels") }

    // MARK: What they say

    /// How many of `entries` have a value.
    func valueCount(_ entries: Range<Int>, _ leaf: LeafColumn) -> Int {
        switch self {
        case .none: entries.count
        case .validity(let bits): popcount(bits.words.span, entries)
        case .nested(let definitions, _):
            levelCount(definitions.span.extracting(entries), equalTo: UInt8(leaf.definitionLevelMax))
        }
    }

    /// How many of all `count` entries have a value.
    func valueCount(_ count: Int, _ leaf: LeafColumn) -> Int { valueCount(0..<count, leaf) }

    /// How many rows begin in the page; nil when each entry is one.
    var rowCount: Int? {
        guard case .nested(_, let repetitions) = self, !repetitions.isEmpty else { return nil }
        return levelCount(repetitions.span, equalTo: 0)
    }
}

extension LeafColumn {
    /// Whether it lies below the root and does not repeat.
    var isFlat: Bool { path.count == 1 && repetitionLevelMax == 0 }
}
