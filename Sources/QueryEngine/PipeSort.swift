import Kernels
import LogsQL
import Records
import Storage

/// `sort by (a desc, b) offset 5 limit 10`, stable. With a limit it holds no more rows than that, and reads the fields
/// of none but those; the order of values is that of `OrderKey`.
final class SortStage: GatheringStage {
    private struct Row {
        var keys: [OrderKey]
        let position: Int
        /// Where the fields are, until they are read.
        var place: (origin: Int, row: Int)
        var record: Record?

        /// Of the record and the keys.
        var memoryBytes: Int { keys.reduce(record?.memoryBytes ?? 0) { $0 + $1.memoryBytes } }
    }

    private struct Part: StagePart {
        let rows: [Row]
        let origins: [RowOrigin?]
        var memoryBytes: Int { rows.reduce(origins.count * 100) { $0 + 100 + $1.memoryBytes } }
    }

    private static let unreadMax = 10_000

    private let keys: [(field: String, descending: Bool)]
    private let skipped: Int
    private let needed: FieldSelection
    private let capacity: Int
    private let rowsMax: Int
    private let control: QueryControl
    private let next: any PipeStage
    /// With a limit, and once full, a heap with the last row on top.
    private var rows: [Row] = []
    private let isBounded: Bool
    private let sortBound: SortBound?
    private let bytesMax: Int
    /// Memory of the rows that are held, and read.
    private var bytes = 0
    /// The blocks so far.
    private var origins: [RowOrigin?] = []

    init(_ sort: LogsQL.Pipe.Sort, needed: FieldSelection, _ context: StageContext, _ next: any PipeStage) {
        keys = sort.keys.map { (FieldNames.canonical(query: $0.field), $0.descending) }
        skipped = sort.offset
        self.needed = needed
        self.next = next
        rowsMax = context.limits.rowsMax
        bytesMax = context.limits.rowBytesMax
        sortBound = context.sortBound
        control = context.control
        let wanted = sort.limit.map { $0.saturatingAdd(sort.offset) } ?? .max
        isBounded = wanted <= rowsMax
        capacity = min(wanted, rowsMax)
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let last = lastKey
        if let last, try isHopeless(block, last) { return }
        let columns = try keys.map { OrderColumn(try block.column($0.field)) }
        let candidates =
            last.map { columns[0].rows(rows, descending: keys[0].descending, notAfter: $0) } ?? rows
        guard !candidates.isEmpty else { return }
        origins.append(block.origin)
        for row in candidates.setRows {
            guard !isBounded || self.rows.count < capacity || !isHopeless(columns[0], row) else { continue }
            try offer(
                Row(
                    keys: columns.map { $0.key(row) }, position: block.position + row, place: (origins.count - 1, row),
                    record: nil))
        }
        if isBounded, self.rows.count == capacity { sortBound?.tighten(self.rows[0].keys[0], isLater: isLater) }
        // Rows that pipes made are not there later, and of many rows the memory must be known.
        if !isBounded || capacity > Self.unreadMax || block.origin == nil { try read(origins.count - 1, of: block) }
    }

    /// The first key after which no row is wanted; nil while there is none.
    private var lastKey: OrderKey? {
        let own = isBounded && rows.count == capacity ? rows[0].keys[0] : nil
        guard let shared = sortBound?.current else { return own }
        guard let own else { return shared }
        return isLater(own, shared) ? shared : own
    }

    private func isLater(_ left: OrderKey, _ right: OrderKey) -> Bool {
        let order = left.compare(right)
        return keys[0].descending ? order < 0 : order > 0
    }

    /// Whether all rows of a block come after a first key, as their bounds tell. Rows without a value come last only in
    /// falling order.
    private func isHopeless(_ block: Block, _ last: OrderKey) throws -> Bool {
        guard keys[0].descending, case .number(let number, _) = last, let high = try block.range(keys[0].field)?.ends?.high
        else { return false }
        return high < number
    }

    private func offer(_ new: Row) throws {
        guard rows.count == capacity else {
            rows.append(new)
            if rows.count == capacity, isBounded { makeHeap() }
            return
        }
        guard isBounded else {
            throw QueryFailure(
                "cannot sort more than \(rowsMax) rows: write 'limit N' after it, or filter for fewer rows")
        }
        guard precedes(new, rows[0]) else { return }
        if rows[0].record != nil { bytes -= rows[0].memoryBytes }
        rows[0] = new
        siftDown(0)
    }

    private func isHopeless(_ column: OrderColumn, _ row: Int) -> Bool {
        isHopeless(column.compare(row, rows[0].keys[0]))
    }

    /// Whether a row comes after all that are held.
    ///
    /// - Parameter order: how its first key compares with that of the last row held.
    private func isHopeless(_ order: Int) -> Bool { keys[0].descending ? order < 0 : order > 0 }

    private func precedes(_ left: Row, _ right: Row) -> Bool {
        for (index, key) in keys.enumerated() {
            let order = left.keys[index].compare(right.keys[index])
            if order != 0 { return (order < 0) != key.descending }
        }
        return left.position < right.position
    }

    // MARK: Parts

    func takePart() -> (any StagePart)? { Part(rows: rows, origins: origins) }

    func merge(_ part: any StagePart) throws {
        guard let part = part as? Part else { preconditionFailure("the part is one of the same pipe") }
        let first = origins.count
        origins += part.origins
        for row in part.rows {
            var row = row
            row.place.origin += first
            try offer(row)
        }
    }

    // MARK: The heap

    private func makeHeap() {
        for index in (0..<rows.count / 2).reversed() { siftDown(index) }
    }

    private func siftDown(_ start: Int) {
        var parent = start
        while true {
            var last = parent
            for child in [parent * 2 + 1, parent * 2 + 2] where child < rows.count && precedes(rows[last], rows[child])
            {
                last = child
            }
            guard last != parent else { return }
            rows.swapAt(parent, last)
            parent = last
        }
    }

    // MARK: Reading

    /// Reads the fields of the rows that are still held and came with a block.
    private func read(_ origin: Int, of block: Block) throws {
        try read(rows.indices.filter { rows[$0].place.origin == origin && rows[$0].record == nil }, of: block)
    }

    /// - Parameter new: places in `rows` of rows of the block.
    private func read(_ new: [Int], of block: Block) throws {
        guard !new.isEmpty else { return }
        let new = new.sorted { rows[$0].place.row < rows[$1].place.row }
        var marks = RowMarks(count: block.rowCount)
        for index in new { marks.insert(rows[index].place.row) }
        for (index, record) in zip(new, try block.records(marks.bitmap, needed: needed)) {
            rows[index].record = record
            bytes += rows[index].memoryBytes
        }
        guard bytes <= bytesMax else {
            throw QueryFailure(
                "cannot sort the rows: those to hold take more than \(bytesMax >> 20) MiB; name the fields you need with "
                    + "'fields …', write 'limit N' after it, or filter for fewer rows")
        }
    }

    /// Reads the fields that were not read when their rows came.
    private func readAll() throws {
        let unread = Dictionary(grouping: rows.indices.filter { rows[$0].record == nil }) { rows[$0].place.origin }
        var (facts, path): (SegmentFacts?, SegmentID?) = (nil, nil)
        for (number, places) in unread.sorted(by: { $0.key < $1.key }) {
            try control.check()
            guard let origin = origins[number] else { continue }
            if facts == nil || path == nil || path != origin.segment.identity {
                facts = SegmentFacts(origin.segment)
                path = origin.segment.identity
            }
            guard let facts else { continue }
            try read(places, of: origin.block(facts))
        }
    }

    func finish() throws {
        try readAll()
        let sorted = rows.sorted(by: precedes)
        rows = []
        try hand(sorted.dropFirst(skipped).compactMap(\.record), to: next, control)
    }

    // MARK: Sorting by time

    private var isByTime: Bool { keys[0].field == FieldNames.time }

    var prefersNewestFirst: Bool { isByTime && keys[0].descending && isBounded }

    func wants(times: ClosedRange<Int64>) -> Bool {
        guard isByTime, isBounded, rows.count == capacity, let last = rows.first else { return true }
        let best = OrderKey.time(keys[0].descending ? times.upperBound : times.lowerBound)
        return !isHopeless(best.compare(last.keys[0]))
    }
}
