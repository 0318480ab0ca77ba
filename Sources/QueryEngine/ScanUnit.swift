import Storage

/// Segments that are gone through together: a row group, or small batches of the memtable that follow one another.
///
/// What is made of the rows of a unit does not depend on how many threads there are.
struct ScanUnit: Sendable {
    /// With the place of their first rows in the order of all rows.
    private(set) var segments: [(segment: any Segment, position: Int)] = []
    private var rowCount = 0

    private static let rowsMax = 131_072

    /// Of a unit that is one row group.
    var identity: SegmentID? { segments.count == 1 ? segments[0].segment.identity : nil }

    static func units(_ segments: [(segment: any Segment, position: Int)]) -> [ScanUnit] {
        var units: [ScanUnit] = []
        var isOpen = false
        for (segment, position) in segments {
            let joins = isOpen && segment.identity == nil && units[units.count - 1].rowCount + segment.rowCount <= rowsMax
            if !joins { units.append(ScanUnit()) }
            units[units.count - 1].segments.append((segment, position))
            units[units.count - 1].rowCount += segment.rowCount
            isOpen = segment.identity == nil
        }
        return units
    }
}

/// Some blocks of a segment that follow one another.
struct BlockRun: Sendable {
    let segment: any Segment
    let position: Int
    let blocks: [Range<Int>]

    private static let blocksMax = 16

    /// All blocks of some segments. The first runs are short, as the first rows may be all that is wanted.
    static func runs(_ segments: [(segment: any Segment, position: Int)], newestFirst: Bool) -> [BlockRun] {
        var runs: [BlockRun] = []
        for (segment, position) in newestFirst ? segments.reversed() : segments {
            var blocks = ArraySlice(newestFirst ? segment.blocks.reversed() : segment.blocks)
            while !blocks.isEmpty {
                let count = runs.count < 8 ? 1 << (runs.count / 2) : blocksMax
                runs.append(BlockRun(segment: segment, position: position, blocks: Array(blocks.prefix(count))))
                blocks = blocks.dropFirst(count)
            }
        }
        return runs
    }
}
