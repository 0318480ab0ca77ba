/// Tells from little data which words the texts of a segment cannot have.
public protocol SegmentWords: Sendable {
    /// False only if no row among `rows` has a value in `field` with all of the words.
    ///
    /// - Parameter words: as `wordHashes` gives them, one at least.
    func mayContain(_ words: [UInt64], field: String, rows: Range<Int>) -> Bool
}

/// The word filter of a row group, by the names of fields.
struct ChunkWords: SegmentWords {
    private let filter: WordFilter
    private let layout: ChunkLayout

    init(_ filter: WordFilter, _ layout: ChunkLayout) {
        self.filter = filter
        self.layout = layout
    }

    func mayContain(_ words: [UInt64], field: String, rows: Range<Int>) -> Bool {
        guard let column = layout.columns[field], column != layout.restColumn, column != layout.parents?.offsets else {
            // A field without a column may be in `_rest`; if there is none, no row has it.
            return layout.restColumn != nil
        }
        return filter.mayContain(words, column: column, rows: rows)
    }
}
