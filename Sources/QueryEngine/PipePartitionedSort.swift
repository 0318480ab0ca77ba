import Kernels
import LogsQL
import Records

/// `sort by (a) partition by (b) limit 3 rank as r`: as `SortStage`, in each partition by itself. Partitions come in the order of
/// their values.
final class PartitionedSortStage: PipeStage {
    private struct Row {
        let keys: [OrderKey]
        let position: Int
        var record: Record?

        var memoryBytes: Int { keys.reduce(100 + (record?.memoryBytes ?? 0)) { $0 + $1.memoryBytes } }
    }

    private let keys: [(field: String, descending: Bool)]
    private let sort: LogsQL.Pipe.Sort
    private let needed: FieldSelection
    private let capacity: Int
    private let limits: QueryLimitsOfEngine
    private let control: QueryControl
    private let next: any PipeStage
    private var partitions: TupleCoder
    /// By partition, in order.
    private var rows: [[Row]] = []
    private var rowCount = 0
    private var bytes = 0

    init(_ sort: LogsQL.Pipe.Sort, needed: FieldSelection, _ context: StageContext, _ next: any PipeStage) {
        self.sort = sort
        keys = sort.keys.map { (FieldNames.canonical(query: $0.field), $0.descending) }
        self.needed = needed
        capacity = sort.limit.map { $0.saturatingAdd(sort.offset) } ?? .max
        limits = context.limits
        control = context.control
        self.next = next
        var seen: Set<String> = []
        let fields = sort.partition.map(FieldNames.canonical(query:)).filter { seen.insert($0).inserted }
        partitions = TupleCoder(fields.map { ($0, nil) })
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let codes = try partitions.codes(block, rows, limits)
        self.rows.grow(to: partitions.count, with: [])
        let columns = try keys.map { OrderColumn(try block.column($0.field)) }
        var new: [Int: [Int]] = [:]
        for row in rows.setRows {
            let code = Int(codes[row])
            if offer(Row(keys: columns.map { $0.key(row) }, position: block.position + row), to: code) {
                new[code, default: []].append(row)
            }
        }
        try read(new, of: block)
    }

    /// Whether the row is held.
    private func offer(_ row: Row, to code: Int) -> Bool {
        if rows[code].count == capacity, let last = rows[code].last, !precedes(row, last) { return false }
        var (lower, upper) = (0, rows[code].count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if precedes(row, rows[code][middle]) { upper = middle } else { lower = middle + 1 }
        }
        rows[code].insert(row, at: lower)
        rowCount += 1
        if rows[code].count > capacity {
            bytes -= rows[code].removeLast().record?.memoryBytes ?? 0
            rowCount -= 1
        }
        return true
    }

    private func precedes(_ left: Row, _ right: Row) -> Bool {
        for (index, key) in keys.enumerated() {
            let order = left.keys[index].compare(right.keys[index])
            if order != 0 { return key.descending ? order > 0 : order < 0 }
        }
        return left.position < right.position
    }

    /// Reads the fields of those rows of `block` that are still held.
    private func read(_ new: [Int: [Int]], of block: Block) throws {
        var places: [Int: (code: Int, index: Int)] = [:]
        var marks = RowMarks(count: block.rowCount)
        for code in new.keys {
            for (index, row) in rows[code].enumerated() where row.record == nil {
                places[row.position - block.position] = (code, index)
                marks.insert(row.position - block.position)
            }
        }
        let bitmap = marks.bitmap
        for (row, record) in zip(bitmap.setRows, try block.records(bitmap, needed: needed)) {
            guard let place = places[row] else { continue }
            rows[place.code][place.index].record = record
            bytes += record.memoryBytes
        }
        guard rowCount <= limits.rowsMax, bytes <= limits.rowBytesMax else {
            throw QueryFailure(
                "cannot sort the rows of each partition: those to hold are more than \(limits.rowsMax), or take more than "
                    + "\(limits.rowBytesMax >> 20) MiB; use a smaller limit, or filter for fewer rows")
        }
    }

    func finish() throws {
        var sorted: [Record] = []
        // Without rows there is no partition, but a code for the one that stands for all.
        for code in partitions.sorted().map(\.code) where code < rows.count {
            for (place, row) in rows[code].dropFirst(sort.offset).enumerated() {
                guard let record = row.record else { continue }
                let rank = FieldValue(String(sort.offset + place + 1), kind: .number)
                sorted.append(sort.rank.map { record.setting([Record.Field($0, rank)]) } ?? record)
            }
        }
        rows = []
        try hand(sorted, to: next, control)
    }
}

extension Record {
    /// With these fields in the place of those of the same names.
    func setting(_ new: [Field]) -> Record {
        Record(time: time, fields: fields.filter { field in !new.contains { $0.name == field.name } } + new)
    }
}
