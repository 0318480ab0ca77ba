import Kernels
import LogsQL
import Records

/// `sort by (a desc, b) offset 5 limit 10`, stable. With a limit it holds no more rows than that, and reads the fields
/// of none but those; the order of values is that of `OrderKey`.
final class SortStage: PipeStage {
    private struct Row {
        var keys: [OrderKey]
        let position: Int
        var record: Record?
        /// Memory of the record and the keys, counted once the record is read.
        var bytes = 0
    }

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
    private let bytesMax: Int
    /// Memory of the rows that are held.
    private var bytes = 0

    init(_ sort: LogsQL.Pipe.Sort, needed: FieldSelection, _ context: StageContext, _ next: any PipeStage) {
        keys = sort.keys.map { (FieldNames.canonical(query: $0.field), $0.descending) }
        skipped = sort.offset
        self.needed = needed
        self.next = next
        rowsMax = context.limits.rowsMax
        bytesMax = context.limits.rowBytesMax
        control = context.control
        let wanted = sort.limit.map { $0.saturatingAdd(sort.offset) } ?? .max
        isBounded = wanted <= rowsMax
        capacity = min(wanted, rowsMax)
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let columns = try keys.map { OrderColumn(try block.column($0.field)) }
        for row in hopeful(rows, columns[0]).setRows { try offer(row, block.position + row, columns) }
        try materialise(block)
    }

    /// Without the rows that come after all that are held, going by their first keys.
    private func hopeful(_ candidates: Bitmap, _ column: OrderColumn) -> Bitmap {
        guard isBounded, rows.count == capacity else { return candidates }
        let (last, descending) = (rows[0].keys[0], keys[0].descending)
        return candidates.filter { row in
            let order = column.compare(row, last)
            return descending ? order >= 0 : order <= 0
        }
    }

    private func offer(_ row: Int, _ position: Int, _ columns: [OrderColumn]) throws {
        guard rows.count == capacity else {
            rows.append(Row(keys: columns.map { $0.key(row) }, position: position))
            if rows.count == capacity, isBounded { makeHeap() }
            return
        }
        guard isBounded else {
            throw QueryFailure(
                "cannot sort more than \(rowsMax) rows: write 'limit N' after it, or filter for fewer rows")
        }
        guard !isHopeless(columns[0], row) else { return }
        let new = Row(keys: columns.map { $0.key(row) }, position: position)
        guard precedes(new, rows[0]) else { return }
        bytes -= rows[0].bytes
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

    /// Reads the fields of the rows of `block` that are still held.
    private func materialise(_ block: Block) throws {
        let new = rows.indices.filter { rows[$0].record == nil }.sorted { rows[$0].position < rows[$1].position }
        guard !new.isEmpty else { return }
        var marks = RowMarks(count: block.rowCount)
        for index in new { marks.insert(rows[index].position - block.position) }
        for (index, record) in zip(new, try block.records(marks.bitmap, needed: needed)) {
            rows[index].record = record
            rows[index].bytes = rows[index].keys.reduce(record.memoryBytes) { $0 + $1.memoryBytes }
            bytes += rows[index].bytes
        }
        guard bytes <= bytesMax else {
            throw QueryFailure(
                "cannot sort the rows: those to hold take more than \(bytesMax >> 20) MiB; name the fields you need with "
                    + "'fields …', write 'limit N' after it, or filter for fewer rows")
        }
    }

    func finish() throws {
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
