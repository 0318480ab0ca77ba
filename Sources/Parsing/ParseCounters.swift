/// What a `LineParser` has seen since it was made.
public struct ParseCounters: Sendable, Equatable {
    /// Rows made, malformed lines among them. Empty lines make none.
    public var rows = 0
    /// Records with a `parse_error`: lines kept whole in `message`, and lines of which pieces are missing.
    public var malformedLines = 0
    /// Lines of which only some pieces were joined: the others did not come in time, or they were too long together.
    public var cutLines = 0
    /// Lines whose shape was new and was learned.
    public var learnedShapes = 0
    /// Times that all shapes were dropped because there were too many.
    public var shapeResets = 0
    /// Rows whose time could not be read; they have the time of receipt, and the text in `time_text`.
    public var unreadableTimes = 0
    /// Values that a later one of the same key replaced.
    public var replacedValues = 0

    public init() {}
}
