import Kernels
import LogsQL
import Records

/// `field_names as name`: in the order of their names, each with how many rows have a value that is not empty.
final class FieldNamesStage: PipeStage {
    private let resultName: String
    private let context: StageContext
    private let next: any PipeStage
    private var hits: [String: Int] = [:]

    init(resultName: String, _ context: StageContext, _ next: any PipeStage) {
        self.resultName = resultName
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        for name in try block.fieldNames {
            let count = try block.column(name).filled(among: rows).popcount
            if count > 0 { hits[name, default: 0] += count }
        }
        guard hits.count <= context.limits.groupsMax else {
            throw QueryFailure("cannot list the fields: there are more than \(context.limits.groupsMax); filter for fewer rows")
        }
    }

    func finish() throws {
        let hitsName = LogsQL.Pipe.Top(fields: [resultName]).hits
        let records = hits.sorted { $0.key < $1.key }.map { name, count in
            Record(
                time: nil,
                fields: [
                    Record.Field(resultName, FieldValue(name)),
                    Record.Field(hitsName, FieldValue(String(count), kind: .number)),
                ])
        }
        try hand(records, to: next, context.control)
    }
}

/// `blocks_count as name`
final class BlocksCountStage: PipeStage {
    private let resultName: String
    private let context: StageContext
    private let next: any PipeStage
    private var count = 0

    init(resultName: String, _ context: StageContext, _ next: any PipeStage) {
        self.resultName = resultName
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) { count += 1 }

    func finish() throws {
        let field = Record.Field(resultName, FieldValue(String(count), kind: .number))
        try hand([Record(time: nil, fields: [field])], to: next, context.control)
    }
}
