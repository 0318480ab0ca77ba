extension Pipe {
    /// `union (query)`
    static let unionForm = Form(names: ["union"]) { (parser) throws(QueryError) in
        .union(try parser.parseParenthesisedQuery(in: "union pipe"))
    }

    /// `join by (a, b) (query) inner prefix "c."`: one record for each of the other query's with equal values.
    public struct Join: Sendable, Hashable, CustomStringConvertible {
        /// Not empty.
        public var fields: [String]
        public var query: Query
        /// Whether records are left out for which the other query has none.
        public var isInner: Bool
        /// Goes before the names of the other query's fields.
        public var prefix: String

        public init(by fields: [String], _ query: Query, isInner: Bool = false, prefix: String = "") {
            self.fields = fields
            self.query = query
            self.isInner = isInner
            self.prefix = prefix
        }

        public var description: String {
            "join by (\(fields.map(CanonicalText.quotedIfNeeded).joined(separator: ", "))) (\(query))" + (isInner ? " inner" : "")
                + (prefix.isEmpty ? "" : " prefix " + CanonicalText.quotedIfNeeded(prefix))
        }
    }

    static let joinForm = Form(names: ["join"]) { (parser) throws(QueryError) in
        let what = "join pipe"
        if !parser.accept(keyword: "by") { _ = parser.accept(keyword: "on") }
        var join = Join(by: try parser.parseFieldNames(in: what), try parser.parseParenthesisedQuery(in: what))
        if parser.accept(keyword: "inner") { join.isInner = true } else { _ = parser.accept(keyword: "left") }
        if parser.accept(keyword: "prefix") { join.prefix = try parser.parseFieldName(in: what) }
        return .join(join)
    }
}
