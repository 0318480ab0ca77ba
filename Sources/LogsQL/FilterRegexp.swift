extension Filter {
    /// `field:~"pattern"`: the regular expression matches somewhere in the field. The engine compiles it; here it is text.
    public struct Regexp: FilterLeaf {
        public var field: String?
        public var pattern: String

        public init(field: String? = nil, _ pattern: String) {
            self.field = field
            self.pattern = pattern
        }

        public var condition: String { "~" + CanonicalText.quoted(pattern) }
        public var filter: Filter { .regexp(self) }
    }
}

extension Parser {
    /// `~pattern`, and `!~` for its negation.
    mutating func parseRegexp(field: String?) throws(QueryError) -> Filter {
        let negated = token.isSymbol("!~")
        advance()
        let pattern = try parseText(.argument, in: "regular expression", expected: "a pattern in quotes")
        if !token.spaceBefore, token.isSymbol("*") || token.isSymbol("(") || token.isSymbol(",") {
            throw fail("regular expression", "found '\(token.text)' in an unquoted pattern; put the pattern in quotes")
        }
        let filter = Filter.regexp(Filter.Regexp(field: field, pattern))
        return negated ? .not(filter) : filter
    }

    /// `("pattern")` after `re`, another way to write `~"pattern"`.
    mutating func parseRegexpFunction(field: String?) throws(QueryError) -> Filter {
        .regexp(Filter.Regexp(field: field, try parseArgument(of: "re(…)", expected: "a pattern in quotes")))
    }
}
