import LogsQL
import Storage

/// How a query is run, and, where it was run for that, what each step did.
public struct QueryExplanation: Sendable, Encodable {
    /// A step, in the order in which they are taken.
    public struct Step: Sendable, Encodable {
        /// In LogsQL.
        public let text: String
        public let how: String
        public internal(set) var rowsIn: Int?
        public internal(set) var rowsOut: Int?
        public internal(set) var cpuMilliseconds: Double?
    }

    /// What was read and passed over when the query ran.
    public struct Work: Sendable, Encodable {
        /// Chunks of which the catalog's counts of rows were enough.
        public let chunksFromCounts: Int
        /// Row groups and batches that a sort by time could do without.
        public let segmentsNotWanted: Int
        /// Blocks passed over by word filters, and by bounds of pages.
        public let blocksPruned: Int
        public let blocksRead: Int
        /// Parts of results that were made, and that were known from an earlier query.
        public let partsMade: Int
        public let partsFromCache: Int
        public let columnsDecoded: Int
        public let columnsFromCache: Int
        /// Of columns, decoded.
        public let decodedBytes: Int
        public let wallMilliseconds: Double
    }

    /// The query in canonical LogsQL.
    public let query: String
    /// How rows get to the pipes.
    public let strategy: String
    /// Row groups and batches with rows in the query's times, and all their rows.
    public let segments: Int
    public let rows: Int
    /// Those of the filter, in the order in which they are evaluated, then pipes.
    public internal(set) var steps: [Step]
    /// Nil for a query that was not run.
    public internal(set) var work: Work?
}

extension QueryExplanation {
    /// For reading.
    public var text: String {
        var lines = [query, "  \(strategy); \(rows) rows in \(segments) row groups and batches"]
        for (number, step) in steps.enumerated() {
            var line = "  \(number + 1). \(step.text)  [\(step.how)]"
            if let rowsIn = step.rowsIn, let rowsOut = step.rowsOut { line += "  \(rowsIn) -> \(rowsOut) rows" }
            if let time = step.cpuMilliseconds { line += "  \(Self.rounded(time)) ms CPU" }
            lines.append(line)
        }
        guard let work else { return lines.joined(separator: "\n") + "\n" }
        lines.append("  blocks: \(work.blocksRead) read, \(work.blocksPruned) pruned by word filters and bounds")
        lines.append(
            "  chunks from counts: \(work.chunksFromCounts); parts: \(work.partsMade) made, \(work.partsFromCache) from cache; "
                + "segments not wanted: \(work.segmentsNotWanted)")
        lines.append(
            "  columns: \(work.columnsDecoded) decoded to \(work.decodedBytes) bytes, \(work.columnsFromCache) from cache")
        lines.append("  \(Self.rounded(work.wallMilliseconds)) ms")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func rounded(_ milliseconds: Double) -> String { String((milliseconds * 1_000).rounded() / 1_000) }
}

extension QueryRun {
    /// What is known before the query runs.
    func explanation() throws -> QueryExplanation {
        let bounds = query.filter.timeBounds(now: context.now)
        let segments = try bounds.map(placed) ?? []
        let strategy =
            if let plan = gatheringPlan {
                "\(pipes[plan.place].name) gathers each row group for itself, on all cores"
            } else if isShared(segments) {
                "matches are found on all cores, and go to the pipes in order"
            } else {
                "rows go to the pipes in order"
            }
        let filters = try query.filter.conjuncts.map { filter in (filter, try filter.plan(context).isCheap) }
        let ordered = filters.filter(\.1) + filters.filter { !$0.1 }
        return QueryExplanation(
            query: query.description, strategy: strategy, segments: segments.count,
            rows: segments.reduce(0) { $0 + $1.segment.rowCount },
            steps: ordered.map { .init(text: $0.0.description, how: $0.1 ? "cheap filter" : "text filter") }
                + pipes.map { .init(text: $0.description, how: "pipe") })
    }

    /// The explanation of a query that has run, with what was measured.
    ///
    /// - Parameters:
    ///   - explanation: made before.
    ///   - rows: those of the answer.
    func measured(_ explanation: QueryExplanation, rows: Int, wallMilliseconds: Double) -> QueryExplanation {
        var explanation = explanation
        let counts = context.profile.counts
        let filters = explanation.steps.count - pipes.count
        if filters > 0 {
            // All filters together, as one narrows what the next looks at.
            explanation.steps[0].rowsIn = counts.rows
            explanation.steps[filters - 1].rowsIn = counts.rows
            explanation.steps[filters - 1].rowsOut = counts.matchingRows
            explanation.steps[filters - 1].cpuMilliseconds = Double(counts.filterNanoseconds) / 1e6
        }
        for place in pipes.indices {
            let (own, next) = (counts.stages[place], counts.stages[place + 1])
            explanation.steps[filters + place].rowsIn = own?.rows ?? 0
            explanation.steps[filters + place].rowsOut = place + 1 < pipes.count ? next?.rows ?? 0 : rows
            let time = (own?.nanoseconds ?? 0) - (next?.nanoseconds ?? 0)
            explanation.steps[filters + place].cpuMilliseconds = Double(max(0, time)) / 1e6
        }
        explanation.work = .init(
            chunksFromCounts: counts.countedChunks, segmentsNotWanted: counts.unwantedSegments,
            blocksPruned: counts.prunedBlocks, blocksRead: counts.blocks, partsMade: counts.parts,
            partsFromCache: counts.knownParts, columnsDecoded: context.profile.reads.decodedColumns,
            columnsFromCache: context.profile.reads.cachedColumns, decodedBytes: context.profile.reads.decodedBytes,
            wallMilliseconds: wallMilliseconds)
        return explanation
    }
}

extension Filter {
    /// The filters of which all must match.
    fileprivate var conjuncts: [Filter] {
        switch self {
        case .and(let filters): filters
        case .all: []
        default: [self]
        }
    }
}

extension LogsQL.Pipe {
    fileprivate var name: String { String(description.prefix { $0 != " " }) }
}
