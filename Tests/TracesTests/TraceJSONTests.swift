import Records
import Testing
import Traces

struct TraceJSONTests {
    @Test func keysAndKinds() {
        let root = span(
            "a", name: "r\"\n", start: 7, duration: 10,
            [
                ("z", FieldValue("1.50", kind: .number)), ("b", FieldValue("true", kind: .bool)),
                ("list", FieldValue("[1, 2]", kind: .json)), ("text", FieldValue("1.50")),
                ("span.kind", FieldValue("server")),
            ])
        let skewed = span("c", parent: "a", start: 28, duration: nil, [("duration_ns", FieldValue("soon"))])
        let written = Record(
            time: 8,
            fields: [
                .init("time", FieldValue("1970-01-01T00:00:00.000000008Z")), .init("message", FieldValue("m")),
                .init("level", FieldValue("30", kind: .number)), .init("span_id", FieldValue("a")),
            ])
        #expect(
            TraceJSON.encode(TraceBuilder.build([skewed, written, root])) == """
                {"trace_ids":["t"],"ids":["t"],"start":"1970-01-01T00:00:00.000000007Z","start_time_unix_nano":7,\
                "duration_ns":21,"span_count":2,"log_count":1,"error_count":0,"services":["s"],"spans":[\
                {"trace_id":"t","span_id":"a","parent_span_id":null,"service":"s","name":"r\\"\\n","kind":"server",\
                "start_time_unix_nano":7,"duration_ns":10,"error":false,"error_origin":false,"missing_parent":false,\
                "outside_parent":false,"fields":{"b":true,"list":[1, 2],"text":"1.50","z":1.50},"logs":[\
                {"time":"1970-01-01T00:00:00.000000008Z","service":null,"level":30,"message":"m",\
                "fields":{"span_id":"a"}}],\
                "children":[{"trace_id":"t","span_id":"c","parent_span_id":"a","service":"s","name":"c","kind":null,\
                "start_time_unix_nano":28,"duration_ns":null,"error":false,"error_origin":false,"missing_parent":false,\
                "outside_parent":true,"fields":{"duration_ns":"soon"},"logs":[],"children":[]}]}],"logs":[]}
                """)
    }

    /// A parent from 100 to 110.
    @Test(arguments: [
        (100, 20, false), (100, 21, true), (90, 5, false), (89, 5, true), (121, 0, true), (120, 0, false),
    ])
    func outsideParent(start: Int64, duration: Int64, isOutside: Bool) {
        let trace = TraceBuilder.build([
            span("a", start: 100, duration: 10), span("b", parent: "a", start: start, duration: duration),
        ])
        #expect(trace.roots.first?.children.first?.isOutsideParent == isOutside)
    }
}
