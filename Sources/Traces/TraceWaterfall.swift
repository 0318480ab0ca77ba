import Records

/// A trace as text for a terminal: a line for each span with a bar where it lies in time, its logs below it.
///
/// ```
/// trace 4bf92f35…  2023-01-29T09:20:11.317Z  60 ms  3 spans  1 log  2 services  1 error
///
/// frontend GET /cart           ████████████████████████████████     60 ms
/// └ cart GetCart            !!             ███████████████          28 ms
///     +31 ms error cannot reach redis
/// ```
/// `!` marks a span with an error, `!!` one in which an error began. A service is named where it is not that of the
/// span above. No line is wider than `WaterfallOptions.width`, and none has control characters but those of colours.
public enum TraceWaterfall {
    public static func render(_ trace: Trace, options: WaterfallOptions) -> String {
        WaterfallDrawing(trace, options).render()
    }
}

private struct WaterfallDrawing {
    private let trace: Trace
    private let options: WaterfallOptions
    private let width: Int
    private let paint: WaterfallPaint
    private let bar: WaterfallBar
    /// Cells of guides, service and name.
    private let labelWidth: Int

    private static let markWidth = 2
    /// Before the mark, the bar and the duration.
    private static let gapWidth = 3
    private static let levelsMax = 16
    private static let durationWidth = DurationText.widthMax

    init(_ trace: Trace, _ options: WaterfallOptions) {
        self.trace = trace
        self.options = options
        width = options.drawnWidth
        paint = WaterfallPaint(isOn: options.color, services: trace.services)
        let room = width - Self.markWidth - Self.gapWidth - Self.durationWidth
        let barWidth = room * 2 / 5
        labelWidth = room - barWidth
        bar = WaterfallBar(start: trace.start, duration: trace.duration, width: barWidth)
    }

    func render() -> String {
        var lines = header + [""]
        // Of the label's cells six in ten at most go to guides, the rest to names.
        let levelsMax = min(Self.levelsMax, labelWidth * 6 / 10 / WaterfallRows.levelCells)
        var rows = WaterfallRows(trace, logs: options.logs, levelsMax: levelsMax)
        var drawn = 0
        while drawn < WaterfallOptions.rowsMax, let row = rows.next() {
            lines.append(line(row))
            drawn += 1
        }
        return (lines + footer(drawn)).joined(separator: "\n") + "\n"
    }

    /// One line where it fits, else the id on a line of its own, so that it can be copied whole.
    private var header: [String] {
        var id = trace.traceIDs.first ?? trace.ids.first ?? "without an id"
        if trace.traceIDs.count > 1 { id += " and \(trace.traceIDs.count - 1) more" }
        let facts = [
            Timestamp.text(trace.start), DurationText.short(trace.duration), Self.count(trace.spanCount, "span"),
            Self.count(trace.logCount, "log"), Self.count(trace.services.count, "service"),
            Self.count(trace.errorCount, "error"),
        ].joined(separator: "  ")
        let line = CellText("trace \(id)  \(facts)")
        let lines = line.width <= width ? [line] : [CellText("trace \(id)"), CellText(facts)]
        return lines.map { paint.bold($0.cut(to: width).text) }
    }

    /// What was left out.
    private func footer(_ drawn: Int) -> [String] {
        let logs = trace.spans.flatMap(\.logs) + trace.looseLogs
        let hidden = logs.count { !WaterfallRows.isShown($0, options.logs) }
        let rows = trace.spanCount + WaterfallRows.orphans(trace.roots).count + logs.count - hidden
        var lines: [String] = []
        if hidden > 0 { lines.append("\(Self.count(hidden, "log")) not shown; --logs all shows them") }
        if rows > drawn { lines.append("\(Self.count(rows - drawn, "more row")) not shown; --output json has all") }
        return lines.map { paint.dim(CellText($0).cut(to: width).text) }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    // MARK: Lines

    private func line(_ row: WaterfallRow) -> String {
        switch row.content {
        case .span(let node): line(for: node, row.guides)
        case .missingSpan(let id): paint.dim(CellText("(span \(id) not received)").cut(to: width).text)
        case .log(let log, let service): line(for: log, in: service, row.guides)
        }
    }

    private func line(for node: SpanNode, _ guides: String) -> String {
        let span = node.span
        let room = labelWidth - guides.unicodeScalars.count
        let service = service(of: node).map { CellText($0).cut(to: room * 2 / 3) }
        let serviceWidth = service.map { $0.width + 1 } ?? 0
        let name = CellText(span.name).cut(to: room - serviceWidth)
        let mark = node.isErrorOrigin ? "!!" : node.hasError ? "! " : "  "
        let duration = span.duration.map(DurationText.short) ?? "?"
        return paint.dim(guides) + (service.map { paint.service($0.text, span.service) + " " } ?? "")
            + (node.hasError ? paint.error(name.text) : name.text)
            + Self.spaces(room - serviceWidth - name.width + 1) + paint.error(mark) + " "
            + paint.service(bar.text(span), span.service)
            + Self.spaces(1 + Self.durationWidth - duration.unicodeScalars.count) + duration
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    /// The service, where it is not that of the parent.
    private func service(of node: SpanNode) -> String? {
        let service = node.span.service
        return service.isEmpty || node.parent?.span.service == service ? nil : service
    }

    private func line(for log: Record, in service: String, _ guides: String) -> String {
        let offset = log.time.map { "+" + DurationText.short($0.saturatingSubtracting(trace.start)) } ?? "+?"
        let level = log.text(FieldNames.level).map { CellText($0).cut(to: 8).text + " " } ?? ""
        let other = log.text(FieldNames.service).flatMap { $0 == service ? nil : CellText($0).cut(to: 20).text + " " }
        let head = "\(guides)\(offset) "
        let room = width - CellText(head + (other ?? "") + level).width
        let message = CellText(WaterfallMessage.text(log)).cut(to: max(1, room)).text
        return paint.dim(head) + (other.map { paint.service($0, log.text(FieldNames.service) ?? "") } ?? "")
            + paint.level(level, of: log) + message
    }
}

/// What a log says.
private enum WaterfallMessage {
    private static let shownElsewhere: Set = [
        FieldNames.time, FieldNames.service, FieldNames.level, FieldNames.traceID, FieldNames.spanID,
        FieldNames.parentSpanID,
    ]

    /// The message, or where there is none the fields of the log.
    static func text(_ log: Record) -> String {
        if let message = log.text(FieldNames.message) { return message }
        let fields = log.fields.filter { !shownElsewhere.contains($0.name) }
        return fields.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
    }
}
