import Kernels
import LogsQL
import Records
import Stitching

/// Rows of a block that sampling kept in the place of others.
struct SampledRows {
    /// Those whose weight is not 1, of the rows that were asked for.
    let rows: Bitmap
    /// By row, for `rows`: how many each stands for.
    let weights: [Double]
    /// By row, for `rows`: the cell of its request, or `noCell` where the row is all that is known of its request. Nil
    /// once there are too many cells.
    let cells: [UInt32]?

    static let noCell = UInt32.max
}

/// Finds the sampled rows of blocks, and numbers the *cells* of their requests: the rows that one request has in one
/// group. Whole requests are kept or dropped, so that their rows are no independent draws.
struct SampleReader {
    /// The fields to read beside `_weight`.
    private let correlationIDs: [String]
    private let cellsMax: Int
    /// Of hashes of requests, each mixed with a group.
    private var cells = IntegerTable()
    private(set) var groupOfCell: [UInt32] = []
    private(set) var rowCount = 0
    private(set) var standsFor = 0.0
    /// False once there were too many cells.
    private(set) var hasCells = true

    /// - Parameter callCount: how many functions add up over each cell, at least 1.
    init(_ context: StageContext, callCount: Int) {
        correlationIDs = context.correlationIDs
        cellsMax = context.limits.sampleSumsMax / callCount
    }

    /// Counts rows that stand for themselves alone.
    mutating func count(_ rows: Int) {
        rowCount += rows
        standsFor += Double(rows)
    }

    /// Nil if no row of `rows` has another weight than 1.
    mutating func read(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws -> SampledRows? {
        let count = rows.popcount
        rowCount += count
        guard let (sampled, weights) = try Self.weights(block, rows) else {
            standsFor += Double(count)
            return nil
        }
        standsFor += Double(count - sampled.popcount)
        for row in sampled.setRows { standsFor += weights[row] }
        let cells = hasCells ? try number(sampled, block, groups) : nil
        return SampledRows(rows: sampled, weights: weights, cells: cells)
    }

    private static func weights(_ block: Block, _ rows: Bitmap) throws -> (Bitmap, [Double])? {
        guard try block.mayHaveWeights else { return nil }
        let column = try block.carriedColumn(FieldNames.weight)
        if case .missing = column.values { return nil }
        let numbers = NumericColumn(column)
        var sampled = RowMarks(count: rows.count)
        var weights = [Double](repeating: 1, count: rows.count)
        for row in rows.intersection(column.validity).setRows {
            guard let weight = numbers[row]?.value, weight != 1, weight >= 0, weight.isFinite else { continue }
            sampled.insert(row)
            weights[row] = weight
        }
        let found = sampled.bitmap
        return found.isEmpty ? nil : (found, weights)
    }

    private mutating func number(_ rows: Bitmap, _ block: Block, _ groups: GroupCodes) throws -> [UInt32]? {
        let requests = try requests(rows, block)
        var numbers = [UInt32](repeating: SampledRows.noCell, count: rows.count)
        for row in rows.setRows where requests[row] != 0 {
            let group = groups[row]
            let (cell, isNew) = cells.insert(requests[row] &+ UInt64(group) &* 0x9E37_79B9_7F4A_7C15)
            if isNew { groupOfCell.append(UInt32(group)) }
            numbers[row] = cell
        }
        guard cells.count <= cellsMax else {
            cells = IntegerTable()
            groupOfCell = []
            hasCells = false
            return nil
        }
        return numbers
    }

    /// The hash of each row's request, by the first field that names one; 0 where none does.
    private func requests(_ rows: Bitmap, _ block: Block) throws -> [UInt64] {
        var requests = [UInt64](repeating: 0, count: rows.count)
        var open = rows
        for field in correlationIDs where !open.isEmpty {
            let column = try block.carriedColumn(field)
            let filled = column.filled(among: open)
            guard !filled.isEmpty else { continue }
            var text = ShownText(column)
            var bytes: [UInt8] = []
            var ends: [UInt32] = []
            for row in filled.setRows {
                text.load(row)
                bytes += text.bytes
                ends.append(UInt32(bytes.count))
            }
            let rules = StitchingRules.standard
            let hashes = rules.hashes(bytes: bytes, ends: ends, form: rules.form(of: field) ?? .plain)
            for (row, hash) in zip(filled.setRows, hashes.first ?? []) { requests[row] = hash }
            open = open.filter { requests[$0] == 0 }
        }
        return requests
    }
}
