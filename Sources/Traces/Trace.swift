public import Records

/// One request rebuilt from its records: a forest of spans, with each log under the span in which it was written.
///
/// Built by `TraceBuilder`. Its content does not depend on the order in which the records came.
public struct Trace: Sendable {
    let forest: SpanForest

    /// Ids of the request: every trace id, request id and other correlation id in its records (`StitchingRules`), written
    /// as the id index has them, in order of first appearance, by name within a record.
    public let ids: [String]
    /// Trace ids as they came, in order of first appearance.
    public let traceIDs: [String]
    /// Logs that name no span, or one that did not come, in time order.
    public let looseLogs: [Record]
    /// In order of first appearance in the forest, then in loose logs.
    public let services: [String]
    /// All logs, loose or not.
    public let logCount: Int
    /// Spans and logs that are errors.
    public let errorCount: Int
    /// The first start of a span or time of a log, in nanoseconds since 1970-01-01 UTC; 0 without any.
    public let start: Int64
    /// The last end of a span or time of a log, in nanoseconds since 1970-01-01 UTC; at least `start`.
    public let end: Int64

    /// Nanoseconds, never negative; `Int64.max` where the times are further apart than that.
    public var duration: Int64 { end.saturatingSubtracting(start) }

    public var spanCount: Int { forest.spans.count }

    /// Spans without a parent, and those whose parent did not come, by start and then id.
    public var roots: [SpanNode] { forest.roots.map { SpanNode(forest: forest, index: $0) } }

    /// Every span once, a parent before its children: the order in which a reader goes through them.
    public var spans: [SpanNode] { forest.depthFirst.map { SpanNode(forest: forest, index: $0) } }
}

/// A span at its place in the forest.
///
/// A view: the forest is held flat, since links from node to node would be released recursively, which overflows the
/// stack on a chain of 100,000 spans.
public struct SpanNode: Sendable {
    let forest: SpanForest
    let index: Int

    public var span: Span { forest.spans[index] }

    /// nil for a root.
    public var parent: SpanNode? { forest.parents[index].map { SpanNode(forest: forest, index: $0) } }

    /// By start, then span id. The server's side of a call that shares its span id (B3) is a child of the client's.
    public var children: [SpanNode] { forest.children[index].map { SpanNode(forest: forest, index: $0) } }

    /// Logs written in this span, by time.
    public var logs: [Record] { forest.logs[index] }

    /// Whether it names a parent that did not come; it is a root then.
    public var isMissingParent: Bool { forest.isMissingParent[index] }

    /// Whether the span, or a log in it, is an error.
    public var hasError: Bool { forest.hasError[index] }

    /// Whether it has an error and no span below it has one: here the error began.
    public var isErrorOrigin: Bool { forest.isErrorOrigin[index] }

    /// Whether it sticks out of its parent by more than the parent's duration: clocks differ, or the work went on.
    public var isOutsideParent: Bool {
        guard let parent = parent?.span, let duration = parent.duration else { return false }
        let before = parent.start.saturatingSubtracting(span.start)
        let after = span.end.saturatingSubtracting(parent.end)
        return max(before, after) > duration
    }
}

extension Int64 {
    /// The difference, or the end of the range that it lies beyond.
    func saturatingSubtracting(_ other: Int64) -> Int64 {
        let (value, isOverflow) = subtractingReportingOverflow(other)
        return isOverflow ? (self < 0 ? .min : .max) : value
    }

    /// The sum, or the end of the range that it lies beyond.
    func saturatingAdding(_ other: Int64) -> Int64 {
        let (value, isOverflow) = addingReportingOverflow(other)
        return isOverflow ? (self < 0 ? .min : .max) : value
    }
}
