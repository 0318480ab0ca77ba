extension Pipe {
    /// `sort by (a desc, b) offset 5 limit 10`: `desc` after the parentheses turns every key around, and is kept in the keys.
    public struct Sort: Sendable, Hashable, CustomStringConvertible {
        public struct Key: Sendable, Hashable, CustomStringConvertible {
            public var field: String
            public var descending: Bool

            public init(_ field: String, descending: Bool = false) {
                self.field = field
                self.descending = descending
            }

            public var description: String { CanonicalText.quotedIfNeeded(field) + (descending ? " desc" : "") }
        }

        /// The most important first; not empty.
        public var keys: [Key]
        /// Records skipped from the front.
        public var offset: Int
        /// Records kept after those skipped, at least 1.
        public var limit: Int?

        public init(keys: [Key], offset: Int = 0, limit: Int? = nil) {
            self.keys = keys
            self.offset = offset
            self.limit = limit
        }

        public var description: String {
            "sort by (\(keys.map(\.description).joined(separator: ", ")))"
                + (offset > 0 ? " offset \(offset)" : "") + (limit.map { " limit \($0)" } ?? "")
        }
    }

    static let sortForm = Form(names: ["sort", "order"]) { (parser) throws(QueryError) in
        _ = parser.accept(keyword: "by")
        let keys = try parser.parseParenthesised(in: "sort pipe") { (parser) throws(QueryError) in
            Sort.Key(try parser.parseFieldName(in: "sort pipe"), descending: parser.acceptDescending())
        }
        let reversed = parser.acceptDescending()
        var sort = Sort(keys: keys.map { Sort.Key($0.field, descending: $0.descending != reversed) })
        try parser.parseSortBounds(&sort)
        return .sort(sort)
    }
}

extension Parser {
    /// Skips `asc` or `desc`; whether it was `desc`.
    fileprivate mutating func acceptDescending() -> Bool {
        if accept(keyword: "desc") { return true }
        _ = accept(keyword: "asc")
        return false
    }

    /// `offset 5` and `limit 10` in either order.
    fileprivate mutating func parseSortBounds(_ sort: inout Pipe.Sort) throws(QueryError) {
        var hasOffset = false
        while true {
            let start = token.range.lowerBound
            if accept(keyword: "offset") {
                guard !hasOffset else { throw fail("sort pipe", "it has two offsets", at: start) }
                hasOffset = true
                sort.offset = try parseCount(in: "sort pipe")
            } else if accept(keyword: "limit") {
                guard sort.limit == nil else { throw fail("sort pipe", "it has two limits", at: start) }
                sort.limit = try parseCount(in: "sort pipe", minimum: 1)
            } else {
                return
            }
        }
    }
}
