import Kernels
import LogsQL
import Records

/// `stats by (service, _time:5m) count() if (level:error) errors`: straight from the columns. Groups come in the order
/// of their keys.
final class StatsStage: PipeStage {
    private struct Call {
        let name: String
        let condition: (any FilterPlan)?
        var accumulator: any StatsAccumulator
    }

    private let keys: [String]
    private var groups: TupleCoder
    private var calls: [Call]
    private let limits: QueryLimitsOfEngine
    private let control: QueryControl
    private let next: any PipeStage

    init(_ stats: LogsQL.Pipe.Stats, _ context: StageContext, _ next: any PipeStage) throws {
        let keys = stats.by.map { (field: FieldNames.canonical(query: $0.field), bucket: $0.bucket) }
        self.keys = keys.map(\.field)
        groups = TupleCoder(keys)
        calls = try stats.calls.map { call in
            Call(
                name: call.resultName, condition: try call.condition?.plan(context),
                accumulator: call.function.accumulator(context.limits))
        }
        limits = context.limits
        control = context.control
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let codes = keys.isEmpty ? nil : try groups.codes(block, rows, limits)
        guard groups.count <= limits.groupsMax else {
            throw QueryFailure(
                "cannot group by \(keys.joined(separator: ", ")): there are more than \(limits.groupsMax) groups; "
                    + "use larger buckets, group by fewer fields, or filter for fewer rows")
        }
        let groupCodes = GroupCodes(codes, count: groups.count)
        for index in calls.indices {
            let selected = try calls[index].condition?.rows(of: block, among: rows) ?? rows
            try calls[index].accumulator.add(block, selected, groupCodes)
        }
    }

    func finish() throws {
        let rows = (0..<groups.count).map { group in (key: groups.values(group), group: group) }
        let order = rows.map { row in row.key.map { OrderKey(text: Array($0.text.utf8).span) } }
        let sorted = rows.sorted { left, right in order[left.group].precedes(order[right.group]) }
        try hand(sorted.map { record($0.key, $0.group) }, to: next, control)
    }

    private func record(_ values: [FieldValue], _ group: Int) -> Record {
        let own = zip(keys, values).map { Record.Field($0, $1) }
        return Record(time: nil, fields: own + calls.map { Record.Field($0.name, $0.accumulator.result(group)) })
    }
}

extension [OrderKey] {
    func precedes(_ other: [OrderKey]) -> Bool {
        for (left, right) in zip(self, other) {
            let order = left.compare(right)
            if order != 0 { return order < 0 }
        }
        return false
    }
}
