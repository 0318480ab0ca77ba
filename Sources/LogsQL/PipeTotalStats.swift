extension Pipe {
    /// `total_stats by (a) sum(b) as total`
    static let totalStatsForm = Form(names: ["total_stats"]) { (parser) throws(QueryError) in
        .totalStats(try parser.parseStats())
    }

    /// `running_stats by (a) sum(b) as total`
    static let runningStatsForm = Form(names: ["running_stats"]) { (parser) throws(QueryError) in
        let start = parser.token.range.lowerBound
        let stats = try parser.parseStats()
        for call in stats.calls where !call.function.runs {
            throw parser.fail(
                "running_stats pipe", "'\(call.function.name)' cannot be told after each record", at: start,
                expected: "count, count_uniq, sum, avg, min or max")
        }
        return .runningStats(stats)
    }
}

extension StatsFunction {
    /// Whether its result so far is at hand at any time.
    fileprivate var runs: Bool {
        switch self {
        case .count, .countUniq, .sum, .avg, .min, .max: true
        default: false
        }
    }
}
