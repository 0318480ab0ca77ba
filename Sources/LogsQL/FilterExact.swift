extension Filter {
    /// `field:=value`: the field has exactly this value.
    public struct Exact: FilterLeaf {
        public var field: String?
        public var text: String

        public init(field: String? = nil, _ text: String) {
            self.field = field
            self.text = text
        }

        public var description: String { CanonicalText.field(field) + "=" + CanonicalText.quotedIfNeeded(text) }
    }

    /// `field:=value*`: the field's value begins with this text, which may be empty.
    public struct ExactPrefix: FilterLeaf {
        public var field: String?
        public var text: String

        public init(field: String? = nil, _ text: String) {
            self.field = field
            self.text = text
        }

        public var description: String { CanonicalText.field(field) + "=" + CanonicalText.quotedIfNeeded(text) + "*" }
    }
}

extension Parser {
    /// `=value`, `=value*`, and `!=` for their negations.
    mutating func parseExact(field: String?) throws(QueryError) -> Filter {
        let negated = token.isSymbol("!=")
        let sign = token.text
        advance()
        let star = accept(symbol: "*")
        let text = star ? "" : try parseText(.argument, in: "filter", expected: "a value after '\(sign)'")
        let isPrefix = star || acceptTouchingStar()
        let filter: Filter =
            isPrefix
            ? .exactPrefix(Filter.ExactPrefix(field: field, text)) : .exact(Filter.Exact(field: field, text))
        return negated ? .not(filter) : filter
    }
}
