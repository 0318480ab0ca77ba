extension Pipe {
    /// `field_names`, `field_names as name`
    static let fieldNamesForm = Form(names: ["field_names"]) { (parser) throws(QueryError) in
        .fieldNames(resultName: try parser.parseResultName("name", in: "field_names pipe"))
    }

    /// `blocks_count`, `blocks_count as name`
    static let blocksCountForm = Form(names: ["blocks_count"]) { (parser) throws(QueryError) in
        .blocksCount(resultName: try parser.parseResultName("blocks_count", in: "blocks_count pipe"))
    }

    /// `field_values a limit 10`: those that are not empty; with a limit, those that most records have.
    public struct FieldValues: Sendable, Hashable, CustomStringConvertible {
        public var field: String
        /// At least 1.
        public var limit: Int?

        public init(_ field: String, limit: Int? = nil) {
            self.field = field
            self.limit = limit
        }

        public var description: String {
            "field_values \(CanonicalText.quotedIfNeeded(field))" + (limit.map { " limit \($0)" } ?? "")
        }
    }

    static let fieldValuesForm = Form(names: ["field_values"]) { (parser) throws(QueryError) in
        let what = "field_values pipe"
        let start = parser.token.range.lowerBound
        let fields = try parser.parseFieldList(in: what)
        guard fields.count == 1 else { throw parser.fail(what, "it takes one field", at: start) }
        let limit = parser.accept(keyword: "limit") ? try parser.parseCount(in: what) : 0
        return .fieldValues(FieldValues(fields[0], limit: limit == 0 ? nil : limit))
    }
}
