import Kernels
import LogsQL
import Records

/// `stream_context before 2 after 5`: by service, the rows around each row in the order of time, with a row `---` between those
/// that do not follow one another.
///
/// Rows of the same nanosecond and service are always shown.
final class StreamContextStage: PipeStage {
    private let streams: LogsQL.Pipe.StreamContext
    private let context: StageContext
    private let next: any PipeStage
    /// By service, of the rows.
    private var times: [String: Set<Int64>] = [:]
    private var count = 0

    init(_ streams: LogsQL.Pipe.StreamContext, _ context: StageContext, _ next: any PipeStage) {
        self.streams = streams
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let services = try block.column(FieldNames.service)
        guard case .timestamp(let times) = try block.column(FieldNames.time).values else {
            throw QueryFailure("stream_context needs records with their times; put it right after the filter")
        }
        for row in rows.setRows where self.times[services.text(row) ?? "", default: []].insert(times[row]).inserted {
            count += 1
        }
        guard count <= context.limits.streamContextRowsMax else {
            throw QueryFailure(
                "cannot show what is around more than \(context.limits.streamContextRowsMax) records: put a limit or a narrower "
                    + "filter before stream_context")
        }
    }

    func finish() throws {
        var records: [Record] = []
        var bytes = 0
        for (service, times) in times.sorted(by: { $0.key < $1.key }) {
            for chunk in try chunks(service, times.sorted()) {
                if let last = records.last { records.append(delimiter(after: last)) }
                records += chunk
                bytes += chunk.reduce(0) { $0 + $1.memoryBytes }
                guard bytes <= context.limits.rowBytesMax, records.count <= context.limits.rowsMax else {
                    throw QueryFailure(
                        "cannot show what is around the records: it is more than \(context.limits.rowsMax) rows, or takes more "
                            + "than \(context.limits.rowBytesMax >> 20) MiB; ask for fewer")
                }
            }
        }
        try hand(records, to: next, context.control)
    }

    private func delimiter(after record: Record) -> Record {
        let time = record.time.map { $0 == .max ? $0 : $0 + 1 }
        return Record(
            time: time,
            fields: [
                Record.Field(FieldNames.time, FieldValue(time.map(Timestamp.text) ?? "")),
                Record.Field(FieldNames.service, record[FieldNames.service] ?? FieldValue("")),
                Record.Field(FieldNames.message, FieldValue("---")),
            ])
    }

    /// Rows that follow one another, by time.
    private func chunks(_ service: String, _ times: [Int64]) throws -> [[Record]] {
        var chunks: [[Record]] = []
        var shown: Set<Record> = []
        for time in times {
            try context.control.check()
            let rows = try rows(around: time, service)
            let new = rows.filter { !shown.contains($0) }
            shown.formUnion(rows)
            let end = chunks.last?.last?.time ?? .min
            if let first = rows.first?.time, !chunks.isEmpty, first <= end {
                chunks[chunks.count - 1] = RowCollector.byTime(chunks[chunks.count - 1] + new)
            } else if !new.isEmpty {
                chunks.append(new)
            }
        }
        return chunks
    }

    private func rows(around time: Int64, _ service: String) throws -> [Record] {
        let (first, last) = (clamped(Int128(time) - Int128(streams.window)), clamped(Int128(time) + Int128(streams.window)))
        let before =
            time > .min && streams.before > 0
            ? try rows(first...(time - 1), service, isDescending: true, limit: streams.before) : []
        let after =
            time < .max && streams.after > 0 ? try rows((time + 1)...last, service, isDescending: false, limit: streams.after) : []
        return before.reversed() + (try rows(time...time, service, isDescending: false, limit: nil)) + after
    }

    private func clamped(_ time: Int128) -> Int64 { Int64(clamping: time) }

    private func rows(
        _ times: ClosedRange<Int64>, _ service: String, isDescending: Bool, limit: Int?
    ) throws -> [Record] {
        let bounds = Filter.Time.Bounds.range(
            lower: .calendar(CalendarTime(nanoseconds: times.lowerBound)), includesLower: true,
            upper: .calendar(CalendarTime(nanoseconds: times.upperBound)), includesUpper: true)
        let ofService = Filter.exact(.init(field: FieldNames.service, service))
        let sort = LogsQL.Pipe.Sort(keys: [.init(FieldNames.time, descending: isDescending)], limit: limit)
        let query = Query(filter: .and([.time(.init(bounds)), ofService]), pipes: [.sort(sort)])
        return try context.records(of: query, isWithinTimes: false)
    }
}
