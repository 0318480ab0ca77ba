import Kernels
import LogsQL
import Records
import Synchronization

/// `foo*:bar`: rows with a value in a field whose name begins so, which the condition holds for.
final class AnyFieldFilter: FilterPlan {
    private let any: Filter.AnyField
    private let context: StageContext
    /// By the names of fields.
    private let plans = Mutex<[String: any FilterPlan]>([:])

    init(_ any: Filter.AnyField, _ context: StageContext) {
        self.any = any
        self.context = context
    }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        var found = Bitmap.none(candidates.count)
        var left = candidates
        let pattern = FieldPattern.prefix(any.prefix)
        for name in try block.fieldNames where pattern.matches(stored: name) && !left.isEmpty {
            let plan = try plan(name)
            guard try plan.mayMatch(block) else { continue }
            let filled = try block.column(name).filled(among: left)
            let hits = try plan.rows(of: block, among: filled)
            found.formUnion(hits)
            left = left.subtracting(hits)
        }
        return found
    }

    private func plan(_ name: String) throws -> any FilterPlan {
        if let known = plans.withLock({ $0[name] }) { return known }
        let plan = try any.filter(about: name).plan(context)
        plans.withLock { $0[name] = plan }
        return plan
    }
}
