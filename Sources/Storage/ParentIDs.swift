import Kernels
import Parquet
import Records

/// The columns of a chunk that has distances to parent spans in place of their ids.
struct ParentColumns: Sendable {
    /// Of the spans themselves.
    let ids: Int
    /// Of the parents that are not in the row group.
    let parents: Int
    /// Of the distances to the others.
    let offsets: Int
}

extension ParentColumns {
    /// - Throws: when the columns are not those of such a chunk.
    init(offsets: String, _ columns: [String: Int], _ schema: [ColumnSchema], path: String) throws {
        guard let ids = columns[FieldNames.spanID], let parents = columns[FieldNames.parentSpanID],
            let offsets = columns[offsets], schema[offsets].type == .int32
        else {
            throw StorageError(
                "cannot read chunk '\(path)': it has no INT32 column '\(offsets)', or no ids to which that leads")
        }
        (self.ids, self.parents, self.offsets) = (ids, parents, offsets)
    }
}

extension ChunkLayout {
    /// The ids of the parents of some rows. Of the ids of spans only the pages with these parents are read.
    func parentIDs(_ columns: ParentColumns, rowGroup: Int, _ rows: Range<Int>) throws -> ColumnVector {
        let kept = try storedVector(columns.parents, rowGroup: rowGroup, rows)
        let distances = try column(columns.offsets, rowGroup: rowGroup, rows)
        guard case .int32(let offsets) = distances.values, !offsets.isEmpty else { return kept }
        var targets: [(row: Int, target: Int)] = []
        let rowCount = reader.rowGroups[rowGroup].rowCount
        for row in 0..<rows.count where distances.validity?[row] ?? true {
            let target = rows.lowerBound + row + Int(offsets[targets.count])
            guard (0..<rowCount).contains(target) else { throw strayParent(rowGroup) }
            targets.append((row, target))
        }
        let spans = try PagesOfIDs(self, columns.ids, rowGroup: rowGroup, targets.lazy.map(\.target))
        var merged = MergedIDs(kept, like: spans.first)
        var next = targets[...]
        for row in 0..<rows.count {
            if next.first?.row == row, let (_, target) = next.popFirst() {
                guard let (ids, place) = spans.place(of: target), ids.isPresent(place) else { throw strayParent(rowGroup) }
                merged.append(ids, place)
            } else {
                merged.append(kept, row)
            }
        }
        return merged.vector
    }

    private func strayParent(_ rowGroup: Int) -> StorageError {
        StorageError("cannot read chunk '\(path)': row group \(rowGroup) has a parent span that leads to no span")
    }
}

/// The pages of a column of ids that have some rows.
private struct PagesOfIDs {
    private var runs: [(rows: Range<Int>, ids: ColumnVector)] = []

    var first: ColumnVector? { runs.first?.ids }

    init(_ layout: ChunkLayout, _ column: Int, rowGroup: Int, _ targets: some Sequence<Int>) throws {
        let pages = try layout.reader.pageRows(column: column, rowGroup: rowGroup)
        var isNeeded = [Bool](repeating: false, count: pages.count)
        for target in targets { isNeeded[Self.index(of: target, in: pages) { $0 } ?? 0] = true }
        var rows: Range<Int>?
        for (page, isNeeded) in zip(pages, isNeeded) {
            if isNeeded {
                rows = (rows?.lowerBound ?? page.lowerBound)..<page.upperBound
            } else if let known = rows.take() {
                runs.append((known, try layout.vector(column, rowGroup: rowGroup, known)))
            }
        }
        if let rows { runs.append((rows, try layout.vector(column, rowGroup: rowGroup, rows))) }
    }

    func place(of row: Int) -> (ids: ColumnVector, row: Int)? {
        Self.index(of: row, in: runs, \.rows).map { (runs[$0].ids, row - runs[$0].rows.lowerBound) }
    }

    /// The one of some rising ranges that has `row`.
    private static func index<Element>(of row: Int, in all: [Element], _ range: (Element) -> Range<Int>) -> Int? {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if range(all[middle]).upperBound <= row { low = middle + 1 } else { high = middle }
        }
        return low < all.count && range(all[low]).contains(row) ? low : nil
    }
}

/// Ids from two columns: kept as bytes where both are, else as text.
private struct MergedIDs {
    /// Bytes of an id; nil for text.
    private let width: Int?
    private var bytes: [UInt8] = []
    private var starts: [UInt32] = []
    private var ends: [UInt32] = []
    private var isPresent: [Bool] = []

    init(_ kept: ColumnVector, like ids: ColumnVector?) {
        switch (kept.values, ids?.values) {
        case (.hex(let width, _), .hex(let other, _)) where width == other: self.width = width
        default: width = nil
        }
    }

    mutating func append(_ column: ColumnVector, _ row: Int) {
        let hasValue = column.isPresent(row)
        isPresent.append(hasValue)
        if let width {
            guard case .hex(_, let ids) = column.values else { preconditionFailure("both columns are of bytes") }
            bytes += ids[row * width..<(row + 1) * width]
            return
        }
        starts.append(UInt32(bytes.count))
        if hasValue { appendText(column, row) }
        ends.append(UInt32(bytes.count))
    }

    private mutating func appendText(_ column: ColumnVector, _ row: Int) {
        switch column.values {
        case .text(let texts): bytes += texts.bytes[texts.range(row)]
        case .dictionary(let codes, let texts): bytes += texts.bytes[texts.range(Int(codes[row]))]
        case .hex(let width, let ids): Hex.append(ids[row * width..<(row + 1) * width], to: &bytes)
        default: bytes += Array((column.text(row) ?? "").utf8)
        }
    }

    var vector: ColumnVector {
        let validity = isPresent.contains(false) ? Bitmap(words: packedFlags(isPresent.span, 0..<isPresent.count), count: isPresent.count) : nil
        let values: ColumnVector.Values =
            if let width { .hex(width: width, bytes: bytes) } else {
                .text(TextVector(bytes: bytes, starts: starts, ends: ends))
            }
        return ColumnVector(values: values, kind: .string, validity: validity, count: isPresent.count)
    }
}
