import Synchronization

/// What outlives a change of the rules: buckets and counters, by the names of rules.
public final class SamplerState: Sendable {
    let buckets = Mutex<[String: RateBuckets]>([:])
    public let metrics = SamplingMetrics()

    public init() {}
}

/// Counters of what sampling decided.
public final class SamplingMetrics: Sendable {
    /// What became of the requests and rows that a rule decided on.
    public struct Counts: Sendable, Equatable {
        public var keptRequests = 0
        public var droppedRequests = 0
        public var keptRows = 0
        public var droppedRows = 0
    }

    public struct Values: Sendable, Equatable {
        /// By the name of the rule; `noRule` and `earlier` beside them.
        public var rules: [String: Counts] = [:]
        /// Dropped rows by service, then by rule.
        public var droppedRows: [String: [String: Int]] = [:]
    }

    /// Requests that no rule matches.
    public static let noRule = "(none)"
    /// Requests that follow an earlier decision.
    public static let earlier = "(earlier)"
    /// Services that are counted; further ones count as one.
    private static let servicesMax = 1_000

    private let values = Mutex(Values())

    public var current: Values { values.withLock { $0 } }

    func add(_ tally: Values) {
        values.withLock { values in
            for (rule, counts) in tally.rules {
                values.rules[rule, default: Counts()].keptRequests += counts.keptRequests
                values.rules[rule, default: Counts()].droppedRequests += counts.droppedRequests
                values.rules[rule, default: Counts()].keptRows += counts.keptRows
                values.rules[rule, default: Counts()].droppedRows += counts.droppedRows
            }
            for (service, rules) in tally.droppedRows {
                let isKnown = values.droppedRows[service] != nil || values.droppedRows.count < Self.servicesMax
                let name = isKnown ? service : ServiceCodes.other
                for (rule, rows) in rules { values.droppedRows[name, default: [:]][rule, default: 0] += rows }
            }
        }
    }
}
