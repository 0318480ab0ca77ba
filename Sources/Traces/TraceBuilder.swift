public import Records
public import Stitching

/// Rebuilds a request from its records.
///
/// The order of the records does not matter, and no record is lost or shown twice, whatever their ids say. Only a span
/// sent again with the same content, as after a lost acknowledgement, is merged with the first.
public enum TraceBuilder {
    /// - Parameter rules: which fields hold ids.
    /// - Complexity: O(n log n) in the number of records; stack depth does not depend on it.
    public static func build(_ records: [Record], rules: StitchingRules = .standard) -> Trace {
        var spans: [Span] = []
        var logs: [Record] = []
        for record in records {
            let record = record.sortedByName
            if let span = Span(record) { spans.append(span) } else { logs.append(record) }
        }
        spans.sort { $0.precedes($1) }
        logs.sort { $0.precedes($1) }
        spans = withoutResent(spans)
        let links = SpanLinks(spans)
        var logsOf = [[Record]](repeating: [], count: spans.count)
        var looseLogs: [Record] = []
        for log in logs {
            if let index = links.span(of: log) { logsOf[index].append(log) } else { looseLogs.append(log) }
        }
        return trace(SpanForest(spans, links, logs: logsOf), looseLogs, logs, rules)
    }

    private static func withoutResent(_ spans: [Span]) -> [Span] {
        var seen: Set<SpanContent> = []
        return spans.filter { $0.spanID.isEmpty || seen.insert(SpanContent($0)).inserted }
    }

    private static func trace(_ forest: SpanForest, _ looseLogs: [Record], _ logs: [Record], _ rules: StitchingRules) -> Trace {
        let spans = forest.depthFirst.map { forest.spans[$0] }
        let records = spans.map(\.fields) + logs
        let start = (spans.map(\.start) + logs.compactMap(\.time)).min() ?? 0
        let end = (spans.map(\.end) + logs.compactMap(\.time)).max() ?? start
        return Trace(
            forest: forest, ids: distinct(records.flatMap { ids($0, rules) }),
            traceIDs: distinct(records.compactMap { $0.text(FieldNames.traceID) }), looseLogs: looseLogs,
            services: distinct(records.compactMap { $0.text(FieldNames.service) }), logCount: logs.count,
            errorCount: spans.count(where: \.isError) + logs.count(where: \.isErrorLog), start: start, end: end)
    }

    private static func ids(_ record: Record, _ rules: StitchingRules) -> [String] {
        record.fields.flatMap { rules.ids(in: $0.value.text, field: $0.name) }
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

/// What makes two records of a span the same. A value can be a number in one batch of rows and text in another, so
/// kinds do not count.
private struct SpanContent: Hashable {
    let start: Int64
    let texts: [String]

    init(_ span: Span) {
        start = span.start
        texts = span.fields.fields.flatMap { [$0.name, $0.value.text] }
    }
}

extension Span {
    /// By start, then id; all else only makes the order the same for any input order.
    fileprivate func precedes(_ other: Span) -> Bool {
        if start != other.start { return start < other.start }
        if spanID != other.spanID { return spanID < other.spanID }
        return fields.fieldsPrecede(other.fields)
    }
}

extension Record {
    fileprivate var sortedByName: Record {
        Record(time: time, fields: fields.sorted { ($0.name, $0.value.text) < ($1.name, $1.value.text) })
    }

    /// By time, those without one first.
    fileprivate func precedes(_ other: Record) -> Bool {
        let (time, otherTime) = (self.time ?? .min, other.time ?? .min)
        return time == otherTime ? fieldsPrecede(other) : time < otherTime
    }

    fileprivate func fieldsPrecede(_ other: Record) -> Bool {
        fields.lexicographicallyPrecedes(other.fields) {
            ($0.name, $0.value.text, $0.value.kind.rawValue) < ($1.name, $1.value.text, $1.value.kind.rawValue)
        }
    }
}
