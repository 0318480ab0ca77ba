import Kernels
import LogsQL

/// A stage that hands on nothing before it has all rows, and whose rows can be gathered in parts: each of a run of rows,
/// on any thread. Put together in the order of the rows, parts give what the rows would have given one after another.
protocol GatheringStage: PipeStage {
    /// What it has gathered; nil where that cannot be put together with other parts. Then the rows are to be given to the
    /// stage that the parts would go to, when their turn comes.
    func takePart() -> (any StagePart)?
    /// Takes in what another stage of the same pipe has gathered of the rows that follow.
    func merge(_ part: any StagePart) throws
}

/// What a stage has gathered of some rows.
protocol StagePart: Sendable {
    /// Memory that it takes, roughly.
    var memoryBytes: Int { get }
}

/// The stages of a query up to the first that gathers rows, of which each run of rows gets its own.
struct GatheringPlan: Sendable {
    private let pipes: [LogsQL.Pipe]
    /// How many of them pass rows on, one by one; the next one gathers.
    private let passing: Int
    private var context: StageContext

    /// Nil when the query has no such stage, or does better when it sees rows in order.
    ///
    /// - Parameter pipes: as they run.
    init?(_ pipes: [LogsQL.Pipe], _ context: StageContext) {
        guard let passing = pipes.firstIndex(where: { !$0.passesRowsOn }), pipes[passing].gathersInParts else { return nil }
        self.pipes = pipes
        self.passing = passing
        self.context = context
        self.context.gathersPart = true
        if case .sort = pipes[passing] { self.context.sortBound = SortBound() }
    }

    /// The place of the stage that gathers.
    var place: Int { passing }

    /// What tells the parts of this plan from those of others.
    var text: String { pipes[...passing].map(\.description).joined(separator: " | ") }

    /// Whether the same rows give the same part whenever they are asked for, and whatever stands before them.
    var isRepeatable: Bool {
        // Its parts refer to chunks, and to the place of rows among all.
        if case .sort = pipes[passing] { return false }
        return pipes[...passing].allSatisfy { $0.filters.allSatisfy { !$0.asksForTime && !$0.hasSubqueries } }
    }

    func stages() throws -> (first: any PipeStage, last: any GatheringStage) {
        let (first, stages) = try pipes.stages(passing + 1, into: NoStage(), context)
        guard let last = stages[passing] as? any GatheringStage else { preconditionFailure("such a stage is at that place") }
        return (first, last)
    }
}

extension LogsQL.Pipe {
    /// Whether what it makes of a row depends on that row alone, and it keeps nothing.
    fileprivate var passesRowsOn: Bool {
        switch self {
        case .fields, .filter, .template: true
        default: false
        }
    }

    /// The filters in it.
    fileprivate var filters: [Filter] {
        switch self {
        case .filter(let filter): [filter]
        case .stats(let stats):
            stats.calls.flatMap { call in
                if case .share(let filter) = call.function { return [call.condition, filter].compactMap(\.self) }
                return [call.condition].compactMap(\.self)
            }
        default: []
        }
    }

    fileprivate var gathersInParts: Bool {
        switch self {
        case .stats, .uniq: true
        // By time, most row groups need not be looked at once some have been.
        case .sort(let sort):
            sort.partition.isEmpty && sort.rank == nil && sort.limit != nil && sort.keys.first?.field != "_time"
                && sort.keys.first?.field != "time"
        default: false
        }
    }
}

extension Filter {
    /// Whether it asks for the time of a record.
    var asksForTime: Bool { referencedFields.contains { $0.matches("_time") || $0.matches("time") } }
}

/// Stands after a stage that is never finished.
private final class NoStage: PipeStage {
    func process(_ block: Block, _ rows: Bitmap) {}
    func finish() {}
}
