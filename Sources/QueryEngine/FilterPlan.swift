import Kernels
import LogsQL
import Records

/// A filter ready to run: patterns compiled, operands read.
protocol FilterPlan: Sendable {
    /// The rows among `candidates` that match.
    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap
    /// False only if no row of the block matches, told without reading a column.
    func mayMatch(_ block: Block) throws -> Bool
    /// Whether it costs less than searching text.
    var isCheap: Bool { get }
}

extension FilterPlan {
    var isCheap: Bool { false }
    func mayMatch(_ block: Block) throws -> Bool { true }
}

extension Filter {
    /// - Throws: `QueryFailure` for a regular expression that does not compile; what a query inside the filter throws.
    func plan(_ context: StageContext) throws -> any FilterPlan {
        switch self {
        case .all: EveryRow()
        case .and(let filters): AllOf(try filters.map { try $0.plan(context) })
        case .or(let filters): AnyOf(plans: try filters.map { try $0.plan(context) })
        case .not(let filter): Negation(plan: try filter.plan(context))
        case .phrase(let leaf): leaf.plan()
        case .prefix(let leaf): leaf.plan()
        case .substring(let leaf): leaf.plan()
        case .exact(let leaf): leaf.plan()
        case .exactPrefix(let leaf): leaf.plan()
        case .present(let leaf): leaf.plan()
        case .empty(let leaf): leaf.plan()
        case .regexp(let leaf): try leaf.plan(context.control)
        case .patternMatch(let leaf): leaf.plan()
        case .oneOf(let leaf): try leaf.plan(context)
        case .contains(let leaf): try leaf.plan(context)
        case .commonCase(let leaf): leaf.plan(context.control)
        case .sequence(let leaf): leaf.plan()
        case .jsonArrayContainsAny(let leaf): leaf.plan()
        case .comparison(let leaf): leaf.plan()
        case .fieldComparison(let leaf): leaf.plan()
        case .range(let leaf): leaf.plan()
        case .stringRange(let leaf): leaf.plan()
        case .lengthRange(let leaf): leaf.plan()
        case .addressRange(let leaf): leaf.plan()
        case .valueType(let leaf): leaf.plan()
        case .time(let leaf): leaf.plan(now: context.now)
        case .cycle(let leaf): TimeTest(field: leaf.storedField) { leaf.contains($0) }
        case .anyField(let any): AnyFieldFilter(any, context)
        case .stream(let stream): try stream.plan(context)
        }
    }
}

extension FilterLeaf {
    /// The stored name of its field.
    var storedField: String { field.map(FieldNames.canonical(query:)) ?? FieldNames.message }
}

struct EveryRow: FilterPlan {
    var isCheap: Bool { true }
    func rows(of block: Block, among candidates: Bitmap) -> Bitmap { candidates }
}

struct AllOf: FilterPlan {
    private let plans: [any FilterPlan]

    init(_ plans: [any FilterPlan]) { self.plans = plans.filter(\.isCheap) + plans.filter { !$0.isCheap } }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        var left = candidates
        for plan in plans where !left.isEmpty { left = try plan.rows(of: block, among: left) }
        return left
    }

    func mayMatch(_ block: Block) throws -> Bool { try plans.allSatisfy { try $0.mayMatch(block) } }
}

struct AnyOf: FilterPlan {
    let plans: [any FilterPlan]

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        var found = Bitmap.none(candidates.count)
        var left = candidates
        for plan in plans where try !left.isEmpty && plan.mayMatch(block) {
            let hits = try plan.rows(of: block, among: left)
            found.formUnion(hits)
            left = left.subtracting(hits)
        }
        return found
    }

    func mayMatch(_ block: Block) throws -> Bool { try plans.contains { try $0.mayMatch(block) } }
}

struct Negation: FilterPlan {
    let plan: any FilterPlan

    var isCheap: Bool { plan.isCheap }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        guard try plan.mayMatch(block) else { return candidates }
        return candidates.subtracting(try plan.rows(of: block, among: candidates))
    }
}

struct NothingFilter: FilterPlan {
    var isCheap: Bool { true }
    func rows(of block: Block, among candidates: Bitmap) -> Bitmap { .none(candidates.count) }
    func mayMatch(_ block: Block) -> Bool { false }
}
