extension Filter {
    /// `user:string_range(A, C)`: the field's text is `lower` or comes after it, and before `upper`, by their bytes.
    public struct StringRange: FilterLeaf {
        public var field: String?
        public var lower: String
        public var upper: String

        public init(field: String? = nil, lower: String, upper: String) {
            self.field = field
            self.lower = lower
            self.upper = upper
        }

        public var condition: String { "string_range(\(CanonicalText.list([lower, upper])))" }
        public var filter: Filter { .stringRange(self) }
    }
}

extension Parser {
    mutating func parseStringRange(field: String?) throws(QueryError) -> Filter {
        let (lower, upper) = try parseTwoArguments(of: "string_range(…)", expected: "a text")
        return .stringRange(Filter.StringRange(field: field, lower: lower.text, upper: upper.text))
    }
}
