/// A query that cannot be answered as it stands. The description says what its author must change.
public struct QueryFailure: Error, CustomStringConvertible, Sendable, Hashable {
    public let description: String

    public init(_ description: String) { self.description = description }
}
