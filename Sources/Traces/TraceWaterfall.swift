public import Records

/// A trace as text for a terminal: a line for each span with a bar where it lies in time, its logs below it.
///
/// ```
/// trace 4bf92f35…  2023-01-29T09:20:11.317Z  60 ms  3 spans  1 log  2 services  1 error
///
///   frontend GET /cart        ████████████████████████████████   60 ms
///   └─ cart GetCart        !!     ███████████████                28 ms
///      · +31 ms error cannot reach redis
/// ```
/// `!` marks a span with an error, `!!` one in which an error began.
public enum TraceWaterfall {
    public static func render(_ trace: Trace, options: WaterfallOptions) -> String {
        Drawing(trace, options).render()
    }
}

private struct Drawing {
    private let trace: Trace
    private let options: WaterfallOptions
    private let paint: Paint
    private let labelWidth: Int
    private let barWidth: Int

    private static let durationWidth = 9
    private static let markWidth = 2

    init(_ trace: Trace, _ options: WaterfallOptions) {
        self.trace = trace
        self.options = options
        paint = Paint(isOn: options.color, services: trace.services)
        let width = max(options.width, WaterfallOptions.widthMin)
        // Two spaces at the left, one before the mark, two before the bar, one before the duration.
        let room = width - Self.durationWidth - Self.markWidth - 6
        barWidth = max(16, room * 2 / 5)
        labelWidth = room - barWidth
    }

    func render() -> String {
        var lines = [header, ""]
        var hiddenLogs = trace.logCount
        for log in shown(trace.looseLogs) {
            lines.append(line(for: log, guides: "  "))
            hiddenLogs -= 1
        }
        let guides = Guides(trace.spans)
        for (index, node) in trace.spans.enumerated() {
            lines.append(line(for: node, guides: guides.before(index)))
            for log in shown(node.logs) {
                lines.append(line(for: log, guides: "  " + guides.below(index)))
                hiddenLogs -= 1
            }
        }
        if lines.count > WaterfallOptions.rowsMax {
            let rest = lines.count - WaterfallOptions.rowsMax
            lines.removeLast(rest)
            lines.append("\(rest) more lines are not shown; use --output json for all")
        } else if hiddenLogs > 0 {
            lines.append("")
            lines.append(paint.dim("\(Self.count(hiddenLogs, "log")) not shown; --logs all shows them"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func shown(_ logs: [Record]) -> [Record] {
        switch options.logs {
        case .all: logs
        case .errors: logs.filter(\.isErrorLog)
        case .none: []
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private var header: String {
        var ids = trace.traceIDs.first ?? "without an id"
        if trace.traceIDs.count > 1 { ids += " and \(trace.traceIDs.count - 1) more" }
        let facts = [
            "trace \(ids)", Timestamp.text(trace.start), DurationText.short(trace.duration),
            Self.count(trace.spans.count, "span"), Self.count(trace.logCount, "log"),
            Self.count(trace.services.count, "service"), Self.count(trace.errorCount, "error"),
        ]
        return paint.bold(CellText(facts.joined(separator: "  ")).cut(to: max(options.width, WaterfallOptions.widthMin)).text)
    }

    // MARK: Lines

    private func line(for node: SpanNode, guides: String) -> String {
        let guides = CellText(guides)
        let room = max(1, labelWidth - guides.width)
        let service = service(of: node).map { CellText($0).cut(to: max(1, room * 2 / 3)) }
        let serviceWidth = service.map { $0.width + 1 } ?? 0
        let name = CellText(name(of: node)).cut(to: max(1, room - serviceWidth))
        let padding = max(0, labelWidth - guides.width - serviceWidth - name.width)
        let mark = node.isErrorOrigin ? "!!" : hasError(node) ? "! " : "  "
        let duration = DurationText.short(node.span.duration)
        return "  " + paint.dim(guides.text)
            + (service.map { paint.service($0.text, node.span.service) + " " } ?? "") + name.text
            + String(repeating: " ", count: padding + 1) + paint.error(mark) + "  "
            + paint.service(bar(node.span), node.span.service)
            + String(repeating: " ", count: max(1, Self.durationWidth + 1 - duration.count)) + duration
    }

    /// The service, where it is not that of the parent.
    private func service(of node: SpanNode) -> String? {
        guard !node.span.service.isEmpty else { return nil }
        if let parent = node.parent, trace.spans[parent].span.service == node.span.service { return nil }
        return node.span.service
    }

    private func name(of node: SpanNode) -> String {
        node.isOrphan ? "\(node.span.name) (parent \(node.span.parentID) did not come)" : node.span.name
    }

    private func hasError(_ node: SpanNode) -> Bool { node.span.isError || node.logs.contains(where: \.isErrorLog) }

    private func line(for log: Record, guides: String) -> String {
        let width = max(options.width, WaterfallOptions.widthMin)
        let offset = DurationText.short((log.time ?? trace.start) - trace.start)
        let level = log.text(FieldNames.level).map { CellText($0).cut(to: 8).text + " " } ?? ""
        let head = "\(guides)· +\(offset) "
        let room = max(1, width - CellText(head + level).width)
        let message = CellText(log.text(FieldNames.message) ?? "").cut(to: room).text
        return paint.dim(head) + (log.isErrorLog ? paint.error(level + message) : level + message)
    }

    /// Where the span lies in the whole trace, to an eighth of a cell; at least one eighth is drawn.
    private func bar(_ span: Span) -> String {
        let total = max(1, Double(trace.duration))
        let eighths = Double(barWidth * 8)
        let start = min(max(0, Int(Double(span.start - trace.start) / total * eighths)), barWidth * 8 - 1)
        let length = max(1, min(Int((Double(span.duration) / total * eighths).rounded()), barWidth * 8 - start))
        let cells = start / 8
        let filled = min(barWidth - cells, max(0, (start % 8 + length) / 8))
        let rest = cells + filled < barWidth ? (start % 8 + length) % 8 : 0
        let blocks = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let used = cells + filled + (rest > 0 ? 1 : 0)
        return String(repeating: " ", count: cells) + String(repeating: "█", count: filled) + blocks[rest]
            + String(repeating: " ", count: barWidth - used)
    }
}

/// The lines of the tree at the left: `│  ├─ `.
private struct Guides {
    private let nodes: [SpanNode]
    private let isLast: [Bool]

    /// Levels that are drawn; deeper ones are drawn at this one, so that names stay readable.
    private static let depthMax = 12

    init(_ nodes: [SpanNode]) {
        self.nodes = nodes
        var isLast = [Bool](repeating: true, count: nodes.count)
        for node in nodes {
            for child in node.children.dropLast() { isLast[child] = false }
        }
        self.isLast = isLast
    }

    /// What stands before the name of a span.
    func before(_ index: Int) -> String {
        guard nodes[index].parent != nil else { return "" }
        return above(index) + (isLast[index] ? "└─ " : "├─ ")
    }

    /// What stands before the logs of a span.
    func below(_ index: Int) -> String {
        let own = nodes[index].parent == nil ? "" : above(index) + (isLast[index] ? "   " : "│  ")
        return own + (nodes[index].children.isEmpty ? "   " : "│  ")
    }

    /// The guides of the ancestors below the root, the nearest ones where there are too many.
    private func above(_ index: Int) -> String {
        var guides: [String] = []
        var current = nodes[index].parent
        while let ancestor = current, nodes[ancestor].parent != nil, guides.count < Self.depthMax {
            guides.append(isLast[ancestor] ? "   " : "│  ")
            current = nodes[ancestor].parent
        }
        return guides.reversed().joined()
    }
}

/// Colours, or none.
private struct Paint {
    let isOn: Bool
    private let codes: [String: Int]

    /// Neither red, which is for errors, nor the terminal's own.
    private static let palette = [36, 33, 35, 34, 32, 96, 93, 95, 94, 92]

    init(isOn: Bool, services: [String]) {
        self.isOn = isOn
        var codes: [String: Int] = [:]
        for (index, service) in services.enumerated() { codes[service] = Self.palette[index % Self.palette.count] }
        self.codes = codes
    }

    func bold(_ text: String) -> String { colored(text, 1) }
    func dim(_ text: String) -> String { colored(text, 2) }
    func error(_ text: String) -> String { colored(text, 31) }
    func service(_ text: String, _ service: String) -> String { colored(text, codes[service] ?? 39) }

    private func colored(_ text: String, _ code: Int) -> String {
        isOn && text.contains { $0 != " " } ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
