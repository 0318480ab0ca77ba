import Kernels
import Records

/// The rows of some chunks in time order, a bounded run at a time. Rows of the same time come in the order of the chunks.
struct ChunkMerge {
    /// Which rows of a run are left out: nil for none, else a bit for each row, 1 for those that go.
    typealias Exclusion = (ChunkSegment, Range<Int>) throws -> Bitmap?
    /// What each row of a run that stays stands for; those that go have 0.
    typealias Weights = (ChunkSegment, Range<Int>) -> ArraySlice<Double>

    /// What becomes of the rows.
    enum Choice {
        case all
        /// All but these.
        case excluding(Exclusion)
        /// Those with a weight, each of them with it as a field.
        case weighted(Weights)

        var hasWeights: Bool { if case .weighted = self { true } else { false } }
    }

    private var cursors: [Cursor]
    /// A run ends when it has so many rows.
    private let rowsMax: Int
    /// A run ends when its rows take so many bytes in memory. It may have up to twice as many.
    private let bytesMax: Int
    private let choice: Choice
    private let checkpoint: () throws -> Void
    /// How many rows were left out so far.
    private(set) var excludedRows = 0

    /// Rows that are decoded at once while nothing is known of their size.
    private static let firstStep = 8_192
    private static let stepMax = 65_536

    init(
        _ files: [ChunkFile], rowsMax: Int, bytesMax: Int, choice: Choice,
        checkpoint: @escaping () throws -> Void
    ) throws {
        cursors = try files.map { try Cursor($0.segments()) }
        self.rowsMax = rowsMax
        self.bytesMax = bytesMax
        self.choice = choice
        self.checkpoint = checkpoint
    }

    /// The next rows; nil when there are no more.
    mutating func next() throws -> SortedRows? {
        var batches: [RecordBatch] = []
        var (rows, bytes) = (0, 0)
        var step = Self.firstStep
        while rows < rowsMax, bytes < bytesMax {
            let before = cursors
            let pieces = try take(min(step, rowsMax - rows))
            guard !pieces.isEmpty else { break }
            guard let decoded = try decode(pieces) else {
                cursors = before
                step = max(1, step / 4)
                continue
            }
            excludedRows += decoded.excludedRows
            batches += decoded.batches
            rows += decoded.batches.reduce(0) { $0 + $1.rowCount }
            bytes += decoded.bytes
            if rows > 0 { step = min(max(1, (bytesMax - bytes) / max(1, bytes / rows)), Self.stepMax) }
        }
        return batches.isEmpty ? nil : SortedRows(batches)
    }

    private struct Piece {
        let segment: ChunkSegment
        let rows: Range<Int>
    }

    /// The next `count` rows of all chunks together: for each of them runs that follow one another.
    private mutating func take(_ count: Int) throws -> [Piece] {
        var pieces = [[Piece]](repeating: [], count: cursors.count)
        var left = count
        while left > 0, let index = try earliest() {
            try checkpoint()
            let bound = try nextTime(after: index)
            let start = cursors[index].row
            let segment = cursors[index].segments[cursors[index].group]
            let taken = cursors[index].advance(through: bound, rowsMax: left)
            left -= taken
            let rows = start..<start + taken
            if let last = pieces[index].last, last.rows.upperBound == start, last.segment.rowGroup == segment.rowGroup {
                pieces[index].removeLast()
                pieces[index].append(Piece(segment: segment, rows: last.rows.lowerBound..<rows.upperBound))
            } else {
                pieces[index].append(Piece(segment: segment, rows: rows))
            }
        }
        return pieces.flatMap(\.self)
    }

    /// The chunk with the earliest next row.
    private mutating func earliest() throws -> Int? {
        var found: (index: Int, time: Int64)?
        for index in cursors.indices {
            guard let time = try cursors[index].time() else { continue }
            if found.map({ time < $0.time }) ?? true { found = (index, time) }
        }
        return found?.index
    }

    /// Up to which time rows of a chunk may be taken before one of another is due.
    private mutating func nextTime(after index: Int) throws -> Int64 {
        var bound = Int64.max
        for other in cursors.indices where other != index {
            guard let time = try cursors[other].time() else { continue }
            // Of rows of the same time, those of the first chunk come first.
            bound = min(bound, other < index ? time - 1 : time)
        }
        return bound
    }

    private struct Decoded {
        var batches: [RecordBatch] = []
        var bytes = 0
        var excludedRows = 0
    }

    /// Nil when the rows take more than `bytesMax`, unless it is one row.
    private func decode(_ pieces: [Piece]) throws -> Decoded? {
        var decoded = Decoded()
        let isOne = pieces.count == 1 && pieces[0].rows.count == 1
        for piece in pieces {
            let (keep, weights) = try chosen(piece)
            let kept = keep.map { $0.count { $0 } } ?? piece.rows.count
            decoded.excludedRows += piece.rows.count - kept
            if kept == 0 { continue }
            let left = isOne ? Int.max : bytesMax - decoded.bytes
            guard var batch = try piece.segment.batch(piece.rows, bytesMax: left, checkpoint: checkpoint) else { return nil }
            if let keep, kept < keep.count { batch = batch.filtered(keep: keep) }
            if let weights { batch = batch.weighted(weights.filter { $0 > 0 }) }
            decoded.bytes += batch.byteCount
            decoded.batches.append(batch)
        }
        return decoded
    }

    /// Which rows stay, nil for all, and what all of them stand for.
    private func chosen(_ piece: Piece) throws -> (keep: [Bool]?, weights: ArraySlice<Double>?) {
        switch choice {
        case .all: return (nil, nil)
        case .excluding(let excludes):
            return (try excludes(piece.segment, piece.rows).map { excluded in (0..<excluded.count).map { !excluded[$0] } }, nil)
        case .weighted(let weights):
            let weights = weights(piece.segment, piece.rows)
            return (weights.map { $0 > 0 }, weights)
        }
    }
}

extension RecordBatch {
    /// With what each row stands for, in the place of what it had.
    fileprivate func weighted(_ weights: [Double]) -> RecordBatch {
        var column = TextColumnBuilder(FieldNames.weight, kinds: .number)
        for (row, weight) in weights.enumerated() { column.append(NumberText.shortest(weight).utf8, row: row) }
        let others = columns.filter { $0.name != FieldNames.weight }
        return RecordBatch(times: times, columns: others + (column.column(rowCount: rowCount).map { [$0] } ?? []))
    }
}

/// A place in a chunk.
private struct Cursor {
    let segments: [ChunkSegment]
    private(set) var group = 0
    private(set) var row = 0
    /// Of the row group.
    private var times: [Int64] = []

    init(_ segments: [ChunkSegment]) { self.segments = segments }

    /// Of the next row; nil at the end.
    mutating func time() throws -> Int64? {
        while group < segments.count, row == segments[group].rowCount {
            group += 1
            row = 0
            times = []
        }
        guard group < segments.count else { return nil }
        if times.isEmpty { times = try segments[group].times(0..<segments[group].rowCount) }
        return times[row]
    }

    /// Takes rows of this row group up to a time, and how many. To be called after `time()`, which was not nil.
    mutating func advance(through bound: Int64, rowsMax: Int) -> Int {
        let start = row
        repeat { row += 1 } while row < times.count && row - start < rowsMax && times[row] <= bound
        return row - start
    }
}
