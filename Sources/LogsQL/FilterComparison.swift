/// What a field is compared with: text, which may also be a number or an address.
public struct Operand: Sendable, Hashable, CustomStringConvertible {
    /// As written, without quotes.
    public let text: String
    /// The number that the text writes (`10`, `1.5s`, `10KiB`, `inf`), if it does.
    public let number: Number?
    /// The IPv4 address that the text writes, if it does.
    public let address: UInt32?

    public init(_ text: String) {
        self.text = text
        number = Number(text)
        address = number == nil ? IPAddress.v4(text) : nil
    }

    /// Bare if it reads back as this operand.
    public var description: String {
        if case .outOfRange = Number.read(text) { return CanonicalText.quoted(text) }
        let digits = text.hasPrefix("-") ? String(text.dropFirst()) : text
        return number != nil && CanonicalText.isBare(digits) ? text : CanonicalText.quotedIfNeeded(text)
    }
}

extension Filter {
    /// `field:>5`, `field:<=1.5s`, `field:>10.0.0.1`, `field:>"text"`: values that are numbers or addresses, as the
    /// operand is one; else texts by their bytes.
    public struct Comparison: FilterLeaf {
        public enum Relation: String, Sendable, Hashable, CaseIterable {
            case greater = ">"
            case greaterOrEqual = ">="
            case less = "<"
            case lessOrEqual = "<="
        }

        public var field: String?
        public var relation: Relation
        public var operand: Operand

        public init(field: String? = nil, _ relation: Relation, _ operand: Operand) {
            self.field = field
            self.relation = relation
            self.operand = operand
        }

        public var condition: String { "\(relation.rawValue)\(operand)" }
        public var filter: Filter { .comparison(self) }
    }
}

extension Parser {
    mutating func parseComparison(field: String?) throws(QueryError) -> Filter {
        guard let relation = Filter.Comparison.Relation(rawValue: token.text) else {
            throw unexpected(in: "comparison", expected: "'>', '>=', '<' or '<='")
        }
        advance()
        let operand = try parseOperand(in: "comparison", expected: "a number or text after '\(relation.rawValue)'")
        return .comparison(Filter.Comparison(field: field, relation, operand))
    }

    /// A number or text; a number that no double holds is an error, not text.
    mutating func parseOperand(in what: String, expected: String) throws(QueryError) -> Operand {
        let start = token
        let text = try parseText(.operand, in: what, expected: expected)
        if start.kind != .string, case .outOfRange = Number.read(text) {
            throw fail(what, "the number '\(text)' is too large", at: start.range.lowerBound)
        }
        return Operand(text)
    }
}
