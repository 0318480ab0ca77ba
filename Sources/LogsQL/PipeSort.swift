extension Pipe {
    /// `sort by (a desc, b) partition by (c) offset 5 limit 10 rank as r`: `desc` after the parentheses turns every key around,
    /// and is kept in the keys. `first 3 by (a)` and `last 3 by (a)` are other ways to write one with a limit.
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
        /// Records with equal values of these fields are sorted, skipped and kept by themselves; not empty only with a limit.
        public var partition: [String]
        /// The field that gets the place of each record, from 1, in its partition.
        public var rank: String?

        public init(keys: [Key], offset: Int = 0, limit: Int? = nil, partition: [String] = [], rank: String? = nil) {
            self.keys = keys
            self.offset = offset
            self.limit = limit
            self.partition = partition
            self.rank = rank
        }

        public var description: String {
            "sort by (\(keys.map(\.description).joined(separator: ", ")))"
                + (partition.isEmpty ? "" : " partition by (\(partition.map(CanonicalText.quotedIfNeeded).joined(separator: ", ")))")
                + (offset > 0 ? " offset \(offset)" : "") + (limit.map { " limit \($0)" } ?? "")
                + (rank.map { " rank as " + CanonicalText.quotedIfNeeded($0) } ?? "")
        }
    }

    static let sortForm = Form(names: ["sort", "order"]) { (parser) throws(QueryError) in
        _ = parser.accept(keyword: "by")
        let keys = try parser.parseSortKeys(in: "sort pipe")
        let reversed = parser.acceptDescending()
        var sort = Sort(keys: keys.map { Sort.Key($0.field, descending: $0.descending != reversed) })
        try parser.parseSortBounds(&sort)
        guard sort.partition.isEmpty || sort.limit != nil else {
            throw parser.fail("sort pipe", "'partition by' needs a limit", expected: "limit 10")
        }
        return .sort(sort)
    }

    /// `first 3 by (a desc, b) partition by (c) rank as r`; 1 if no number follows, by time if no keys do.
    static let firstForm = Form(names: ["first"]) { (parser) throws(QueryError) in
        .sort(try parser.parseEnd(in: "first pipe", isLast: false))
    }

    /// As `first`, from the other end: the greatest comes first.
    static let lastForm = Form(names: ["last"]) { (parser) throws(QueryError) in
        .sort(try parser.parseEnd(in: "last pipe", isLast: true))
    }
}

extension Parser {
    fileprivate mutating func parseSortKeys(in what: String) throws(QueryError) -> [Pipe.Sort.Key] {
        try parseParenthesised(in: what) { (parser) throws(QueryError) in
            Pipe.Sort.Key(try parser.parseFieldName(in: what), descending: parser.acceptDescending())
        }
    }

    /// What follows `first` or `last`.
    fileprivate mutating func parseEnd(in what: String, isLast: Bool) throws(QueryError) -> Pipe.Sort {
        let count = startsNumber ? try parseCount(in: what, minimum: 1) : 1
        var keys = [Pipe.Sort.Key("_time")]
        if accept(keyword: "by") || token.isSymbol("(") { keys = try parseSortKeys(in: what) }
        var sort = Pipe.Sort(
            keys: keys.map { Pipe.Sort.Key($0.field, descending: $0.descending != isLast) }, limit: count)
        if accept(keyword: "partition") { sort.partition = try parsePartition(in: what) }
        if accept(keyword: "rank") { sort.rank = try parseResultName("rank", in: what) }
        return sort
    }

    /// `by (a, b)`, `(a, b)`
    private mutating func parsePartition(in what: String) throws(QueryError) -> [String] {
        _ = accept(keyword: "by")
        return try parseFieldNames(in: what)
    }

    /// Skips `asc` or `desc`; whether it was `desc`.
    fileprivate mutating func acceptDescending() -> Bool {
        if accept(keyword: "desc") { return true }
        _ = accept(keyword: "asc")
        return false
    }

    /// `partition by (a)`, `offset 5`, `limit 10` and `rank as r` in any order.
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
            } else if accept(keyword: "partition") {
                guard sort.partition.isEmpty else { throw fail("sort pipe", "it has two partitions", at: start) }
                sort.partition = try parsePartition(in: "sort pipe")
            } else if accept(keyword: "rank") {
                guard sort.rank == nil else { throw fail("sort pipe", "it has two ranks", at: start) }
                sort.rank = try parseResultName("rank", in: "sort pipe")
            } else {
                return
            }
        }
    }
}
