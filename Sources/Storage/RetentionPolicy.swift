/// How long rows stay. Without any limit they stay for ever.
public struct RetentionPolicy: Sendable, Equatable {
    /// The age by their time at which they go, in nanoseconds.
    public var age: Int64?
    /// Bytes of all chunks together above which the oldest go.
    public var bytes: Int?
    /// The age at which the rows of a service go, if that is before all others.
    public var serviceAges: [String: Int64] = [:]

    public init() {}

    public var isEmpty: Bool { age == nil && bytes == nil && serviceAges.isEmpty }
}
