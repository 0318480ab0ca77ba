extension Filter {
    /// `field:in(a, "b c")`, `field:in(level:error | fields user)`: the field has exactly one of these values. An empty list matches nothing.
    public struct OneOf: FilterLeaf {
        public var field: String?
        public var values: FilterValues

        public init(field: String? = nil, _ values: FilterValues) {
            self.field = field
            self.values = values
        }

        public init(field: String? = nil, _ values: [String]) { self.init(field: field, .list(values)) }

        public var condition: String { "in(\(values))" }
        public var filter: Filter { .oneOf(self) }
    }
}

extension Parser {
    mutating func parseOneOf(field: String?) throws(QueryError) -> Filter {
        try parseFilterValues(in: "in(…)").map { .oneOf(Filter.OneOf(field: field, $0)) } ?? .all
    }
}
