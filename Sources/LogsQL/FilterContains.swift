extension Filter {
    /// `field:contains_any(a, "b c")`, `field:contains_all(level:error | fields user)`: the field contains any of some
    /// words and phrases, or all of them.
    ///
    /// The empty phrase is in an empty field; as one of all phrases it does not count.
    public struct Contains: FilterLeaf {
        public enum Quantifier: String, Sendable, Hashable, CaseIterable {
            case any = "contains_any"
            case all = "contains_all"
        }

        public var field: String?
        public var quantifier: Quantifier
        public var phrases: FilterValues

        public init(field: String? = nil, _ quantifier: Quantifier, _ phrases: FilterValues) {
            self.field = field
            self.quantifier = quantifier
            self.phrases = phrases
        }

        public var condition: String { "\(quantifier.rawValue)(\(phrases))" }
        public var filter: Filter { .contains(self) }
    }
}

extension Parser {
    mutating func parseContains(_ quantifier: Filter.Contains.Quantifier, field: String?) throws(QueryError) -> Filter {
        try parseFilterValues(in: quantifier.rawValue + "(…)")
            .map { .contains(Filter.Contains(field: field, quantifier, $0)) } ?? .all
    }
}
