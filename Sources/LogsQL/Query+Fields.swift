/// Fields that a query must read.
public enum NeededFields: Sendable, Hashable {
    /// Every field of a record.
    case all
    /// Fields that match one of the patterns, none of which is `*`.
    case only(Set<FieldPattern>)

    public func contains(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .only(let patterns): patterns.contains { $0.matches(name) }
        }
    }

    public func union(_ names: some Sequence<String>) -> NeededFields { union(patterns: names.map { .name($0) }) }

    public func union(_ patterns: Set<FieldPattern>) -> NeededFields { union(patterns: patterns) }

    func union(patterns: some Sequence<FieldPattern>) -> NeededFields {
        guard case .only(var known) = self else { return .all }
        for pattern in patterns {
            if pattern == .all { return .all }
            known.insert(pattern)
        }
        return .only(known)
    }

    func union(_ other: NeededFields) -> NeededFields {
        guard case .only(let patterns) = other else { return .all }
        return union(patterns: patterns)
    }

    /// What is left once only fields that match `patterns` go on.
    func limited(to patterns: [FieldPattern]) -> NeededFields {
        guard !patterns.contains(.all) else { return self }
        guard case .only(let known) = self else { return .only(Set(patterns)) }
        // The narrower of two patterns that overlap is what both let through.
        let both = known.flatMap { needed in patterns.compactMap { needed.intersection($0) } }
        return .only(Set(both))
    }
}

extension Query {
    /// The fields, as written (`_msg` for the message), that must be read to answer the query; `.all` if its result has whole records.
    public var neededFields: NeededFields {
        pipes.reversed().reduce(NeededFields.all) { $1.fieldsBefore($0) }.union(filter.referencedFields)
    }
}

extension Pipe {
    /// The fields that must come into this pipe so that `needed` can come out of it.
    public func fieldsBefore(_ needed: NeededFields) -> NeededFields {
        switch self {
        case .fields(let patterns): needed.limited(to: patterns)
        case .sort(let sort): needed.union(sort.keys.map(\.field) + sort.partition)
        case .top(let top): NeededFields.only([]).union(top.fields)
        case .facets, .fieldNames, .streamContext: .all
        case .fieldValues(let values): NeededFields.only([]).union([values.field])
        case .blocksCount: .only([])
        case .totalStats(let stats), .runningStats(let stats): needed.union(stats.neededFields)
        case .union: needed
        case .join(let join): needed.union(join.fields)
        case .template(let template): needed.union([template.field])
        case .templates(let templates): NeededFields.only([]).union(templates.by + [templates.field, "_time"])
        case .compare(let compare): NeededFields.only([]).union(compare.by)
        case .limit, .offset: needed
        case .filter(let filter): needed.union(filter.referencedFields)
        case .uniq(let uniq): NeededFields.only([]).union(uniq.fields)
        case .stats(let stats): stats.neededFields
        case .trace: .all
        }
    }
}

extension Pipe.Stats {
    /// The fields that it looks at. `count(*)` needs none: it counts records.
    public var neededFields: NeededFields {
        var needed = NeededFields.only([]).union(by.map(\.field))
        for call in calls {
            if let condition = call.condition { needed = needed.union(condition.referencedFields) }
            if case .count([.all]) = call.function { continue }
            if case .share(let filter) = call.function { needed = needed.union(filter.referencedFields) }
            needed = needed.union(patterns: call.function.fields)
        }
        return needed
    }
}
