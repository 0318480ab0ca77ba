extension Filter {
    /// `user_id:value_type(int64)`: the field has a value, which is kept in this form where it is stored.
    public struct ValueType: FilterLeaf {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case string
            /// Each distinct text once.
            case dict
            case int64
            case float64
            case bool
            /// Hexadecimal digits as bytes.
            case hex
            /// Times as nanoseconds; `iso8601` in VictoriaLogs.
            case timestamp
        }

        public var field: String?
        public var kind: Kind

        public init(field: String? = nil, _ kind: Kind) {
            self.field = field
            self.kind = kind
        }

        public var condition: String { "value_type(\(kind.rawValue))" }
        public var filter: Filter { .valueType(self) }
    }
}

extension Parser {
    mutating func parseValueType(field: String?) throws(QueryError) -> Filter {
        let what = "value_type(…)"
        let (name, start) = try parsePlacedArgument(of: what, expected: "a type")
        let lower = name.lowercased()
        guard let kind = lower == "iso8601" ? .timestamp : Filter.ValueType.Kind(rawValue: lower) else {
            let names = Filter.ValueType.Kind.allCases.map(\.rawValue)
            throw fail(what, "unknown type '\(name)'", at: start, expected: "one of: \(names.joined(separator: ", "))")
        }
        return .valueType(Filter.ValueType(field: field, kind))
    }
}
