import Records

/// Who is whose parent, before anything is known about the shape that this gives.
struct SpanLinks {
    /// For each span the index of its parent. Follows the ids, so it can have cycles until they are cut.
    private(set) var parents: [Int?]
    /// For each span whether it names a parent that did not come.
    private(set) var isMissingParent: [Bool]

    private let index: SpanIndex

    /// - Parameter spans: in order; where a choice is to be made, the first is taken.
    init(_ spans: [Span]) {
        index = SpanIndex(spans)
        parents = [Int?](repeating: nil, count: spans.count)
        isMissingParent = [Bool](repeating: false, count: spans.count)
        for (place, span) in spans.enumerated() { link(span, at: place) }
        cutCycles()
    }

    private mutating func link(_ span: Span, at place: Int) {
        if let head = index.head(of: span), head != place {
            parents[place] = head
        } else if let parentID = span.parentSpanID, parentID != span.spanID {
            parents[place] = index.span(parentID, trace: span.traceID, service: span.service)
            isMissingParent[place] = parents[place] == nil
        }
    }

    /// Follows every span up to a root or to one seen before; where a walk meets itself, the span that it meets, the
    /// earliest one of a cycle reached from within, becomes a root.
    private mutating func cutCycles() {
        var walks = [Int](repeating: -1, count: parents.count)
        for start in parents.indices {
            var current: Int? = start
            while let place = current, walks[place] < 0 {
                walks[place] = start
                current = parents[place]
                if let parent = current, walks[parent] == start { parents[parent] = nil }
            }
        }
    }

    /// The span in which a log was written; nil where it names none, or one that did not come.
    func span(of log: Record) -> Int? {
        guard let spanID = log.text(FieldNames.spanID), !spanID.isEmpty else { return nil }
        return index.span(
            spanID, trace: log.text(FieldNames.traceID) ?? "", service: log.text(FieldNames.service) ?? "")
    }
}

/// Spans by id. One id can stand for several spans: both sides of a call share it in B3 (openzipkin/b3-propagation).
private struct SpanIndex {
    private struct Key: Hashable {
        /// nil for a span of any trace.
        let trace: String?
        let span: String
        /// nil for a span of any service.
        let service: String?
    }

    /// All spans of an id hang under this one: the client's side, else the first.
    private var heads: [Key: Int] = [:]
    /// The spans that logs and children with an id belong to: the last of a service, the server's side before others.
    private var owners: [Key: Int] = [:]

    init(_ spans: [Span]) {
        for isClient in [true, false] {
            for (place, span) in spans.enumerated() where !span.spanID.isEmpty && span.isClient == isClient {
                add(span, at: place)
            }
        }
    }

    private mutating func add(_ span: Span, at place: Int) {
        let (trace, id) = (span.traceID.lowercased(), span.spanID.lowercased())
        let key = Key(trace: trace, span: id, service: nil)
        if heads[key] == nil { heads[key] = place }
        for trace in [trace, nil] {
            owners[Key(trace: trace, span: id, service: span.service)] = place
            owners[Key(trace: trace, span: id, service: nil)] = place
        }
    }

    func head(of span: Span) -> Int? {
        heads[Key(trace: span.traceID.lowercased(), span: span.spanID.lowercased(), service: nil)]
    }

    /// - Parameters:
    ///   - trace: the trace of the one who asks; empty where unknown, which goes with any.
    ///   - service: the service of the one who asks, taken where several have the id.
    func span(_ id: String, trace: String, service: String) -> Int? {
        let (trace, id) = (trace.lowercased(), id.lowercased())
        for trace in trace.isEmpty ? [nil] : [trace, ""] {
            for service in [service, nil] {
                if let place = owners[Key(trace: trace, span: id, service: service)] { return place }
            }
        }
        return nil
    }
}
