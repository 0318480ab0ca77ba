extension Pipe {
    /// `facets 5 max_values_per_field 100 max_value_len 64 keep_const_fields`: the values that most records have, of each field
    /// that has not too many.
    public struct Facets: Sendable, Hashable, CustomStringConvertible {
        public static let valuesPerFieldMax = 1_000
        public static let valueBytesMax = 128

        /// Values of a field, at least 1.
        public var count: Int
        /// Fields with more different values are left out; at least 1.
        public var valuesPerFieldMax: Int
        /// Fields with a longer value are left out; bytes, at least 1.
        public var valueBytesMax: Int
        /// Whether fields are kept that have the same value in all records.
        public var keepsConstantFields: Bool

        public init(
            _ count: Int = 10, valuesPerFieldMax: Int = valuesPerFieldMax, valueBytesMax: Int = valueBytesMax,
            keepsConstantFields: Bool = false
        ) {
            self.count = count
            self.valuesPerFieldMax = valuesPerFieldMax
            self.valueBytesMax = valueBytesMax
            self.keepsConstantFields = keepsConstantFields
        }

        public var description: String {
            "facets \(count)"
                + (valuesPerFieldMax == Self.valuesPerFieldMax ? "" : " max_values_per_field \(valuesPerFieldMax)")
                + (valueBytesMax == Self.valueBytesMax ? "" : " max_value_len \(valueBytesMax)")
                + (keepsConstantFields ? " keep_const_fields" : "")
        }
    }

    static let facetsForm = Form(names: ["facets"]) { (parser) throws(QueryError) in
        let what = "facets pipe"
        var facets = Facets()
        if parser.startsNumber { facets.count = try parser.parseCount(in: what, minimum: 1) }
        while !parser.atEndOfClause {
            if parser.accept(keyword: "max_values_per_field") {
                facets.valuesPerFieldMax = try parser.parseCount(in: what, minimum: 1)
            } else if parser.accept(keyword: "max_value_len") {
                facets.valueBytesMax = try parser.parseCount(in: what, minimum: 1)
            } else if parser.accept(keyword: "keep_const_fields") {
                facets.keepsConstantFields = true
            } else {
                throw parser.unexpected(
                    in: what, expected: "a number, max_values_per_field, max_value_len, keep_const_fields or '|'")
            }
        }
        return .facets(facets)
    }
}
