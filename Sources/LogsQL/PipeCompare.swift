extension Pipe {
    /// `compare offset 1d by (service, level)`: how many records have each set of values, now and as long ago as the offset says;
    /// those that differ most come first.
    public struct Compare: Sendable, Hashable, CustomStringConvertible {
        /// Nanoseconds, above 0.
        public var offset: Int64
        /// Not empty.
        public var by: [String]

        public init(offset: Int64, by: [String]) {
            self.offset = offset
            self.by = by
        }

        public var description: String {
            "compare offset \(CanonicalText.duration(offset)) by (\(by.map(CanonicalText.quotedIfNeeded).joined(separator: ", ")))"
        }
    }

    static let compareForm = Form(names: ["compare"], isReserved: false) { (parser) throws(QueryError) in
        let what = "compare pipe"
        try parser.expect(keyword: "offset", in: what)
        let start = parser.token.range.lowerBound
        let offset = try parser.parseDuration(in: what)
        guard offset > 0 else { throw parser.fail(what, "its offset is not above 0", at: start, expected: "offset 1d") }
        try parser.expect(keyword: "by", in: what)
        let fieldsStart = parser.token.range.lowerBound
        let fields = try parser.parseFieldNames(in: what)
        if let taken = fields.first(where: { ["hits", "hits_before", "change", "factor"].contains($0) }) {
            throw parser.fail(what, "its results have a field '\(taken)' of their own", at: fieldsStart)
        }
        return .compare(Compare(offset: offset, by: fields))
    }
}
