import Kernels
import LogsQL
import Records

/// `compare offset 1d by (service)`, after the pipe that counts the rows of each service: the same of earlier rows beside it.
final class CompareStage: PipeStage {
    static let hits = "hits"

    private let compare: LogsQL.Pipe.Compare
    private let pipes: [LogsQL.Pipe]
    private let context: StageContext
    private let next: any PipeStage
    private let fields: [String]
    private var counts: [[FieldValue]: (before: Double, after: Double)] = [:]

    /// - Parameter pipes: that the rows come through, the last of which counts them.
    init(
        _ compare: LogsQL.Pipe.Compare, earlier pipes: ArraySlice<LogsQL.Pipe>, _ context: StageContext,
        _ next: any PipeStage
    ) {
        self.compare = compare
        self.pipes = Array(pipes)
        self.context = context
        self.next = next
        var seen: Set<String> = []
        fields = compare.by.map(FieldNames.canonical(query:)).filter { seen.insert($0).inserted }
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        for record in try block.records(rows, needed: .all) {
            let (key, count) = read(record)
            counts[key, default: (0, 0)].after += count
        }
    }

    private func read(_ record: Record) -> (key: [FieldValue], count: Double) {
        (fields.map { FieldValue(record.text($0) ?? "") }, record[Self.hits]?.number ?? 0)
    }

    func finish() throws {
        guard context.filter.asksForTime else {
            throw QueryFailure("cannot compare: the query has no time filter that could be moved; write _time:1h, or such")
        }
        guard !pipes.contains(where: { if case .compare = $0 { true } else { false } }) else {
            throw QueryFailure("cannot compare what was compared: keep one of the pipes compare")
        }
        let earlier = Query(filter: context.filter.shifted(intoPast: compare.offset), pipes: pipes)
        for record in try context.records(of: earlier, isWithinTimes: false) {
            let (key, count) = read(record)
            counts[key, default: (0, 0)].before += count
        }
        let rows = counts.map { key, count in
            Row(key: key, order: key.map { OrderKey(text: Array($0.text.utf8).span) }, before: count.before, after: count.after)
        }
        // Those first of which there are most more or fewer.
        let sorted = rows.sorted { left, right in
            left.change.magnitude != right.change.magnitude
                ? left.change.magnitude > right.change.magnitude : left.order.lexicographicallyPrecedes(right.order)
        }
        try hand(sorted.map(record), to: next, context.control)
    }

    private struct Row {
        let key: [FieldValue]
        let order: [OrderKey]
        let before: Double
        let after: Double

        var change: Double { after - before }
    }

    private func record(_ row: Row) -> Record {
        let counts = [
            Record.Field(Self.hits, .number(row.after)), Record.Field("hits_before", .number(row.before)),
            Record.Field("change", .number(row.change)),
            Record.Field("factor", .number(row.before > 0 ? row.after / row.before : nil)),
        ]
        return Record(time: nil, fields: zip(fields, row.key).map { Record.Field($0, $1) } + counts)
    }
}
