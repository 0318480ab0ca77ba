import Kernels
import LogsQL

/// A stage that hands on nothing before it has all rows, and whose rows can be gathered in parts: each of a run of rows,
/// on any thread. Put together in the order of the rows, parts give what the rows would have given one after another.
protocol GatheringStage: PipeStage {
    /// What it has gathered. It is of no use afterwards.
    func takePart() -> any StagePart
    /// Takes in what another stage of the same pipe has gathered of the rows that follow.
    func merge(_ part: any StagePart) throws
}

/// What a stage has gathered of some rows.
protocol StagePart: Sendable {
    /// Memory that it takes, roughly; nil for one that is not worth keeping for other queries.
    var memoryBytes: Int? { get }
}

/// The stages of a query up to the first that gathers rows, of which each run of rows gets its own.
struct GatheringPlan: Sendable {
    /// Those that pass rows on, one by one, and last the one that gathers.
    private let pipes: ArraySlice<LogsQL.Pipe>
    private let needed: NeededFields
    private let context: StageContext

    /// Nil when the query has no such stage, or does better when it sees rows in order.
    ///
    /// - Parameter pipes: as they run.
    init?(_ pipes: [LogsQL.Pipe], _ context: StageContext) {
        guard let last = pipes.firstIndex(where: { !$0.passesRowsOn }), pipes[last].gathersInParts else { return nil }
        self.pipes = pipes[...last]
        needed = pipes[(last + 1)...].reversed().reduce(NeededFields.all) { $1.fieldsBefore($0) }
        self.context = context
    }

    /// What tells the parts of this plan from those of others.
    var text: String { pipes.map(\.description).joined(separator: " | ") + " | \(needed)" }

    /// The pipes, but for the time: whether all rows of an interval give the same at any time.
    var dependsOnNow: Bool {
        pipes.contains { pipe in
            switch pipe {
            case .filter(let filter): filter.referencesTime
            case .stats(let stats): stats.calls.contains { $0.condition?.referencesTime ?? false }
            default: false
            }
        }
    }

    /// The first stage and the last.
    func stages() throws -> (first: any PipeStage, last: any GatheringStage) {
        let last = try pipes[pipes.endIndex - 1].stage(before: NoStage(), needed: needed, context)
        guard let gathering = last as? any GatheringStage else { preconditionFailure("the plan ends with such a stage") }
        var first: any PipeStage = gathering
        for pipe in pipes.dropLast().reversed() { first = try pipe.stage(before: first, needed: .all, context) }
        return (first, gathering)
    }
}

extension LogsQL.Pipe {
    /// Whether what it makes of a row depends on that row alone, and it keeps nothing.
    fileprivate var passesRowsOn: Bool {
        switch self {
        case .fields, .filter: true
        default: false
        }
    }

    fileprivate var gathersInParts: Bool {
        switch self {
        case .stats, .uniq: true
        // By time, most row groups need not be looked at once some have been.
        case .sort(let sort): sort.limit != nil && sort.keys.first?.field != "_time" && sort.keys.first?.field != "time"
        default: false
        }
    }
}

extension Filter {
    /// Whether it asks for the time of a record.
    var referencesTime: Bool { !referencedFields.isDisjoint(with: ["_time", "time"]) }
}

/// Stands after a stage that is never finished.
private final class NoStage: PipeStage {
    func process(_ block: Block, _ rows: Bitmap) {}
    func finish() {}
}
