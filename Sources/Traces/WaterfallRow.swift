import Records

/// One line of a waterfall, not drawn yet.
struct WaterfallRow {
    enum Content {
        case span(SpanNode)
        /// Stands for a span that others name as their parent, but that did not come.
        case missingSpan(id: String)
        /// `service` is that of the span it is in.
        case log(Record, service: String)
    }

    let content: Content
    /// The lines of the tree at the left: `│ ├ `.
    let guides: String
}

/// The rows of a waterfall from top to bottom, made one by one, since not all of a large trace are drawn.
struct WaterfallRows: IteratorProtocol {
    private enum Entry {
        case span(SpanNode)
        case missingSpan(id: String, children: [SpanNode])
        case log(Record, service: String)
    }

    /// An entry with what its guides need.
    private struct Pending {
        let entry: Entry
        /// 0 for a root.
        let depth: Int
        let isLast: Bool
        /// For the nearest of its ancestors but the root: whether that one was the last child.
        let ancestors: [Bool]
    }

    /// Cells of guides for a level.
    static let levelCells = 2

    private let logs: WaterfallOptions.Logs
    /// Levels of guides drawn. Deeper spans stand as far right as this, so that their names stay readable.
    private let levelsMax: Int
    private var pending: [Pending] = []

    init(_ trace: Trace, logs: WaterfallOptions.Logs, levelsMax: Int) {
        self.logs = logs
        self.levelsMax = max(1, levelsMax)
        pending = WaterfallRows.top(trace, logs).reversed().map {
            Pending(entry: $0, depth: 0, isLast: true, ancestors: [])
        }
    }

    /// Whether a log is drawn.
    static func isShown(_ log: Record, _ logs: WaterfallOptions.Logs) -> Bool {
        switch logs {
        case .all: true
        case .errors: log.isErrorLog
        case .none: false
        }
    }

    /// Spans that miss the same parent, in order: the number of rows that stand for such parents is that of the groups.
    static func orphans(_ roots: [SpanNode]) -> [String: [SpanNode]] {
        Dictionary(grouping: roots.filter(\.isMissingParent)) { missingKey($0.span) }
    }

    private static func missingKey(_ span: Span) -> String { "\(span.traceID) \(span.parentSpanID ?? "")" }

    /// Roots by start, spans that miss the same parent together, and loose logs between them by time.
    private static func top(_ trace: Trace, _ shown: WaterfallOptions.Logs) -> [Entry] {
        var orphans = orphans(trace.roots)
        var entries: [Entry] = []
        var logs = trace.looseLogs.filter { isShown($0, shown) }[...]
        for root in trace.roots {
            let earlier = logs.prefix { $0.time ?? .min < root.span.start }
            entries += earlier.map { .log($0, service: "") }
            logs = logs.dropFirst(earlier.count)
            if !root.isMissingParent {
                entries.append(.span(root))
            } else if let children = orphans.removeValue(forKey: missingKey(root.span)) {
                entries.append(.missingSpan(id: root.span.parentSpanID ?? "", children: children))
            }
        }
        return entries + logs.map { .log($0, service: "") }
    }

    mutating func next() -> WaterfallRow? {
        guard let item = pending.popLast() else { return nil }
        switch item.entry {
        case .span(let node):
            let logs = node.logs.filter { WaterfallRows.isShown($0, self.logs) }
            push(node.children, below: item)
            let ancestors = ancestors(below: item)
            for log in logs.reversed() {
                pending.append(
                    Pending(
                        entry: .log(log, service: node.span.service), depth: item.depth + 1,
                        isLast: node.children.isEmpty, ancestors: ancestors))
            }
            return WaterfallRow(content: .span(node), guides: guides(item))
        case .missingSpan(let id, let children):
            push(children, below: item)
            return WaterfallRow(content: .missingSpan(id: id), guides: guides(item))
        case .log(let log, let service):
            return WaterfallRow(content: .log(log, service: service), guides: logGuides(item))
        }
    }

    private mutating func push(_ children: [SpanNode], below parent: Pending) {
        let ancestors = ancestors(below: parent)
        for (place, child) in children.enumerated().reversed() {
            let isLast = place == children.count - 1
            pending.append(Pending(entry: .span(child), depth: parent.depth + 1, isLast: isLast, ancestors: ancestors))
        }
    }

    private func ancestors(below parent: Pending) -> [Bool] {
        parent.depth == 0 ? [] : (parent.ancestors + [parent.isLast]).suffix(levelsMax - 1)
    }

    private func guides(_ item: Pending) -> String {
        item.depth == 0 ? "" : above(item) + (item.isLast ? "└ " : "├ ")
    }

    private func logGuides(_ item: Pending) -> String {
        item.depth == 0 ? "" : above(item) + (item.isLast ? "  " : "│ ")
    }

    /// `levelCells` for each ancestor but the root; `…` where some are left out.
    private func above(_ item: Pending) -> String {
        let guides = item.ancestors.map { $0 ? "  " : "│ " }
        guard item.depth - 1 > guides.count, !guides.isEmpty else { return guides.joined() }
        return "… " + guides.dropFirst().joined()
    }
}
