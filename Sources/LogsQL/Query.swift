/// A parsed LogsQL query: a filter, and pipes that its matches go through in turn.
///
/// ```swift
/// let query = try parse("_time:5m level:error | stats by (service) count() errors | sort by (errors desc)")
/// print(query)  // canonical LogsQL
/// ```
public struct Query: Sendable, Hashable, CustomStringConvertible {
    public var options: QueryOptions
    public var filter: Filter
    public var pipes: [Pipe]

    public init(options: QueryOptions = QueryOptions(), filter: Filter, pipes: [Pipe] = []) {
        self.options = options
        self.filter = filter
        self.pipes = pipes
    }

    /// Canonical LogsQL, which parses to an equal query.
    public var description: String {
        let steps = ([filter.description] + pipes.map(\.description)).joined(separator: " | ")
        return options.isEmpty ? steps : "\(options) \(steps)"
    }

    /// The earliest and latest time that a record can have that the filter matches, as `Filter.timeBounds`, but for
    /// `time_offset`.
    public func timeBounds(now: Int64) -> ClosedRange<Int64>? {
        filter.shifted(intoPast: options.timeOffset ?? 0).timeBounds(now: now)
    }
}

/// Reads LogsQL, the language of VictoriaLogs ("LogsQL" in its documentation), as far as `Filter` and `Pipe` have cases.
///
/// Every input gives a query or an error: text beyond `QueryLimits`, and numbers that do not fit, are errors too.
/// Throws `QueryError` with the place of the mistake.
public func parse(_ source: String) throws(QueryError) -> Query {
    var parser = try Parser(source)
    let query = try parser.parseQuery()
    guard parser.atEnd else { throw parser.unexpected(in: "query", expected: "'|' or the end of the query") }
    return query
}

extension Parser {
    mutating func parseQuery() throws(QueryError) -> Query {
        let options = try parseQueryOptions()
        guard !atEndOfClause else {
            throw fail("query", atEnd ? "it is empty" : "found '\(token.text)'", expected: "a filter; * selects everything")
        }
        try rejectPipeAtStart()
        let filter = try parseFilter()
        var pipes: [Pipe] = []
        while accept(symbol: "|") { pipes.append(try parsePipe()) }
        return Query(options: options, filter: filter, pipes: pipes)
    }

    /// `(query)`
    mutating func parseParenthesisedQuery(in what: String) throws(QueryError) -> Query {
        try expect(symbol: "(", in: what)
        subqueryDepth += 1
        defer { subqueryDepth -= 1 }
        let query = try nested { (parser) throws(QueryError) in try parser.parseQuery() }
        guard accept(symbol: ")") else { throw unexpected(in: what, expected: "'|' or ')'") }
        return query
    }

    /// `stats count()` is more often a forgotten `* |` than a search for the word "stats".
    private func rejectPipeAtStart() throws(QueryError) {
        guard token.kind == .word, !following.isSymbol(":"), following.spaceBefore || following.kind == .end,
            let form = Pipe.form(named: token.text), form.isReserved
        else { return }
        throw fail(
            "query", "it starts with the pipe name '\(token.text)'; write '* | \(token.text) …', or quote the word to search for it",
            expected: "a filter")
    }
}
