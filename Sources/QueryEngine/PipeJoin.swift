import Kernels
import LogsQL
import Records

/// `union (query)`
final class UnionStage: PipeStage {
    private let query: Query
    private let context: StageContext
    private let next: any PipeStage

    init(_ query: Query, _ context: StageContext, _ next: any PipeStage) {
        self.query = query
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws { try next.process(block, rows) }

    /// The other query ends the stages that follow.
    func finish() throws {
        guard next.wantsMore else { return try next.finish() }
        try hand(try context.records(of: query, isWithinTimes: true), to: next, context.control)
    }

    var wantsMore: Bool { next.wantsMore }
}

/// `join by (a) (query) inner prefix "b."`
final class JoinStage: PipeStage {
    private let join: LogsQL.Pipe.Join
    private let fields: [String]
    private let needed: FieldSelection
    private let context: StageContext
    private let next: any PipeStage
    /// By the values of `fields`, what is added to a row with them.
    private var others: [[String]: [[Record.Field]]]?

    init(_ join: LogsQL.Pipe.Join, needed: FieldSelection, _ context: StageContext, _ next: any PipeStage) {
        self.join = join
        fields = join.fields.map(FieldNames.canonical(query:))
        self.needed = needed
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let others = try readOthers()
        let columns = try fields.map { try block.column($0) }
        var joined: [Record] = []
        for (row, record) in zip(rows.setRows, try block.records(rows, needed: needed)) {
            guard let added = others[columns.map { $0.text(row) ?? "" }] else {
                if !join.isInner { joined.append(record) }
                continue
            }
            for fields in added {
                joined.append(record.setting(fields))
                if joined.count == 8_192 { try pass(&joined, block.position) }
            }
        }
        try pass(&joined, block.position)
    }

    private func pass(_ records: inout [Record], _ position: Int) throws {
        try context.control.check()
        guard !records.isEmpty, next.wantsMore else { return records = [] }
        let rows = Bitmap(repeating: true, count: records.count)
        try next.process(Block(RecordSource(rows: records), position: position), rows)
        records = []
    }

    private func readOthers() throws -> [[String]: [[Record.Field]]] {
        if let others { return others }
        var read: [[String]: [[Record.Field]]] = [:]
        for record in try context.records(of: join.query, isWithinTimes: true) {
            // A row keeps its own time.
            let kept = fields + (join.prefix.isEmpty ? [FieldNames.time] : [])
            let added = record.fields.filter { !kept.contains($0.name) }.map { Record.Field(join.prefix + $0.name, $0.value) }
            read[fields.map { record.text($0) ?? "" }, default: []].append(added)
        }
        others = read
        return read
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
}
