/// What `in(…)`, `contains_any(…)` and `contains_all(…)` compare with.
public enum FilterValues: Sendable, Hashable, CustomStringConvertible {
    /// `a, "b c"`
    case list([String])
    /// `level:error | fields user`: the values that a query gives.
    case query(Subquery)

    public var description: String {
        switch self {
        case .list(let values): CanonicalText.list(values)
        case .query(let subquery): subquery.description
        }
    }
}

/// A query inside a filter, of whose result the values of one field count.
public struct Subquery: Sendable, Hashable, CustomStringConvertible {
    public let query: Query
    /// The field as written.
    public let field: String

    /// Nil unless the query ends in `fields` or `uniq` with one field.
    public init?(_ query: Query) {
        switch query.pipes.last {
        case .fields(let patterns):
            guard patterns.count == 1, case .name(let name) = patterns[0] else { return nil }
            field = name
        case .uniq(let uniq) where uniq.fields.count == 1: field = uniq.fields[0]
        default: return nil
        }
        self.query = query
    }

    public var description: String { query.description }
}

extension Filter {
    /// Whether queries stand in it, so that what it matches depends on other rows.
    public var hasSubqueries: Bool {
        switch self {
        case .and(let filters), .or(let filters): filters.contains(where: \.hasSubqueries)
        case .not(let filter): filter.hasSubqueries
        case .anyField(let any): any.condition.hasSubqueries
        case .oneOf(let leaf): leaf.values.isQuery
        case .contains(let leaf): leaf.phrases.isQuery
        default: false
        }
    }
}

extension FilterValues {
    fileprivate var isQuery: Bool { if case .query = self { true } else { false } }
}

extension Parser {
    /// `(a, b)`, `(query | fields name)`, or nil for `(*)`, what a dashboard's "all" becomes: any value, or none.
    mutating func parseFilterValues(in what: String) throws(QueryError) -> FilterValues? {
        guard openingsBeforePipes.contains(index) else { return try parseValueList(in: what).map { .list($0) } }
        return .query(try parseSubquery(in: what))
    }

    /// Nil if a star is among the values.
    private mutating func parseValueList(in what: String) throws(QueryError) -> [String]? {
        if following.isSymbol(")") {
            advance()
            advance()
            return []
        }
        var values: [String] = []
        var hasStar = false
        _ = try parseParenthesised(in: what) { (parser) throws(QueryError) in
            if parser.accept(symbol: "*") {
                hasStar = true
            } else {
                values.append(try parser.parseText(.argument, in: what, expected: "a value"))
            }
            guard parser.token.isSymbol(",") || parser.token.isSymbol(")") || parser.atEnd else {
                throw parser.fail(
                    what, "found '\(parser.source(of: parser.token))'", expected: "',' or ')'; or a query that ends in '| fields name'")
            }
        }
        return hasStar ? nil : values
    }

    /// Which brackets have a `|` in them, but in no other brackets: those open a query. A time range may open with `[` and
    /// close with `)`.
    static func openingsBeforePipes(_ tokens: [Token]) -> Set<Int> {
        var (open, found): ([Int], Set<Int>) = ([], [])
        for (index, token) in tokens.enumerated() where token.kind == .symbol {
            switch token.text {
            case "(", "[": open.append(index)
            case ")", "]": _ = open.popLast()
            case "|": if let last = open.last { found.insert(last) }
            default: break
            }
        }
        return found
    }

    /// `(query | fields name)`
    private mutating func parseSubquery(in what: String) throws(QueryError) -> Subquery {
        let query = try parseParenthesisedQuery(in: what)
        guard let subquery = Subquery(query) else {
            throw fail(
                what, "the query does not say which field's values it gives", at: tokens[index - 1].range.lowerBound,
                expected: "'| fields name' or '| uniq by (name)' at its end")
        }
        return subquery
    }
}
