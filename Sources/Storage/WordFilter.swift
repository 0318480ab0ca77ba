import Kernels

// Which words the text columns of a row group have, so that a query for a rare word need not read them.
//
//     filter = "LWF1"  crc32c (of all that follows)  rows a unit  column count  column numbers, rising  bits
//
// All numbers are 32-bit little-endian. `bits` is a split-block bloom filter (Parquet's BloomFilter.md) of the keys that
// `WordKey` makes of words, the number of their column in the file, and the units of rows that they stand in. A column
// that is not listed may have any words.

/// The word filter of a row group.
struct WordFilter: Sendable {
    private let unitRows: Int
    private let columns: [Int]
    private let bits: SplitBlockBloom

    var byteCount: Int { bits.byteCount }

    static let magic = Array("LWF1".utf8)

    /// - Returns: nil for bytes that are no filter or were changed.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic), bytes.count >= 16, let crc = Self.number(bytes, 4),
            crc == Int(crc32c(bytes.span.extracting(droppingFirst: 8))), let unitRows = Self.number(bytes, 8),
            unitRows > 0, let count = Self.number(bytes, 12), count <= (bytes.count - 16) / 4
        else { return nil }
        let columns = (0..<count).compactMap { Self.number(bytes, 16 + 4 * $0) }
        guard let bits = SplitBlockBloom(bytes: bytes.span.extracting(droppingFirst: 16 + 4 * count)) else { return nil }
        self.unitRows = unitRows
        self.columns = columns
        self.bits = bits
    }

    private static func number(_ bytes: [UInt8], _ place: Int) -> Int? {
        guard place + 4 <= bytes.count else { return nil }
        return Int(bytes[place..<place + 4].littleEndian)
    }

    /// Whether there may be a row among `rows` whose value in `column` has all the words.
    ///
    /// - Parameter words: as `wordHashes` gives them.
    func mayContain(_ words: [UInt64], column: Int, rows: Range<Int>) -> Bool {
        guard !rows.isEmpty, columns.contains(column) else { return true }
        let rare = words.filter { !bits.mayContain(hash: WordKey.anywhere($0, column: column)) }
        return (rows.lowerBound / unitRows...(rows.upperBound - 1) / unitRows).contains { unit in
            rare.allSatisfy { bits.mayContain(hash: WordKey.inUnit(unit, $0, column: column)) }
        }
    }
}

/// Gathers the words of a row group, column by column.
struct WordFilterBuilder {
    private let rows: Range<Int>
    private let unitRows: Int
    private var columns: [Int] = []
    private var keys: [UInt64] = []

    /// With so many bits a key, about one in 100 words that are not there seems to be, by one of its two keys.
    private static let bitsPerKey = 12
    /// The most different words of a column; one with more is left out.
    private static let wordsMax = 1 << 20
    /// The most bytes of filter for so many bytes of a column in the file; a column that would get more is left out.
    private static let shareMax = 8
    /// What a column may take in any case.
    private static let bytesMin = 1_024

    /// - Parameters:
    ///   - rows: of the row group, as the columns number them.
    ///   - pageRows: what queries read at a time.
    init(_ rows: Range<Int>, pageRows: Int) {
        self.rows = rows
        unitRows = max(pageRows, (rows.count + wordUnitsMax - 1) / wordUnitsMax)
    }

    /// - Parameters:
    ///   - number: of the column in the file.
    ///   - bytesInFile: what the column takes there for these rows.
    mutating func add(_ texts: RowTexts, number: Int, bytesInFile: Int) {
        let found = wordKeys(
            bytes: texts.bytes.span, ends: texts.ends.span, validity: texts.validity, rows: rows, unitRows: unitRows,
            column: number, wordsMax: Self.wordsMax)
        guard let found, found.count * Self.bitsPerKey / 8 <= max(bytesInFile / Self.shareMax, Self.bytesMin) else { return }
        columns.append(number)
        keys += found
    }

    /// The filter as it stands in the file; nil when it would say nothing.
    consuming func finish() -> [UInt8]? {
        guard !columns.isEmpty else { return nil }
        let blocks = max(1, (keys.count * Self.bitsPerKey / 8 + SplitBlockBloom.blockBytes - 1) / SplitBlockBloom.blockBytes)
        var bits = SplitBlockBloom(byteCount: min(blocks * SplitBlockBloom.blockBytes, SplitBlockBloom.bytesMax))
        for key in keys { bits.insert(hash: key) }
        var content: [UInt8] = []
        for number in [unitRows, columns.count] + columns { Self.append(number, to: &content) }
        bits.appendBytes(to: &content)
        var bytes = WordFilter.magic
        Self.append(Int(crc32c(content.span)), to: &bytes)
        return bytes + content
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
