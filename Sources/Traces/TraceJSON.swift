public import Records

/// A trace as one JSON object.
///
/// ```
/// {"trace_ids":[…],"start":"…","duration_ns":N,"span_count":N,"log_count":N,"error_count":N,"services":[…],
///  "spans":[{"span_id":…,"parent":INDEX|null,"depth":N,"orphan":…,"error":…,"error_origin":…,"record":{…},"logs":[{…}]}],
///  "logs":[{…}]}
/// ```
/// `spans` has a parent before its children, and `parent` is its index; records are the rows as a query gives them.
public enum TraceJSON {
    public static func encode(_ trace: Trace) -> String {
        var json = JSONBuilder()
        json.object { json in
            json.key("trace_ids")
            json.array(trace.traceIDs) { $0.string($1) }
            json.key("start")
            json.string(Timestamp.text(trace.start))
            json.key("duration_ns")
            json.bare(trace.duration)
            json.key("span_count")
            json.bare(trace.spans.count)
            json.key("log_count")
            json.bare(trace.logCount)
            json.key("error_count")
            json.bare(trace.errorCount)
            json.key("services")
            json.array(trace.services) { $0.string($1) }
            json.key("spans")
            json.array(trace.spans) { encode($1, to: &$0) }
            json.key("logs")
            json.array(trace.looseLogs) { $0.record($1) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func encode(_ node: SpanNode, to json: inout JSONBuilder) {
        json.object { json in
            json.key("span_id")
            json.string(node.span.spanID)
            json.key("parent")
            json.bare(node.parent.map(String.init) ?? "null")
            json.key("depth")
            json.bare(node.depth)
            json.key("orphan")
            json.bare(node.isOrphan)
            json.key("error")
            json.bare(node.span.isError)
            json.key("error_origin")
            json.bare(node.isErrorOrigin)
            json.key("record")
            json.record(node.span.record)
            json.key("logs")
            json.array(node.logs) { $0.record($1) }
        }
    }
}

/// Appends JSON from left to right; commas come where a value follows another.
private struct JSONBuilder {
    private(set) var bytes: [UInt8] = []

    private mutating func separate() {
        guard let last = bytes.last, !"{[:".utf8.contains(last) else { return }
        bytes.append(UInt8(ascii: ","))
    }

    mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func object(_ body: (inout JSONBuilder) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        body(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func array<Element>(_ elements: [Element], _ body: (inout JSONBuilder, Element) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        for element in elements { body(&self, element) }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func string(_ text: String) {
        separate()
        JSONText.appendString(text, to: &bytes)
    }

    /// A number, a boolean or null.
    mutating func bare(_ value: some CustomStringConvertible) {
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    mutating func record(_ record: Record) {
        separate()
        JSONText.append(record, to: &bytes)
    }
}
