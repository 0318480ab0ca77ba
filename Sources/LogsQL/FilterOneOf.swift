extension Filter {
    /// `field:in(a, "b c")`: the field has exactly one of these values. An empty list matches nothing.
    public struct OneOf: FilterLeaf {
        public var field: String?
        public var values: [String]

        public init(field: String? = nil, _ values: [String]) {
            self.field = field
            self.values = values
        }

        public var description: String {
            let values = values.map(CanonicalText.quotedIfNeeded).joined(separator: ", ")
            return CanonicalText.field(field) + "in(\(values))"
        }
    }
}

extension Parser {
    /// `(value, …)` after `in`. `in(*)`, what a dashboard's "all" becomes, is every record.
    mutating func parseOneOf(field: String?) throws(QueryError) -> Filter {
        if following.isSymbol(")") {
            advance()
            advance()
            return .oneOf(Filter.OneOf(field: field, []))
        }
        if following.isSymbol("*") {
            advance()
            advance()
            try expect(symbol: ")", in: "in(…)")
            return .all
        }
        let values = try parseParenthesised(in: "in(…)") { (parser) throws(QueryError) in
            let value = try parser.parseText(.argument, in: "in(…)", expected: "a value")
            guard parser.token.isSymbol(",") || parser.token.isSymbol(")") || parser.atEnd else {
                throw parser.fail(
                    "in(…)", "found '\(parser.source(of: parser.token))'; it takes a list of values, no query",
                    expected: "',' or ')'")
            }
            return value
        }
        return .oneOf(Filter.OneOf(field: field, values))
    }
}
