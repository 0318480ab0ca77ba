import Records

/// A trace as one JSON object (RFC 8259).
///
/// ```
/// {"trace_ids":[…],"ids":[…],"start":"…","start_time_unix_nano":N,"duration_ns":N,"span_count":N,"log_count":N,
///  "error_count":N,"services":[…],"spans":[SPAN…],"logs":[LOG…]}
/// SPAN {"trace_id":…,"span_id":…,"parent_span_id":…|null,"service":…,"name":…,"kind":…|null,
///       "start_time_unix_nano":N,"duration_ns":N|null,"error":B,"error_origin":B,"missing_parent":B,
///       "outside_parent":B,"fields":{…},"logs":[LOG…],"children":[SPAN…]}
/// LOG  {"time":"…"|null,"service":…|null,"level":…|null,"message":…|null,"fields":{…}}
/// ```
/// `spans` are the roots, by start. `fields` has what else is in the record, by name; values keep their JSON kinds.
/// Keys always come in this order. Spans nest as deep as their trace does.
public enum TraceJSON {
    public static func encode(_ trace: Trace) -> String {
        var writer = TraceJSONWriter()
        writer.append(trace)
        return String(decoding: writer.json.bytes, as: UTF8.self)
    }
}

private struct TraceJSONWriter {
    private(set) var json = JSONBuilder()

    mutating func append(_ trace: Trace) {
        json.open("{")
        strings("trace_ids", trace.traceIDs)
        strings("ids", trace.ids)
        json.key("start")
        json.string(Timestamp.text(trace.start))
        number("start_time_unix_nano", trace.start)
        number("duration_ns", trace.duration)
        number("span_count", Int64(trace.spanCount))
        number("log_count", Int64(trace.logCount))
        number("error_count", Int64(trace.errorCount))
        strings("services", trace.services)
        json.key("spans")
        json.open("[")
        appendTree(trace.roots)
        json.close("]")
        logs("logs", trace.looseLogs)
        json.close("}")
    }

    private enum Step {
        case open(SpanNode)
        case close
    }

    /// Without recursion: a chain of spans can be deeper than the stack.
    private mutating func appendTree(_ roots: [SpanNode]) {
        var pending = roots.reversed().map(Step.open)
        while let step = pending.popLast() {
            switch step {
            case .open(let node):
                open(node)
                pending.append(.close)
                pending += node.children.reversed().map(Step.open)
            case .close:
                json.close("]")
                json.close("}")
            }
        }
    }

    /// Writes a span up to the start of its children.
    private mutating func open(_ node: SpanNode) {
        let span = node.span
        json.open("{")
        value(FieldNames.traceID, span.fields[FieldNames.traceID])
        value(FieldNames.spanID, span.fields[FieldNames.spanID])
        // An empty id, as some clients send for a root, is none.
        value(FieldNames.parentSpanID, span.parentSpanID == nil ? nil : span.fields[FieldNames.parentSpanID])
        value(FieldNames.service, span.fields[FieldNames.service])
        value(FieldNames.name, span.fields[FieldNames.name])
        value("kind", Span.kindNames.lazy.compactMap { span.fields[$0] }.first)
        number(FieldNames.startTime, span.start)
        number(FieldNames.duration, span.duration)
        bool("error", span.isError)
        bool("error_origin", node.isErrorOrigin)
        bool("missing_parent", node.isMissingParent)
        bool("outside_parent", node.isOutsideParent)
        fields(span.fields, without: shownFields(of: span))
        logs("logs", node.logs)
        json.key("children")
        json.open("[")
    }

    /// Fields whose values stand outside of `fields`. A start or a duration that could not be read stays in there.
    private func shownFields(of span: Span) -> Set<String> {
        var names: Set = [
            FieldNames.traceID, FieldNames.spanID, FieldNames.parentSpanID, FieldNames.service, FieldNames.name,
        ]
        if let kind = Span.kindNames.first(where: { span.fields[$0] != nil }) { names.insert(kind) }
        if span.fields.text(FieldNames.startTime) == String(span.start) { names.insert(FieldNames.startTime) }
        if span.duration != nil { names.insert(FieldNames.duration) }
        if span.fields.time == span.start { names.insert(FieldNames.time) }
        return names
    }

    private mutating func logs(_ key: String, _ logs: [Record]) {
        json.key(key)
        json.open("[")
        for log in logs { append(log: log) }
        json.close("]")
    }

    private mutating func append(log: Record) {
        let names = [FieldNames.service, FieldNames.level, FieldNames.message]
        json.open("{")
        json.key(FieldNames.time)
        if let time = log.time { json.string(Timestamp.text(time)) } else { json.bare("null") }
        for name in names { value(name, log[name]) }
        fields(log, without: Set(log.time == nil ? names : names + [FieldNames.time]))
        json.close("}")
    }

    private mutating func fields(_ record: Record, without names: Set<String>) {
        json.key("fields")
        json.open("{")
        for field in record.fields where !names.contains(field.name) { value(field.name, field.value) }
        json.close("}")
    }

    private mutating func strings(_ key: String, _ texts: [String]) {
        json.key(key)
        json.open("[")
        for text in texts { json.string(text) }
        json.close("]")
    }

    private mutating func value(_ key: String, _ value: FieldValue?) {
        json.key(key)
        if let value { json.value(value) } else { json.bare("null") }
    }

    private mutating func number(_ key: String, _ number: Int64?) {
        json.key(key)
        json.bare(number.map(String.init) ?? "null")
    }

    private mutating func bool(_ key: String, _ bool: Bool) {
        json.key(key)
        json.bare(bool ? "true" : "false")
    }
}
