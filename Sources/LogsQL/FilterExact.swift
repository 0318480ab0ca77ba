extension Filter {
    /// `field:=value`: the field has exactly this value.
    public struct Exact: FilterLeaf {
        public var field: String?
        public var text: String

        public init(field: String? = nil, _ text: String) {
            self.field = field
            self.text = text
        }

        public var condition: String { "=" + CanonicalText.quotedIfNeeded(text) }
        public var filter: Filter { .exact(self) }
    }

    /// `field:=value*`: the field's value begins with this text, which may be empty.
    public struct ExactPrefix: FilterLeaf {
        public var field: String?
        public var text: String

        public init(field: String? = nil, _ text: String) {
            self.field = field
            self.text = text
        }

        public var condition: String { "=" + CanonicalText.quotedIfNeeded(text) + "*" }
        public var filter: Filter { .exactPrefix(self) }
    }
}

extension Filter {
    fileprivate static func exact(_ text: String, field: String?, isPrefix: Bool) -> Filter {
        isPrefix ? .exactPrefix(ExactPrefix(field: field, text)) : .exact(Exact(field: field, text))
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
        let filter = Filter.exact(text, field: field, isPrefix: isPrefix)
        return negated ? .not(filter) : filter
    }

    /// `(value)` or `(value*)` after `exact`, another way to write `=value`.
    mutating func parseExactFunction(field: String?) throws(QueryError) -> Filter {
        let (text, isPrefix) = try parseWordOrPrefix(in: "exact(…)")
        return .exact(text, field: field, isPrefix: isPrefix)
    }
}
