import LogsQL

extension Query {
    /// Whether its records have all fields that were stored.
    var givesWholeRecords: Bool {
        for pipe in pipes.reversed() {
            switch pipe {
            case .trace, .streamContext: return true
            case .fields(let patterns) where !patterns.contains(.all): return false
            default: continue
            }
        }
        return true
    }

    /// Whether each of its records is one that was stored and has its time, and none is left out for its place.
    var givesRecordsByTime: Bool {
        pipes.allSatisfy { pipe in
            switch pipe {
            case .fields(let patterns): patterns.contains { $0.matches("_time") || $0.matches("time") }
            case .sort, .limit, .offset, .stats, .uniq, .top, .facets, .fieldNames, .fieldValues, .blocksCount, .totalStats,
                .runningStats, .union, .join, .streamContext, .templates, .compare, .trace:
                false
            default: true
            }
        }
    }

    /// The latest `count` of its records, the latest first. For those that `givesRecordsByTime`.
    func latest(_ count: Int) -> Query {
        var query = self
        query.pipes.append(.sort(.init(keys: [.init("_time", descending: true)], limit: count)))
        return query
    }
}
