import Records

/// The spans of a trace and the links between them, as arrays with one element a span.
///
/// A class, so that the many `SpanNode`s that look into it share it.
final class SpanForest: Sendable {
    /// By start, then id.
    let spans: [Span]
    let parents: [Int?]
    let children: [[Int]]
    let roots: [Int]
    /// All spans, a parent before its children.
    let depthFirst: [Int]
    let logs: [[Record]]
    let isMissingParent: [Bool]
    let hasError: [Bool]
    let isErrorOrigin: [Bool]

    /// - Parameter links: without cycles.
    init(_ spans: [Span], _ links: SpanLinks, logs: [[Record]]) {
        self.spans = spans
        self.logs = logs
        parents = links.parents
        isMissingParent = links.isMissingParent
        roots = spans.indices.filter { links.parents[$0] == nil }
        children = SpanForest.children(links.parents)
        depthFirst = SpanForest.depthFirst(roots, children)
        precondition(depthFirst.count == spans.count, "a cycle of spans was not cut")
        hasError = spans.indices.map { spans[$0].isError || logs[$0].contains(where: \.isErrorLog) }
        isErrorOrigin = SpanForest.origins(depthFirst, links.parents, hasError)
    }

    private static func children(_ parents: [Int?]) -> [[Int]] {
        var children = [[Int]](repeating: [], count: parents.count)
        for (place, parent) in parents.enumerated() {
            if let parent { children[parent].append(place) }
        }
        return children
    }

    private static func depthFirst(_ roots: [Int], _ children: [[Int]]) -> [Int] {
        var order: [Int] = []
        var pending = Array(roots.reversed())
        while let place = pending.popLast() {
            order.append(place)
            pending += children[place].reversed()
        }
        return order
    }

    /// Errors with no error below.
    private static func origins(_ depthFirst: [Int], _ parents: [Int?], _ hasError: [Bool]) -> [Bool] {
        var isErrorBelow = [Bool](repeating: false, count: parents.count)
        for place in depthFirst.reversed() where hasError[place] || isErrorBelow[place] {
            if let parent = parents[place] { isErrorBelow[parent] = true }
        }
        return hasError.indices.map { hasError[$0] && !isErrorBelow[$0] }
    }
}
