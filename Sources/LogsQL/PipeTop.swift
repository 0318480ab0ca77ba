extension Pipe {
    /// `top 5 by (a, b) hits as n rank as r`: sets of values, those that most records have first.
    public struct Top: Sendable, Hashable, CustomStringConvertible {
        /// At least 1.
        public var count: Int
        /// Not empty.
        public var fields: [String]
        /// The field that gets how many records have the values; none of `fields`.
        public var hits: String
        /// The field that gets the place, from 1; none of `fields`.
        public var rank: String?

        /// Names that are among `fields` get an `s` at their end.
        public init(_ count: Int = 10, fields: [String], hits: String = "hits", rank: String? = nil) {
            self.count = count
            self.fields = fields
            self.hits = Pipe.free(hits, among: fields)
            self.rank = rank.map { Pipe.free($0, among: fields + [self.hits]) }
        }

        public var description: String {
            "top \(count) by (\(fields.map(CanonicalText.quotedIfNeeded).joined(separator: ", ")))"
                + " hits as \(CanonicalText.quotedIfNeeded(hits))"
                + (rank.map { " rank as " + CanonicalText.quotedIfNeeded($0) } ?? "")
        }
    }

    static func free(_ name: String, among fields: [String]) -> String {
        var name = name
        while fields.contains(name) { name += "s" }
        return name
    }

    static let topForm = Form(names: ["top"]) { (parser) throws(QueryError) in
        let what = "top pipe"
        let count = parser.startsNumber ? try parser.parseCount(in: what, minimum: 1) : 10
        _ = parser.accept(keyword: "by")
        let fields = try parser.parseFieldList(in: what)
        var (hits, rank): (String?, String?)
        while !parser.atEndOfClause {
            let start = parser.token.range.lowerBound
            if parser.accept(keyword: "hits") {
                guard hits == nil else { throw parser.fail(what, "it names its hits twice", at: start) }
                hits = try parser.parseResultName("hits", in: what)
            } else {
                _ = parser.accept(keyword: "with")
                guard parser.accept(keyword: "rank") else {
                    throw parser.unexpected(in: what, expected: "'hits as name', 'rank as name' or '|'")
                }
                guard rank == nil else { throw parser.fail(what, "it has two ranks", at: start) }
                rank = try parser.parseResultName("rank", in: what)
            }
        }
        return .top(Top(count, fields: fields, hits: hits ?? "hits", rank: rank))
    }
}
