public import Records

/// Rebuilds a request. The order of the records does not matter, and no record is lost or shown twice, whatever their ids
/// say: cycles are cut, and a span whose parent did not come is a root.
public enum TraceBuilder {
    public static func build(_ records: [Record]) -> Trace {
        var spans: [Span] = []
        var logs: [Record] = []
        // A span sent twice, as after a lost acknowledgement, is one span.
        var seen: Set<Span> = []
        for record in records {
            if let span = Span(record) {
                if span.spanID.isEmpty || seen.insert(span).inserted { spans.append(span) }
            } else {
                logs.append(record)
            }
        }
        spans.sort { $0.order < $1.order }
        logs.sort { $0.order < $1.order }
        return Forest(spans).trace(with: logs)
    }
}

extension Span {
    /// Says the same whatever order the records came in.
    fileprivate var order: (Int64, Int, Int64, String, String) {
        (start, isClient ? 0 : 1, -duration, spanID, service)
    }
}

extension Record {
    fileprivate var order: (Int64, String, String) {
        (time ?? 0, text(FieldNames.service) ?? "", text(FieldNames.message) ?? "")
    }
}

/// Spans by start, and the links between them.
private struct Forest {
    private struct Key: Hashable {
        let traceID: String
        let spanID: String
    }

    private let spans: [Span]
    /// All spans of one id, in order: a client and a server that share it (B3), the client first.
    private var byID: [Key: [Int]] = [:]
    private var parents: [Int?] = []
    private var orphans: Set<Int> = []

    init(_ spans: [Span]) {
        self.spans = spans
        for (index, span) in spans.enumerated() where !span.spanID.isEmpty {
            byID[Key(traceID: span.traceID, spanID: span.spanID), default: []].append(index)
        }
        link()
        cutCycles()
    }

    private mutating func link() {
        for (index, span) in spans.enumerated() {
            let twins = byID[Key(traceID: span.traceID, spanID: span.spanID)] ?? []
            if let place = twins.firstIndex(of: index), place > 0 {
                parents.append(twins[place - 1])
                continue
            }
            let parent = span.parentID.isEmpty ? nil : byID[Key(traceID: span.traceID, spanID: span.parentID)]?.last
            parents.append(parent)
            if parent == nil, !span.parentID.isEmpty { orphans.insert(index) }
        }
    }

    /// Follows every span up to a root or to one seen before; a span that leads back to this walk loses its parent.
    private mutating func cutCycles() {
        var walkOf = [Int](repeating: -1, count: spans.count)
        for start in spans.indices where walkOf[start] < 0 {
            var current: Int? = start
            while let index = current, walkOf[index] < 0 {
                walkOf[index] = start
                if let parent = parents[index], walkOf[parent] == start { parents[index] = nil }
                current = parents[index]
            }
        }
    }

    func trace(with logs: [Record]) -> Trace {
        let order = depthFirst()
        var place = [Int](repeating: 0, count: spans.count)
        for (position, index) in order.enumerated() { place[index] = position }
        var logsOf = [[Record]](repeating: [], count: spans.count)
        var looseLogs: [Record] = []
        for log in logs {
            if let index = span(of: log) { logsOf[index].append(log) } else { looseLogs.append(log) }
        }
        let nodes = nodes(order, place, logsOf)
        return Trace(
            spans: nodes, looseLogs: looseLogs, traceIDs: distinct(spans.map(\.traceID) + logs.map { $0.text(FieldNames.traceID) ?? "" }),
            services: distinct(nodes.map(\.span.service) + logs.map { $0.text(FieldNames.service) ?? "" }),
            logCount: logs.count, errorCount: spans.count(where: \.isError) + logs.count(where: \.isErrorLog),
            start: min(spans.map(\.start).min() ?? .max, logs.compactMap(\.time).min() ?? .max, spans.isEmpty && logs.isEmpty ? 0 : .max),
            end: max(spans.map(\.end).max() ?? .min, logs.compactMap(\.time).max() ?? .min, spans.isEmpty && logs.isEmpty ? 0 : .min))
    }

    /// Every span, a parent before its children.
    private func depthFirst() -> [Int] {
        let children = children()
        var order: [Int] = []
        var pending = Array(spans.indices.filter { parents[$0] == nil }.reversed())
        while let index = pending.popLast() {
            order.append(index)
            pending.append(contentsOf: children[index].reversed())
        }
        return order
    }

    /// By start, since spans are.
    private func children() -> [[Int]] {
        var children = [[Int]](repeating: [], count: spans.count)
        for (index, parent) in parents.enumerated() {
            if let parent { children[parent].append(index) }
        }
        return children
    }

    private func nodes(_ order: [Int], _ place: [Int], _ logsOf: [[Record]]) -> [SpanNode] {
        let children = children()
        var depths = [Int](repeating: 0, count: spans.count)
        for index in order { depths[index] = parents[index].map { depths[$0] + 1 } ?? 0 }
        var isErrorBelow = [Bool](repeating: false, count: spans.count)
        let isError = spans.indices.map { spans[$0].isError || logsOf[$0].contains(where: \.isErrorLog) }
        for index in order.reversed() {
            if let parent = parents[index], isError[index] || isErrorBelow[index] { isErrorBelow[parent] = true }
        }
        return order.map { index in
            SpanNode(
                span: spans[index], parent: parents[index].map { place[$0] }, children: children[index].map { place[$0] },
                depth: depths[index], logs: logsOf[index], isOrphan: orphans.contains(index),
                isErrorOrigin: isError[index] && !isErrorBelow[index])
        }
    }

    /// The span in which a log was written: of those with its ids the one of its service, else the last.
    private func span(of log: Record) -> Int? {
        guard let spanID = log.text(FieldNames.spanID), !spanID.isEmpty else { return nil }
        let twins = byID[Key(traceID: log.text(FieldNames.traceID) ?? "", spanID: spanID)] ?? []
        let service = log.text(FieldNames.service)
        return twins.first { spans[$0].service == service } ?? twins.last
    }

    private func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
