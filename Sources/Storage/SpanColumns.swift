import Kernels
import Parquet
import Records

/// Gathers what tells which row is the parent span of which, while the columns of a chunk go by.
///
/// An id of 8 random bytes cannot be compressed, but the row of the parent is near, so that the distance takes a byte or
/// two. Only ids whose parent is in the same row group become distances; others stay.
struct SpanColumns {
    private var ids: SortedColumn?
    private var traces: SortedColumn?
    private(set) var parents: (column: SortedColumn, place: Int)?
    /// Rows that are spans, as far as the columns seen tell.
    private var isSpan: Bitmap?
    private let isPossible: Bool

    /// - Parameter names: of all columns. Without ids there are no distances, nor where their name is taken.
    init(_ names: [String]) {
        isPossible = names.contains(FieldNames.spanID) && !names.contains(ChunkNames.parentRowOffset)
    }

    /// Looks at a column that is about to go into the chunk at `place`.
    ///
    /// - Returns: whether it is the column of parents, which is kept back.
    mutating func take(_ column: SortedColumn, place: Int) -> Bool {
        guard isPossible else { return false }
        switch column.name {
        case FieldNames.spanID: ids = column
        case FieldNames.traceID: traces = column
        case FieldNames.startTime, FieldNames.duration: addSpans(column)
        case FieldNames.parentSpanID where column.kinds == .string:
            addSpans(column)
            parents = (column, place)
            return true
        default: break
        }
        return false
    }

    private mutating func addSpans(_ column: SortedColumn) {
        let rows = column.validity ?? Bitmap(repeating: true, count: column.ends.count)
        if isSpan == nil { isSpan = rows } else { isSpan?.formUnion(rows) }
    }

    /// The column of parents without those that are near, and the distances to these; nil when none is.
    func split(in rowGroups: [Range<Int>]) -> (left: SortedColumn, offsets: Column)? {
        guard let parents = parents?.column, let ids, ids.kinds == .string else { return nil }
        let parentTexts = parents.texts
        let (idTexts, traceTexts) = (ids.texts, traces?.texts)
        var found = ParentOffsets(rowCount: parentTexts.rowCount)
        for rows in rowGroups {
            found.find(rows, ids: idTexts, parents: parentTexts, traces: traceTexts, isSpan: isSpan)
        }
        guard !found.offsets.isEmpty else { return nil }
        let left = parentTexts.removing(found.found)
        return (
            SortedColumn(
                name: parents.name, kinds: parents.kinds, bytes: left.bytes, ends: left.ends, validity: left.validity),
            Column(values: .int32(found.offsets), validity: found.found)
        )
    }
}
