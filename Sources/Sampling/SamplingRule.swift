public import LogsQL

/// What becomes of the requests that it matches.
public struct SamplingRule: Sendable {
    public enum Action: Sendable, Hashable {
        case keep
        case drop
        /// The share of requests that stays, above 0 and up to 1.
        case probability(Double)
        case rate(RateLimit)
    }

    /// Rows a second that stay, for each key.
    public struct RateLimit: Sendable, Hashable {
        /// Above 0.
        public var rowsPerSecond: Double
        /// Rows that may stay at once on top, at least 1.
        public var burst: Double
        /// The fields whose values make the key.
        public var key: [String]
        /// Keys that are remembered; the one that was used least recently is forgotten for a new one.
        public var keysMax: Int
    }

    /// What a rule looks at and decides on.
    public enum Scope: String, Sendable, CaseIterable {
        /// All records of a request, as soon as it matches one of them.
        case request
        /// Just the records that match.
        case record
    }

    public let name: String
    public let action: Action
    /// What a record must fulfil; nil if any does.
    public let condition: Filter?
    public let scope: Scope
    /// The flag that switches it.
    public let flag: String

    public init(name: String, action: Action, condition: Filter? = nil, scope: Scope = .request, flag: String? = nil) {
        self.name = name
        self.action = action
        self.condition = condition
        self.scope = scope
        self.flag = flag ?? name
    }
}
