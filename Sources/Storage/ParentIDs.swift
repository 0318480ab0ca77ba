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
        let rowCount = reader.rowGroups[rowGroup].rowCount
        var targets: [Int] = []
        targets.reserveCapacity(offsets.count)
        for row in 0..<rows.count where distances.validity?[row] ?? true {
            targets.append(rows.lowerBound + row + Int(offsets[targets.count]))
        }
        guard targets.allSatisfy((0..<rowCount).contains) else { throw strayParent(rowGroup) }
        let spans = try PagesOfIDs(self, columns.ids, rowGroup: rowGroup, targets)
        var merged = try MergedIDs(kept, spans.runs.map(\.ids))
        var next = 0
        for row in 0..<rows.count {
            guard distances.validity?[row] ?? true else {
                merged.append(kept, at: row)
                continue
            }
            guard let (run, place) = spans.place(of: targets[next]), spans.runs[run].ids.isPresent(place) else {
                throw strayParent(rowGroup)
            }
            merged.append(spans.runs[run].ids, run: run, at: place)
            next += 1
        }
        return merged.vector
    }

    private func strayParent(_ rowGroup: Int) -> ChunkDamage {
        ChunkDamage(
            kind: .damaged, path: path, rowGroup: rowGroup, column: FieldNames.parentSpanID,
            reason: "a parent span leads to no span")
    }
}

/// The pages of a column of ids that have some rows.
private struct PagesOfIDs {
    /// Pages that follow one another together.
    private(set) var runs: [(rows: Range<Int>, ids: ColumnVector)] = []

    init(_ layout: ChunkLayout, _ column: Int, rowGroup: Int, _ targets: [Int]) throws {
        let pages = try ChunkDamage.finding(in: layout.path, rowGroup: rowGroup, column: layout.reader.schema[column].name) {
            try layout.reader.pageRows(column: column, rowGroup: rowGroup)
        }
        var isNeeded = [Bool](repeating: false, count: pages.count)
        var last: Range<Int>?
        for target in targets where last?.contains(target) != true {
            guard let page = Self.index(of: target, in: pages, \.self) else { continue }
            isNeeded[page] = true
            last = pages[page]
        }
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

    /// Where the id of a row is.
    func place(of row: Int) -> (run: Int, row: Int)? {
        Self.index(of: row, in: runs, \.rows).map { ($0, row - runs[$0].rows.lowerBound) }
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

/// Ids from several columns: as bytes where all are, else as text.
private struct MergedIDs {
    /// Bytes of an id; nil for text.
    private let width: Int?
    /// Of ids as bytes those of the rows so far, of text those of all columns, the texts of rows being parts of it.
    private var bytes: [UInt8] = []
    private var texts: [(vector: TextVector, start: Int)] = []
    private var starts: [UInt32] = []
    private var ends: [UInt32] = []
    private var isPresent: [Bool] = []

    /// - Throws: when their texts come to more than 4 GiB.
    init(_ kept: ColumnVector, _ runs: [ColumnVector]) throws(StorageError) {
        let widths = Set(([kept] + runs).map { if case .hex(let width, _) = $0.values { width } else { 0 } })
        width = widths.count == 1 && widths != [0] ? widths.first : nil
        guard width == nil else { return }
        for column in [kept] + runs {
            let vector = column.texts
            guard vector.bytes.count <= Int(UInt32.max) - bytes.count else {
                throw StorageError("cannot read ids of more than 4 GiB at once; read fewer rows")
            }
            texts.append((vector, bytes.count))
            bytes += vector.bytes
        }
    }

    /// - Parameters:
    ///   - column: that of `run`, or the one of ids that were kept.
    ///   - run: nil for the column of ids that were kept.
    mutating func append(_ column: ColumnVector, run: Int? = nil, at row: Int) {
        isPresent.append(column.isPresent(row))
        if let width {
            guard case .hex(_, let ids) = column.values else { preconditionFailure("all columns are of bytes") }
            bytes += ids[row * width..<(row + 1) * width]
        } else {
            let (vector, start) = texts[run.map { $0 + 1 } ?? 0]
            starts.append(UInt32(start) + vector.starts[row])
            ends.append(UInt32(start) + vector.ends[row])
        }
    }

    var vector: ColumnVector {
        let words = packedFlags(isPresent.span, 0..<isPresent.count)
        let validity = isPresent.contains(false) ? Bitmap(words: words, count: isPresent.count) : nil
        let values: ColumnVector.Values =
            if let width { .hex(width: width, bytes: bytes) } else {
                .text(TextVector(bytes: bytes, starts: starts, ends: ends))
            }
        return ColumnVector(values: values, kind: .string, validity: validity, count: isPresent.count)
    }
}

extension ColumnVector {
    /// The texts of ids.
    fileprivate var texts: TextVector {
        switch values {
        case .text(let vector): return vector
        case .dictionary(let codes, let entries):
            return TextVector(
                bytes: entries.bytes, starts: codes.map { entries.starts[Int($0)] }, ends: codes.map { entries.ends[Int($0)] })
        case .hex(let width, let ids):
            let ends = (0..<count).map { UInt32(($0 + 1) * width * 2) }
            return TextVector(bytes: hexTexts(ids), starts: starts(ofEnds: ends), ends: ends)
        default:
            let none = [UInt32](repeating: 0, count: count)
            return TextVector(bytes: [], starts: none, ends: none)
        }
    }
}
