extension Filter {
    /// `a:eq_field(b)`, `a:lt_field(b)`, `a:le_field(b)`: the field against another of the same record, as numbers if
    /// both are, else as texts by their bytes. A field that is missing has the empty text.
    public struct FieldComparison: FilterLeaf {
        public enum Relation: String, Sendable, Hashable, CaseIterable {
            case equal = "eq_field"
            case less = "lt_field"
            case lessOrEqual = "le_field"
        }

        public var field: String?
        public var relation: Relation
        /// As written.
        public var other: String

        public init(field: String? = nil, _ relation: Relation, _ other: String) {
            self.field = field
            self.relation = relation
            self.other = other
        }

        public var condition: String { "\(relation.rawValue)(\(CanonicalText.quotedIfNeeded(other)))" }
        public var otherFields: [String] { [other] }
        public var filter: Filter { .fieldComparison(self) }
    }
}

extension Parser {
    mutating func parseFieldComparison(
        _ relation: Filter.FieldComparison.Relation, field: String?
    ) throws(QueryError) -> Filter {
        let what = relation.rawValue + "(…)"
        let start = following.range.lowerBound
        let other = try parseArgument(of: what, expected: "a field name")
        guard !other.isEmpty else { throw fail(what, "a field name cannot be empty", at: start) }
        return .fieldComparison(Filter.FieldComparison(field: field, relation, other))
    }
}
