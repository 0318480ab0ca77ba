import Kernels
import Records

/// `trace`: the records of all requests that the rows belong to, in place of the rows.
final class TraceStage: PipeStage {
    private let context: StageContext
    private let next: any PipeStage
    private var ids: Set<String> = []

    init(_ context: StageContext, _ next: any PipeStage) {
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        for field in context.correlationIDs {
            let column = try block.column(field)
            for row in column.filled(among: rows).setRows {
                guard let id = column.text(row), ids.insert(id).inserted else { continue }
                try check()
            }
        }
    }

    private func check() throws {
        guard ids.count <= context.limits.traceIDsMax else {
            throw QueryFailure(
                "cannot trace more than \(context.limits.traceIDsMax) request ids: "
                    + "put a limit or a narrower filter before trace"
            )
        }
    }

    func finish() throws {
        guard let expand = context.traceExpander else {
            throw QueryFailure("cannot run the pipe trace: requests cannot be looked up here; remove it from the query")
        }
        try hand(ids.isEmpty ? [] : try expand(ids.sorted()), to: next, context.control)
    }
}
