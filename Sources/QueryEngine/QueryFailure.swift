/// A query that cannot be answered as it stands. The description says what its author must change.
public struct QueryFailure: Error, CustomStringConvertible, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The query is wrong, or asks for more than a limit allows: it fails again whenever it is asked.
        case query
        /// `QueryControl` ended it.
        case stopped
    }

    public let description: String
    public let kind: Kind

    public init(_ description: String, kind: Kind = .query) {
        self.description = description
        self.kind = kind
    }
}
