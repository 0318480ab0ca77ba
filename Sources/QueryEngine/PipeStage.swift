import Kernels
import LogsQL
import Records

/// A pipe at work. It is given rows, block by block, and hands on rows to the next.
protocol PipeStage: AnyObject {
    func process(_ block: Block, _ rows: Bitmap) throws
    /// All rows have come.
    func finish() throws
    /// Whether more rows can change the result.
    var wantsMore: Bool { get }
    /// Whether rows with these times can change the result.
    func wants(times: ClosedRange<Int64>) -> Bool
    /// Whether it does better when later segments come first.
    var prefersNewestFirst: Bool { get }
}

extension PipeStage {
    var wantsMore: Bool { true }
    func wants(times: ClosedRange<Int64>) -> Bool { true }
    var prefersNewestFirst: Bool { false }

    /// Hands rows that it made to `next`, block by block, then ends it.
    func hand(_ records: [Record], to next: any PipeStage, _ control: QueryControl) throws {
        for start in stride(from: 0, to: records.count, by: 8_192) where next.wantsMore {
            try control.check()
            let rows = Array(records[start..<min(start + 8_192, records.count)])
            try next.process(
                Block(RecordSource(rows: rows), position: start), Bitmap(repeating: true, count: rows.count))
        }
        try next.finish()
    }
}

/// What stages and filters are made with.
struct StageContext: Sendable {
    let limits: QueryLimitsOfEngine
    let control: QueryControl
    let traceExpander: (@Sendable ([String]) throws -> [Record])?
    let now: Int64
    /// Those of the query, and of the queries around it.
    var options = QueryOptions()
    /// Answers queries inside the query; nil where there can be none.
    var subqueries: Subqueries?
}

extension LogsQL.Pipe {
    /// - Parameter needed: the fields of its rows that the pipes after it look at.
    func stage(before next: any PipeStage, needed: NeededFields, _ context: StageContext) throws -> any PipeStage {
        switch self {
        case .fields(let patterns): FieldsStage(FieldSelection(fields: patterns), next)
        case .filter(let filter): FilterStage(try filter.plan(context), next)
        case .limit(let count): LimitStage(count, next)
        case .offset(let count): OffsetStage(count, next)
        case .sort(let sort): SortStage(sort, needed: FieldSelection(needed), context, next)
        case .stats(let stats): try StatsStage(stats, context, next)
        case .uniq(let uniq): UniqStage(uniq, context, next)
        case .trace: TraceStage(context, next)
        }
    }
}

extension [LogsQL.Pipe] {
    /// The first stage of a chain that ends in `collector`.
    func stages(into collector: any PipeStage, _ context: StageContext) throws -> any PipeStage {
        var next: any PipeStage = collector
        var needed = NeededFields.all
        for pipe in orderingOffsets().boundingSorts().reversed() {
            next = try pipe.stage(before: next, needed: needed, context)
            needed = pipe.fieldsBefore(needed)
        }
        return next
    }

    /// The same pipes with a sort by time before each `offset` that would skip rows as they are found, segment by
    /// segment: what is skipped must be the same each time that the next rows are asked for.
    private func orderingOffsets() -> [LogsQL.Pipe] {
        guard let offset = firstIndex(where: { if case .offset = $0 { true } else { false } }),
            !self[..<offset].contains(where: \.ordersRows)
        else { return self }
        // Before the pipes that would take rows or the time away.
        let place = firstIndex { if case .filter = $0 { false } else { true } } ?? offset
        var pipes = self
        pipes.insert(.sort(.init(keys: [.init(FieldNames.time)])), at: place)
        return pipes
    }

    /// The same pipes, where a `sort` followed by a `limit` keeps no more rows than get through.
    private func boundingSorts() -> [LogsQL.Pipe] {
        indices.map { index in
            guard case .sort(var sort) = self[index], let bound = limit(after: index), bound > 0 else {
                return self[index]
            }
            sort.limit = Swift.min(sort.limit ?? bound, bound)
            return .sort(sort)
        }
    }

    private func limit(after index: Int) -> Int? {
        var skipped = 0
        for pipe in self[(index + 1)...] {
            switch pipe {
            case .fields: continue
            case .offset(let count): skipped = skipped.saturatingAdd(count)
            case .limit(let count): return skipped.saturatingAdd(count)
            default: return nil
            }
        }
        return nil
    }

    /// Whether the rows that come out have an order of their own, not that of time.
    var setsOrder: Bool {
        for pipe in reversed() where pipe.ordersRows {
            if case .trace = pipe { return false }
            return true
        }
        return false
    }
}

extension LogsQL.Pipe {
    /// Whether its rows come in an order of its own, whatever that was before; that of `trace` is by time.
    fileprivate var ordersRows: Bool {
        switch self {
        case .sort, .stats, .uniq, .trace: true
        case .fields, .filter, .limit, .offset: false
        }
    }
}

extension Int {
    func saturatingAdd(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
