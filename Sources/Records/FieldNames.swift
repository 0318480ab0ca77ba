/// The names that fields have in Lockstitch, whatever they were called in the line.
///
/// `aliases` maps the usual spellings to them. A record that has both a name and its alias keeps both, each under its own name.
public enum FieldNames {
    public static let time = "time"
    public static let service = "service"
    public static let level = "level"
    public static let message = "message"
    public static let traceID = "trace_id"
    public static let spanID = "span_id"
    public static let parentSpanID = "parent_span_id"
    public static let name = "name"
    public static let startTime = "start_time_unix_nano"
    public static let duration = "duration_ns"
    /// The program that wrote the line, as syslog and the journal name it.
    public static let program = "program"
    /// The part of the system that wrote the line, as syslog names it.
    public static let facility = "facility"
    /// Why the line, kept whole in `message`, could not be parsed.
    public static let parseError = "parse_error"
    /// The text of a time that could not be read; `time` is then the time of receipt.
    public static let timeText = "time_text"
    /// How many records one stands for, where others were left out by sampling; 1 if it does not say.
    public static let weight = "_weight"
    /// What the line called `time`, where another field of it was taken for the time already.
    public static let secondTime = "time_2"

    public static let aliases: [String: String] = [
        "_time": time, "@timestamp": time, "timestamp": time, "Timestamp": time, "ts": time, "timeUnixNano": time,
        "service.name": service, "service_name": service, "serviceName": service, "ServiceName": service,
        "severity": level, "severity_text": level, "severityText": level, "SeverityText": level,
        "lvl": level, "loglevel": level, "levelname": level, "log.level": level,
        "msg": message, "_msg": message,
        "traceId": traceID, "traceID": traceID, "TraceId": traceID, "trace.id": traceID, "dd.trace_id": traceID,
        "spanId": spanID, "spanID": spanID, "SpanId": spanID, "span.id": spanID, "dd.span_id": spanID,
        "parentSpanId": parentSpanID, "parentSpanID": parentSpanID, "ParentSpanId": parentSpanID,
        "parent_id": parentSpanID,
        "startTimeUnixNano": startTime,
    ]

    /// The name that a query's field name stands for: LogsQL writes `_time` and `_msg`.
    public static func canonical(query name: String) -> String {
        switch name {
        case "_time": time
        case "_msg": message
        default: name
        }
    }

    /// Fields that say which record it is and when it was, and hold no text of a person.
    public static let identifiers = correlationIDs + [spanID, parentSpanID, startTime]

    /// Fields whose values name a request. They are in the id index, and `trace` follows them from one to another.
    public static let correlationIDs: [String] = [
        traceID, "request_id", "requestId", "req_id", "x_request_id", "x-request-id", "http.req.id",
        "correlation_id", "correlationId", "x-amzn-trace-id", "uber-trace-id", "traceparent",
    ]
}
