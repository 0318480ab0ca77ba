extension Filter {
    /// `word`, `field:"some words"`, `i("Any Case")`: the field contains the text, with no letter, digit or `_` touching it at either end.
    public struct Phrase: FilterLeaf {
        public var field: String?
        /// Not empty: the empty phrase is `Empty`.
        public var text: String
        public var ignoresCase: Bool

        public init(field: String? = nil, _ text: String, ignoresCase: Bool = false) {
            self.field = field
            self.text = text
            self.ignoresCase = ignoresCase
        }

        public var condition: String {
            let text = CanonicalText.quotedIfNeeded(text)
            return ignoresCase ? "i(\(text))" : text
        }

        public var filter: Filter { .phrase(self) }
    }

    /// `foo*`, `field:"some wo"*`, `i(foo*)`: like `Phrase`, but the last word may go on.
    public struct Prefix: FilterLeaf {
        public var field: String?
        /// Not empty: the empty prefix is `Present` or `all`.
        public var text: String
        public var ignoresCase: Bool

        public init(field: String? = nil, _ text: String, ignoresCase: Bool = false) {
            self.field = field
            self.text = text
            self.ignoresCase = ignoresCase
        }

        public var condition: String {
            let text = CanonicalText.quotedIfNeeded(text) + "*"
            return ignoresCase ? "i(\(text))" : text
        }

        public var filter: Filter { .prefix(self) }
    }

    /// A phrase, or `Empty` for the empty text.
    static func phrase(_ text: String, field: String?, ignoresCase: Bool = false) -> Filter {
        text.isEmpty ? .empty(Empty(field: field)) : .phrase(Phrase(field: field, text, ignoresCase: ignoresCase))
    }

    /// A prefix, or any value for the empty text.
    static func prefix(_ text: String, field: String?, ignoresCase: Bool = false) -> Filter {
        text.isEmpty ? .anyValue(of: field) : .prefix(Prefix(field: field, text, ignoresCase: ignoresCase))
    }
}

extension Parser {
    /// `(word)`, `("phrase")` or `(prefix*)` after `i`.
    mutating func parseCaseInsensitive(field: String?) throws(QueryError) -> Filter {
        let (text, isPrefix) = try parseWordOrPrefix(in: "i(…)")
        return isPrefix
            ? .prefix(text, field: field, ignoresCase: true) : .phrase(text, field: field, ignoresCase: true)
    }

    /// `(text)` or `(text*)`, the text and whether a star follows it.
    mutating func parseWordOrPrefix(in what: String) throws(QueryError) -> (text: String, isPrefix: Bool) {
        try expect(symbol: "(", in: what)
        let star = accept(symbol: "*")
        let text = star ? "" : try parseText(.argument, in: what, expected: "a word or phrase")
        let isPrefix = star || acceptTouchingStar()
        try expect(symbol: ")", in: what)
        return (text, isPrefix)
    }
}
