extension Filter {
    /// `field:range(1, 10]`: the field is a number between two others, or an IPv4 address between two others.
    public struct Range: FilterLeaf {
        public var field: String?
        public var lower: Operand
        public var upper: Operand
        /// `[`: a value equal to `lower` matches.
        public var includesLower: Bool
        /// `]`: a value equal to `upper` matches.
        public var includesUpper: Bool

        /// Both operands must be numbers, or both addresses.
        public init(field: String? = nil, lower: Operand, includesLower: Bool, upper: Operand, includesUpper: Bool) {
            precondition(lower.number != nil && upper.number != nil || lower.address != nil && upper.address != nil)
            self.field = field
            self.lower = lower
            self.upper = upper
            self.includesLower = includesLower
            self.includesUpper = includesUpper
        }

        public var condition: String {
            "range\(includesLower ? "[" : "(")\(lower), \(upper)\(includesUpper ? "]" : ")")"
        }

        public var filter: Filter { .range(self) }
    }
}

extension Parser {
    /// `(a, b]` after `range`.
    mutating func parseRange(field: String?) throws(QueryError) -> Filter {
        let includesLower = token.isSymbol("[")
        advance()
        let lower = try parseRangeBound()
        try expect(symbol: ",", in: "range(…)")
        let start = token.range.lowerBound
        let upper = try parseRangeBound()
        guard (lower.number == nil) == (upper.number == nil) else {
            throw fail("range(…)", "one end is a number and the other an address", at: start)
        }
        let includesUpper = try parseRangeEnd(in: "range(…)")
        return .range(
            Filter.Range(
                field: field, lower: lower, includesLower: includesLower, upper: upper, includesUpper: includesUpper))
    }

    private mutating func parseRangeBound() throws(QueryError) -> Operand {
        let start = token.range.lowerBound
        let operand = try parseOperand(in: "range(…)", expected: "a number")
        guard operand.number != nil || operand.address != nil else {
            throw fail(
                "range(…)", "'\(operand.text)' is not a number", at: start,
                expected: "a number such as 10, 1.5s or 10KiB, or an IPv4 address")
        }
        return operand
    }

    /// `]` or `)`; whether the end is included.
    mutating func parseRangeEnd(in what: String) throws(QueryError) -> Bool {
        if accept(symbol: "]") { return true }
        guard accept(symbol: ")") else { throw unexpected(in: what, expected: "')' or ']'") }
        return false
    }
}
