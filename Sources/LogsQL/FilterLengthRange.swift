extension Filter {
    /// `len_range(5, 10)`, `f:len_range(5, inf)`: how many characters (Unicode scalars) the field has, ends included.
    public struct LengthRange: FilterLeaf {
        public var field: String?
        /// At least 0.
        public var lower: Int
        /// `Int.max` for no bound.
        public var upper: Int

        public init(field: String? = nil, lower: Int, upper: Int) {
            self.field = field
            self.lower = lower
            self.upper = upper
        }

        public var condition: String { "len_range(\(lower), \(upper == .max ? "inf" : String(upper)))" }
        public var filter: Filter { .lengthRange(self) }
    }
}

extension Parser {
    mutating func parseLengthRange(field: String?) throws(QueryError) -> Filter {
        let what = "len_range(…)"
        let (lower, upper) = try parseTwoArguments(of: what, expected: "a length")
        return .lengthRange(
            Filter.LengthRange(field: field, lower: try length(lower, in: what), upper: try length(upper, in: what)))
    }

    private func length(_ argument: Argument, in what: String) throws(QueryError) -> Int {
        let text = argument.text.lowercased()
        if text == "inf" || text == "+inf" { return .max }
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where text.hasPrefix(prefix) {
            if let value = Int(text.dropFirst(2).replacing("_", with: ""), radix: radix), value >= 0 { return value }
        }
        if let integer = Number(argument.text)?.integer, integer >= 0 { return Int(integer) }
        throw fail(
            what, "'\(argument.text)' is not a length", at: argument.start,
            expected: "a whole number such as 10, 1_000 or 0xff, or inf")
    }
}
