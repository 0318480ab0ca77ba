import LogsQL

extension LogsQL.Pipe {
    /// The pipes that run in the place of this one.
    var expanded: [LogsQL.Pipe] {
        switch self {
        case .top(let top): [.counting(top.fields, as: top.hits), top.sort]
        case .fieldValues(let values): values.pipes
        case .templates(let templates): templates.pipes
        case .compare(let compare): [.counting(compare.by, as: CompareStage.hits), self]
        default: [self]
        }
    }

    fileprivate static func counting(_ fields: [String], as name: String) -> LogsQL.Pipe {
        var seen: Set<String> = []
        let keys = fields.filter { seen.insert($0).inserted }.map { GroupKey($0) }
        return .stats(.init(by: keys, calls: [StatsCall(.count([.all]), as: name)]))
    }
}

extension LogsQL.Pipe.Top {
    fileprivate var sort: LogsQL.Pipe {
        let keys = [LogsQL.Pipe.Sort.Key(hits, descending: true)] + fields.map { .init($0) }
        return .sort(.init(keys: keys, limit: count, rank: rank))
    }
}

extension LogsQL.Pipe.FieldValues {
    fileprivate var pipes: [LogsQL.Pipe] {
        let hits = LogsQL.Pipe.Top(fields: [field]).hits
        let counting: [LogsQL.Pipe] = [.filter(.present(.init(field))), .counting([field], as: hits)]
        guard let limit else { return counting }
        return counting + [LogsQL.Pipe.Top(limit, fields: [field], hits: hits).sort]
    }
}

extension LogsQL.Pipe.Templates {
    /// Each with the example that comes first in the order of values.
    fileprivate var pipes: [LogsQL.Pipe] {
        let keys = ["template"] + by
        let calls = [
            StatsCall(.count([.all]), as: "hits"), StatsCall(.min([.name("_time")]), as: "first"),
            StatsCall(.max([.name("_time")]), as: "last"), StatsCall(.min([.name(field)]), as: "example"),
        ]
        return [
            .template(.init(of: field)), .stats(.init(by: keys.map { GroupKey($0) }, calls: calls)),
            LogsQL.Pipe.Top(count, fields: keys).sort,
        ]
    }
}
