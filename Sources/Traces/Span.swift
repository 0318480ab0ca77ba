public import Records

/// A timed operation.
public struct Span: Sendable, Hashable {
    /// Empty where the record has none.
    public let spanID: String
    /// nil for a root; an empty id, as some clients send, is none.
    public let parentSpanID: String?
    /// Empty where the record has none.
    public let traceID: String
    /// Empty where the record has none.
    public let service: String
    public let name: String
    /// As it came: `client`, `SPAN_KIND_SERVER`, `3`.
    public let kind: String?
    /// Nanoseconds since 1970-01-01 UTC.
    public let start: Int64
    /// Nanoseconds, never negative; nil where the record does not say.
    public let duration: Int64?
    /// Whether its status says so: an OpenTelemetry status code of 2 or `ERROR`, `error: true`, or an HTTP status of
    /// 500 and above.
    public let isError: Bool
    /// The record, fields in order of their names.
    public let fields: Record

    /// Nanoseconds since 1970-01-01 UTC; the start where the duration is not known.
    public var end: Int64 { start.saturatingAdding(duration ?? 0) }

    /// The span that a record is: it has a `name`, and a start or a duration. nil for a log.
    init?(_ record: Record) {
        guard let name = record.text(FieldNames.name) else { return nil }
        let startText = record.text(FieldNames.startTime)
        let durationText = record.text(FieldNames.duration)
        guard startText != nil || durationText != nil else { return nil }
        self.name = name
        spanID = record.text(FieldNames.spanID) ?? ""
        parentSpanID = record.text(FieldNames.parentSpanID).flatMap { $0.isEmpty ? nil : $0 }
        traceID = record.text(FieldNames.traceID) ?? ""
        service = record.text(FieldNames.service) ?? ""
        kind = Span.kindNames.lazy.compactMap(record.text).first
        start = startText.flatMap { Int64($0) } ?? record.time ?? 0
        duration = durationText.flatMap(Span.nanoseconds)
        isError = Span.isError(record)
        fields = record
    }

    /// Fields that say which side of a call a span is.
    static let kindNames = ["kind", "span.kind", "span_kind"]
    private static let statusNames = ["status_code", "status.code", "otel.status_code"]
    private static let httpStatusNames = ["http.status_code", "http.response.status_code"]

    /// Some clients write durations with a fraction.
    private static func nanoseconds(_ text: String) -> Int64? {
        let value = Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded()) }
        return value.flatMap { $0 < 0 ? nil : $0 }
    }

    private static func isError(_ record: Record) -> Bool {
        if record.text("error")?.lowercased() == "true" { return true }
        let hasErrorStatus = statusNames.contains { name in
            record.text(name).map { ["2", "error", "status_code_error"].contains($0.lowercased()) } ?? false
        }
        return hasErrorStatus || httpStatusNames.contains { record.text($0).flatMap { Int($0) } ?? 0 >= 500 }
    }

    /// Whether it is the caller's side of a call; OpenTelemetry's number for that is 3.
    var isClient: Bool {
        guard let kind else { return false }
        return kind == "3" || kind.lowercased().hasSuffix("client")
    }
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
