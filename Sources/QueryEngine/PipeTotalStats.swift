import Kernels
import LogsQL
import Records

/// What `stats` computes, for pipes that add it to the rows.
private struct StatsState {
    private struct Call {
        let name: String
        let condition: (any FilterPlan)?
        var accumulator: any StatsAccumulator
    }

    private var groups: TupleCoder
    private var calls: [Call]
    private let limits: QueryLimitsOfEngine

    init(_ stats: LogsQL.Pipe.Stats, _ context: StageContext) throws {
        groups = TupleCoder(stats.by.map { (FieldNames.canonical(query: $0.field), $0.bucket) })
        calls = try stats.calls.map {
            Call(
                name: FieldNames.canonical(query: $0.resultName), condition: try $0.condition?.plan(context),
                accumulator: try $0.function.accumulator(context))
        }
        limits = context.limits
    }

    mutating func codes(_ block: Block, _ rows: Bitmap) throws -> [UInt32] {
        let codes = try groups.codes(block, rows, limits)
        guard groups.count <= limits.groupsMax else {
            throw QueryFailure("there are more than \(limits.groupsMax) groups; group by fewer fields, or filter for fewer rows")
        }
        return codes
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ codes: [UInt32]) throws {
        let groupCodes = GroupCodes(codes, count: groups.count)
        for index in calls.indices {
            let selected = try calls[index].condition?.rows(of: block, among: rows) ?? rows
            try calls[index].accumulator.add(block, selected, groupCodes)
        }
    }

    func results(_ group: UInt32) -> [Record.Field] {
        calls.map { Record.Field($0.name, $0.accumulator.result(Int(group))) }
    }
}

/// Rows that a pipe holds until all have come.
private struct HeldRows {
    private(set) var records: [Record] = []
    private var bytes = 0

    mutating func append(_ new: [Record], _ what: String, _ limits: QueryLimitsOfEngine) throws {
        bytes += new.reduce(0) { $0 + $1.memoryBytes }
        records += new
        guard records.count <= limits.rowsMax, bytes <= limits.rowBytesMax else {
            throw QueryFailure(
                "\(what) cannot hold the rows: they are more than \(limits.rowsMax), or take more than "
                    + "\(limits.rowBytesMax >> 20) MiB; name the fields you need with 'fields …', or filter for fewer rows")
        }
    }
}

/// `total_stats by (a) sum(b) as total`
final class TotalStatsStage: PipeStage {
    private let needed: FieldSelection
    private let context: StageContext
    private let next: any PipeStage
    private var state: StatsState
    private var rows = HeldRows()
    /// By row.
    private var groups: [UInt32] = []

    init(_ stats: LogsQL.Pipe.Stats, needed: FieldSelection, _ context: StageContext, _ next: any PipeStage) throws {
        self.needed = needed
        self.context = context
        self.next = next
        state = try StatsState(stats, context)
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let codes = try state.codes(block, rows)
        try state.add(block, rows, codes)
        groups += rows.setRows.map { codes[$0] }
        try self.rows.append(try block.records(rows, needed: needed), "total_stats", context.limits)
    }

    func finish() throws {
        try hand(zip(rows.records, groups).map { $0.setting(state.results($1)) }, to: next, context.control)
    }
}

/// `running_stats by (a) sum(b) as total`: over the rows in the order of time; those without a time in that in which they come.
final class RunningStatsStage: PipeStage {
    /// Few, as each row is added by itself to what goes over all rows of a block.
    private static let rowsPerBlock = 64

    private let needed: FieldSelection
    private let context: StageContext
    private let next: any PipeStage
    private var state: StatsState
    private var rows = HeldRows()

    init(_ stats: LogsQL.Pipe.Stats, needed: FieldSelection, _ context: StageContext, _ next: any PipeStage) throws {
        self.needed = FieldSelection(stats.neededFields).union(needed)
        self.context = context
        self.next = next
        state = try StatsState(stats, context)
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        try self.rows.append(try block.records(rows, needed: needed), "running_stats", context.limits)
    }

    func finish() throws {
        let records = RowCollector.byTime(rows.records)
        var results: [Record] = []
        for start in stride(from: 0, to: records.count, by: Self.rowsPerBlock) {
            try context.control.check()
            let part = Array(records[start..<min(start + Self.rowsPerBlock, records.count)])
            let block = Block(RecordSource(rows: part), position: start)
            let codes = try state.codes(block, Bitmap(repeating: true, count: part.count))
            for (row, record) in part.enumerated() {
                var marks = RowMarks(count: part.count)
                marks.insert(row)
                try state.add(block, marks.bitmap, codes)
                results.append(record.setting(state.results(codes[row])))
            }
        }
        try hand(results, to: next, context.control)
    }
}
