public import Records

/// One request rebuilt from its records: a forest of spans, with each log under the span in which it was written.
public struct Trace: Sendable {
    /// Every span, a parent before its children, siblings by start: the order in which a reader goes through them.
    public let spans: [SpanNode]
    /// Logs that name no span, or one that did not come, in time order.
    public let looseLogs: [Record]
    /// Trace ids, in order of first appearance.
    public let traceIDs: [String]
    /// In order of first appearance.
    public let services: [String]
    public let logCount: Int
    /// Spans and logs that are errors.
    public let errorCount: Int
    /// From the first start or log to the last end or log, in nanoseconds since 1970-01-01 UTC.
    public let start: Int64
    public let end: Int64

    public var duration: Int64 { end - start }
}

/// A span with its place in the forest.
public struct SpanNode: Sendable {
    public let span: Span
    /// Index in `Trace.spans` of the parent, which stands before; nil for a root.
    public let parent: Int?
    /// Indices of the children, by start.
    public let children: [Int]
    /// 0 for a root.
    public let depth: Int
    /// Logs written in this span, in time order.
    public let logs: [Record]
    /// It names a parent that did not come.
    public let isOrphan: Bool
    /// It, or a log in it, is an error, and nothing below it is: here the error began.
    public let isErrorOrigin: Bool
}

/// A timed operation.
public struct Span: Sendable, Hashable {
    public let record: Record
    public let traceID: String
    public let spanID: String
    /// Nanoseconds since 1970-01-01 UTC.
    public let start: Int64
    /// Nanoseconds; 0 where the record says none.
    public let duration: Int64

    /// The span that a record is: it has a `name`, and a start or a duration. nil for a log.
    init?(_ record: Record) {
        guard record[FieldNames.name] != nil else { return nil }
        let startText = record.text(FieldNames.startTime)
        let durationText = record.text(FieldNames.duration)
        guard startText != nil || durationText != nil else { return nil }
        self.record = record
        traceID = record.text(FieldNames.traceID) ?? ""
        spanID = record.text(FieldNames.spanID) ?? ""
        start = startText.flatMap { Int64($0) } ?? record.time ?? 0
        duration = max(0, durationText.flatMap { Int64($0) } ?? 0)
    }

    public var name: String { record.text(FieldNames.name) ?? "" }
    public var service: String { record.text(FieldNames.service) ?? "" }
    public var parentID: String { record.text(FieldNames.parentSpanID) ?? "" }
    public var end: Int64 { start.addingReportingOverflow(duration).overflow ? .max : start + duration }

    /// Whether its status says so: an OpenTelemetry status code, `error: true`, or an HTTP status of 500 and above.
    public var isError: Bool {
        for name in ["status_code", "status.code", "otel.status_code"] {
            if let status = record.text(name), ["2", "error", "status_code_error"].contains(status.lowercased()) { return true }
        }
        if let error = record.text("error"), error.lowercased() == "true" { return true }
        for name in ["http.status_code", "http.response.status_code"] {
            if let status = record.text(name).flatMap({ Int($0) }), status >= 500 { return true }
        }
        return false
    }

    /// Whether it was the caller's side of a call.
    var isClient: Bool { (record.text("kind") ?? record.text("span.kind") ?? "").lowercased().hasSuffix("client") }
}

extension Record {
    /// Whether a log's level is an error or worse.
    public var isErrorLog: Bool {
        switch text(FieldNames.level)?.lowercased() {
        case "error", "err", "fatal", "critical", "crit", "alert", "emerg", "panic", "severe": true
        default: false
        }
    }
}
