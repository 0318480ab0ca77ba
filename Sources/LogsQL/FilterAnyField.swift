extension Filter {
    /// `foo*:bar`: some field whose name begins so, and that the record has, fulfils a condition.
    public struct AnyField: Sendable, Hashable, CustomStringConvertible {
        /// How the names begin; empty for all fields.
        public var prefix: String
        /// What one of the fields is to fulfil, as a leaf about no field.
        public let condition: Filter

        /// - Parameter condition: its own field is left out.
        public init(prefix: String, _ condition: some FilterLeaf) {
            self.prefix = prefix
            var condition = condition
            condition.field = nil
            self.condition = condition.filter
        }

        public var description: String {
            "\(prefix.isEmpty ? "" : CanonicalText.quotedIfNeeded(prefix))*:\(condition.leaf?.condition ?? "")"
        }

        /// The condition about one field.
        public func filter(about field: String) -> Filter {
            guard var leaf = condition.leaf else { return condition }
            leaf.field = field
            return leaf.filter
        }

        var referencedFields: Set<FieldPattern> {
            Set([.prefix(prefix)] + (condition.leaf?.otherFields ?? []).map { .name($0) })
        }
    }
}

extension Parser {
    /// What follows the colon of `prefix*:`.
    mutating func parseAnyField(prefix: String) throws(QueryError) -> Filter {
        // A field to be replaced, which cannot be written; with one, all that follows is about it.
        try parseFieldFilter("").mapLeaves { filter in
            filter.leaf.map { .anyField(Filter.AnyField(prefix: prefix, $0)) } ?? filter
        }
    }
}
