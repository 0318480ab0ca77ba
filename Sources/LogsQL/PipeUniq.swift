extension Pipe {
    /// `uniq by (a, b) with hits limit 10`: each set of values once.
    public struct Uniq: Sendable, Hashable, CustomStringConvertible {
        /// Not empty.
        public var fields: [String]
        /// Adds how many records had the values, in a field `hits`.
        public var hits: Bool
        /// At most this many, at least 1; which ones is not defined.
        public var limit: Int?

        public init(fields: [String], hits: Bool = false, limit: Int? = nil) {
            self.fields = fields
            self.hits = hits
            self.limit = limit
        }

        public var description: String {
            "uniq by (\(fields.map(CanonicalText.quotedIfNeeded).joined(separator: ", ")))"
                + (hits ? " with hits" : "") + (limit.map { " limit \($0)" } ?? "")
        }
    }

    static let uniqForm = Form(names: ["uniq"]) { (parser) throws(QueryError) in
        _ = parser.accept(keyword: "by")
        var uniq = Uniq(fields: try parser.parseFieldNames(in: "uniq pipe"))
        if parser.accept(keyword: "with") {
            try parser.expect(keyword: "hits", in: "uniq pipe")
            uniq.hits = true
        }
        if parser.accept(keyword: "limit") { uniq.limit = try parser.parseCount(in: "uniq pipe", minimum: 1) }
        return .uniq(uniq)
    }
}
