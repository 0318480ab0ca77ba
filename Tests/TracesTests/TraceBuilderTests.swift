import Records
import Testing
import Traces

struct TraceBuilderTests {
    /// `name(child child)` for each root, logs in brackets.
    private func shape(_ records: [Record]) -> String {
        func text(_ node: SpanNode) -> String {
            let logs = node.logs.isEmpty ? "" : "[\(node.logs.map { $0.text("message") ?? "" }.joined(separator: " "))]"
            let children = node.children.isEmpty ? "" : "(\(node.children.map(text).joined(separator: " ")))"
            return (node.isMissingParent ? "?" : "") + node.span.name + logs + children
        }
        let trace = TraceBuilder.build(records)
        let loose = trace.looseLogs.map { $0.text("message") ?? "" }
        return (trace.roots.map(text) + (loose.isEmpty ? [] : ["loose[\(loose.joined(separator: " "))]"])).joined(
            separator: " ")
    }

    @Test func childrenByStartThenID() {
        #expect(
            shape([
                span("c", parent: "a", start: 2), span("d", parent: "a", start: 1), span("b", parent: "a", start: 2),
                span("a"),
            ])
                == "a(d b c)")
    }

    @Test func spansAndLogsAreToldApart() {
        let timed = Record(
            time: 5, fields: [.init("name", FieldValue("timed")), .init("duration_ns", FieldValue("3"))])
        let named = Record(time: 6, fields: [.init("name", FieldValue("no span")), .init("message", FieldValue("m"))])
        let trace = TraceBuilder.build([timed, named])
        #expect(trace.roots.map(\.span.start) == [5])
        #expect(trace.roots.map(\.span.duration) == [3])
        #expect(trace.looseLogs.count == 1)
        #expect((trace.start, trace.end) == (5, 8))
    }

    @Test func resentSpanIsMergedEvenWithFieldsInAnotherOrderAndKind() {
        let first = span("a", [("n", FieldValue("1", kind: .number))])
        let again = Record(
            time: first.time, fields: first.fields.reversed().map { .init($0.name, FieldValue($0.value.text)) })
        #expect(shape([first, again]) == "a")
        #expect(shape([first, span("a", [("n", FieldValue("2", kind: .number))])]) == "a(a)")
    }

    /// Both sides of a call have one id (B3); the server began earlier by its own clock.
    @Test func serverIsChildOfClientThatSharesItsID() {
        let client = span("x", parent: "p", service: "web", name: "client", start: 5, [("kind", FieldValue("CLIENT"))])
        let server = span("x", parent: "p", service: "api", name: "server", start: 4, [("kind", FieldValue("SERVER"))])
        let work = span("w", parent: "x", service: "api", name: "work", start: 6)
        let retry = span("r", parent: "x", service: "web", name: "retry", start: 7)
        let logs = [log("of server", span: "x", service: "api"), log("of client", span: "x", service: "web")]
        #expect(
            shape([server, client, work, retry, span("p", service: "web")] + logs)
                == "p(client[of client](server[of server](work) retry))")
    }

    @Test func clientThatIsItsOwnParentStaysAboveItsServer() {
        let client = span("x", parent: "x", service: "web", name: "client", start: 5, [("kind", FieldValue("client"))])
        #expect(shape([span("x", service: "web", name: "server", start: 4), client]) == "client(server)")
    }

    @Test func missingParentMakesARootThatSaysSo() {
        #expect(shape([span("b", parent: "gone"), span("c", parent: "b")]) == "?b(c)")
        #expect(shape([span("b", parent: "")]) == "b")
    }

    @Test func cyclesAreCutAtTheEarliestSpan() {
        #expect(shape([span("a", parent: "a")]) == "a")
        #expect(shape([span("b", parent: "a", start: 1), span("a", parent: "b", start: 2)]) == "b(a)")
        #expect(
            shape([
                span("a", parent: "c", start: 1), span("b", parent: "a", start: 2), span("c", parent: "b", start: 3),
                span("tail", parent: "b", start: 0),
            ]) == "b(tail c(a))")
    }

    @Test func logsHangUnderTheirSpanOrAreLoose() {
        let records = [
            span("a"), log("second", span: "a", time: 2), log("first", span: "a", time: 1),
            log("no trace", span: "a", trace: nil, time: 3), log("other trace", span: "a", trace: "u", time: 4),
            log("unknown span", span: "z", time: 5), log("no span", time: 6),
        ]
        #expect(shape(records) == "a[first second no trace] loose[other trace unknown span no span]")
    }

    @Test func tracesJoinedByAnotherIDGiveRootsByStart() {
        let records = [
            span("a", trace: "t2", name: "late", start: 9, [("request_id", FieldValue("R-1"))]),
            span(
                "a", trace: "t1", name: "early", start: 1,
                [("traceparent", FieldValue("00-\(String(repeating: "ab", count: 16))-0102030405060708-01"))]),
        ]
        #expect(shape(records) == "early late")
        let trace = TraceBuilder.build(records)
        #expect(trace.traceIDs == ["t1", "t2"])
        #expect(trace.ids == ["t1", String(repeating: "ab", count: 16), "r-1", "t2"])
    }

    @Test(arguments: [
        ("status_code", "2"), ("status_code", "ERROR"), ("status_code", "STATUS_CODE_ERROR"),
        ("otel.status_code", "ERROR"),
        ("http.status_code", "500"), ("error", "true"),
    ])
    func errorsOfSpans(field: String, value: String) {
        #expect(TraceBuilder.build([span("a", [(field, FieldValue(value))])]).errorCount == 1)
    }

    @Test(arguments: [
        ("status_code", "1"), ("http.status_code", "404"), ("error", "false"), ("otel.status_code", "OK"),
    ])
    func noErrorsOfSpans(field: String, value: String) {
        #expect(TraceBuilder.build([span("a", [(field, FieldValue(value))])]).errorCount == 0)
    }

    @Test func errorBeganInTheDeepestSpan() {
        let failed = [("error", FieldValue("true", kind: .bool))]
        let trace = TraceBuilder.build([
            span("a", failed), span("b", parent: "a"), span("c", parent: "b"), log("oh", span: "c", level: "ERROR"),
            span("d", parent: "a", start: 1, failed), span("e", parent: "d"),
        ])
        #expect(trace.spans.filter(\.isErrorOrigin).map(\.span.name) == ["c", "d"])
        #expect(trace.spans.filter(\.hasError).map(\.span.name) == ["a", "c", "d"])
        #expect(trace.errorCount == 3)
    }

    @Test func timesAtTheEndsOfTheRangeDoNotTrap() {
        let trace = TraceBuilder.build([
            span("a", start: .min), span("b", parent: "a", start: .max, duration: .max), log("l", time: nil),
            span("c", parent: "b", start: .min, duration: nil, [("more", FieldValue("x"))]),
        ])
        #expect(trace.duration == .max)
        #expect(TraceWaterfall.render(trace, options: WaterfallOptions()).split(separator: "\n").count == 5)
        #expect(throws: Never.self) { try JSONValue.parse(TraceJSON.encode(trace)) }
    }

    @Test func nothingGivesAnEmptyTrace() {
        let trace = TraceBuilder.build([])
        #expect((trace.spanCount, trace.logCount, trace.start, trace.end) == (0, 0, 0, 0))
        #expect(trace.roots.isEmpty)
    }

    @Test func chainOfAHundredThousandSpans() {
        let count = 100_000
        var records = (0..<count).map { span("\($0)", parent: "\($0 - 1)", start: Int64($0)) }
        records[0] = span("0", parent: "\(count - 1)")
        records.shuffle()
        let trace = TraceBuilder.build(records)
        #expect(trace.spans.map(\.span.name) == (0..<count).map(String.init))
        let lines = TraceWaterfall.render(trace, options: WaterfallOptions()).split(separator: "\n")
        #expect(lines.count == 1 + WaterfallOptions.rowsMax + 1)
        #expect(lines.last == "95000 more rows not shown; --output json has all")
        #expect(TraceJSON.encode(trace).utf8.count { $0 == UInt8(ascii: "{") } == 1 + 2 * count)
    }
}
