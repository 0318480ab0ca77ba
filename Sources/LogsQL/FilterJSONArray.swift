extension Filter {
    /// `tags:json_array_contains_any(prod, "eu west")`: the field is a JSON array that has one of some values: a string,
    /// or the text of a number, `true`, `false` or `null`. Arrays and objects in it do not count.
    public struct JSONArrayContainsAny: FilterLeaf {
        public var field: String?
        public var values: [String]

        public init(field: String? = nil, _ values: [String]) {
            self.field = field
            self.values = values
        }

        public var condition: String { "json_array_contains_any(\(CanonicalText.list(values)))" }
        public var filter: Filter { .jsonArrayContainsAny(self) }
    }
}

extension Parser {
    mutating func parseJSONArrayContainsAny(field: String?) throws(QueryError) -> Filter {
        let values = try parseArguments(of: "json_array_contains_any(…)", expected: "a value")
        return .jsonArrayContainsAny(Filter.JSONArrayContainsAny(field: field, values))
    }
}
