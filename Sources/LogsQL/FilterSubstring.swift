extension Filter {
    /// `*text*`, `field:*"some text"*`: the field contains the text, wherever words begin and end.
    public struct Substring: FilterLeaf {
        public var field: String?
        /// Not empty: the empty text is in every field, `all`.
        public var text: String

        public init(field: String? = nil, _ text: String) {
            self.field = field
            self.text = text
        }

        public var condition: String { "*\(CanonicalText.quotedIfNeeded(text))*" }
        public var filter: Filter { .substring(self) }
    }
}

extension Parser {
    /// `*`: any value, the start of `*text*`, or of `*:…`, which any field may fulfil.
    mutating func parseStar(field: String?) throws(QueryError) -> Filter {
        advance()
        if field == nil, !token.spaceBefore, accept(symbol: ":") { return try parseAnyField(prefix: "") }
        guard !token.spaceBefore, !TextPlace.fieldValue.endsAt(token) else { return .anyValue(of: field) }
        let text = try parseText(.fieldValue, in: "substring filter", expected: "a text")
        guard acceptTouchingStar() else {
            throw unexpected(in: "substring filter", expected: "'*' right after the text: *\(CanonicalText.quotedIfNeeded(text))*")
        }
        return text.isEmpty ? .all : .substring(Filter.Substring(field: field, text))
    }
}
