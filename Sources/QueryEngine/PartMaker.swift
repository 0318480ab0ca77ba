import LogsQL
import Storage

/// Makes the parts of a stage that gathers rows, or finds them made.
struct PartMaker: Sendable {
    let filter: any FilterPlan
    let ofQuery: Filter
    let plan: GatheringPlan
    let caches: QueryCaches?
    let context: StageContext

    /// - Parameter scan: gives a stage the rows of a segment that match.
    /// - Returns: nil for rows that are to be given to the stage that the parts would go to.
    func part(
        _ unit: ScanUnit, _ scan: (any Segment, Int, any PipeStage) throws -> Void
    ) throws -> (any StagePart)? {
        let key = key(unit)
        if let key, let known = caches?.results.value(key) as? any StagePart {
            context.profile.note { $0.knownParts += 1 }
            return known
        }
        let (first, last) = try plan.stages()
        for (segment, position) in unit.segments where first.wantsMore { try scan(segment, position, first) }
        guard let part = last.takePart() else { return nil }
        context.profile.note { $0.parts += 1 }
        if let key { caches?.results.keep(part, for: key, bytes: part.memoryBytes + 200) }
        return part
    }

    /// Nil for parts that another query could not use, or not at another time. Where all rows of a row group are within the
    /// times that a query asks for, it does not matter what these are.
    private func key(_ unit: ScanUnit) -> QueryCaches.ResultKey? {
        guard let caches, caches.results.bytesMax > 0, plan.isRepeatable, let id = unit.identity,
            let segment = unit.segments.first?.segment, let filter = ofQuery.timeless(over: segment.timeRange, now: context.now)
        else { return nil }
        return QueryCaches.ResultKey(segment: id, query: "\(filter) | \(plan.text)")
    }
}

extension Filter {
    /// The same filter for rows with times within a range, without those parts that only ask for the time; nil where it is
    /// not the same for all of them.
    func timeless(over range: ClosedRange<Int64>, now: Int64) -> Filter? {
        switch self {
        case .time(let time):
            guard let bounds = time.resolve(now: now), bounds.overlaps(range) else { return .not(.all) }
            return bounds.contains(range.lowerBound) && bounds.contains(range.upperBound) ? .all : nil
        case .and(let filters): return Filter.timeless(filters, range, now).map { .and($0) }
        case .or(let filters): return Filter.timeless(filters, range, now).map { .or($0) }
        case .not(let filter): return filter.timeless(over: range, now: now).map { .not($0) }
        case .all: return self
        default: return asksForTime || hasSubqueries ? nil : self
        }
    }

    private static func timeless(_ filters: [Filter], _ range: ClosedRange<Int64>, _ now: Int64) -> [Filter]? {
        let known = filters.compactMap { $0.timeless(over: range, now: now) }
        return known.count == filters.count ? known : nil
    }
}
