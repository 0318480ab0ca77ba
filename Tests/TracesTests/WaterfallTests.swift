import Records
import Testing
import Traces

struct WaterfallTests {
    private func lines(_ records: [Record], width: Int = 80, logs: WaterfallOptions.Logs = .all, color: Bool = false)
        -> [String]
    {
        var options = WaterfallOptions()
        options.width = width
        options.logs = logs
        options.color = color
        let text = TraceWaterfall.render(TraceBuilder.build(records), options: options)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Bars of a trace of 24 cells, at a width of 73: one cell is a 24th of it.
    @Test func barsLieInProportion() {
        let failed = [("error", FieldValue("true", kind: .bool))]
        let drawn = lines(
            [
                span("root", service: "web", start: 0, duration: 2_400_000),
                span("half", parent: "root", service: "web", start: 1_200_000, duration: 1_200_000),
                span("eighths", parent: "half", service: "api", start: 1_200_000, duration: 250_000, failed),
                span("point", parent: "root", service: "web", start: 2_400_000, duration: 0),
                span("early", parent: "gone", service: "api", start: 100_000, duration: nil),
            ], width: 73)
        #expect(
            drawn == [
                "trace t", "1970-01-01T00:00:00Z  2.4 ms  5 spans  0 logs  2 services  1 error", "",
                "web root                                ████████████████████████   2.4 ms",
                "├ half                                              ████████████   1.2 ms",
                "│ └ api eighths                      !!             ██▌            250 µs",
                "└ point                                                        ▏     0 ns",
                "(span gone not received)",
                "└ api early                              ▏                              ?", "",
            ])
    }

    @Test func logsAreOnOneLineEach() {
        let drawn = lines(
            [
                span("a", service: "web", duration: 1_000_000), span("b", parent: "a", service: "web", start: 500_000),
                log(
                    "line\nbreak\u{1b}[2J \u{202E}\(String(repeating: "界", count: 60))", span: "a", service: "web",
                    time: 12_300),
                log("from elsewhere", span: "b", service: "sidecar", level: "warn", time: 600_000),
                log("loose", service: "web", time: 2_000_000), Record(time: nil, fields: [.init("k", FieldValue("v"))]),
            ], width: 60)
        #expect(drawn[3] == "+? k=v")
        #expect(drawn[5] == "│ +12.3 µs info line\\nbreak\\u{1b}[2J \\u{202e}界界界界界界界…")
        #expect(drawn[7] == "    +600 µs sidecar warn from elsewhere")
        #expect(drawn[8] == "+2 ms web info loose")
        #expect(drawn.allSatisfy { cells($0) <= 60 })
    }

    @Test func hiddenLogsAreCounted() {
        let records = [span("a"), log("one", span: "a"), log("two"), log("bad", span: "a", level: "error")]
        #expect(
            lines(records, logs: .errors).suffix(3) == [
                "  +0 ns error bad", "2 logs not shown; --logs all shows them", "",
            ])
        #expect(lines(records, logs: .none).dropLast().last == "3 logs not shown; --logs all shows them")
        #expect(lines(records).allSatisfy { !$0.contains("not shown") })
    }

    @Test func rowsAreBounded() {
        let logs = (0..<6_000).map { log("m", time: $0) }
        let drawn = lines(logs + [span("a", parent: "gone", start: 9_000)])
        #expect(drawn.count == 2 + WaterfallOptions.rowsMax + 2)
        #expect(drawn.dropLast().last == "1002 more rows not shown; --output json has all")
        #expect(lines(Array(logs.prefix(WaterfallOptions.rowsMax))).allSatisfy { !$0.contains("not shown") })
    }

    @Test func deepNamesStayReadable() {
        let chain = (0..<50).map { span("name-\($0)", parent: $0 == 0 ? nil : "name-\($0 - 1)", start: Int64($0)) }
        let drawn = lines(chain, width: 60)
        for (place, line) in drawn.dropFirst(3).dropLast().enumerated() {
            #expect(line.contains("name-\(place) "), "\(line)")
            #expect(cells(line) <= 60)
        }
        #expect(drawn[52].hasPrefix("… "))
    }

    @Test func colorsOnlyAddToTheText() {
        let records = [
            span("a", service: "web"), span("b", parent: "a", service: "api", [("error", FieldValue("true"))]),
            log("m", span: "b", service: "api", level: "error"),
        ]
        let colored = lines(records, color: true)
        #expect(colored.map(withoutColors) == lines(records))
        #expect(colored[3].contains("\u{1b}[31mb\u{1b}[0m"))
        #expect(colored[3].contains("\u{1b}[31m!!\u{1b}[0m"))
        #expect(colored[2].contains("\u{1b}[33mweb\u{1b}[0m"))
        #expect(colored[3].contains("\u{1b}[36mapi\u{1b}[0m"))
        #expect(lines(records).joined().allSatisfy { $0 != "\u{1b}" })
    }
}
