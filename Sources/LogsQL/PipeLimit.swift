extension Pipe {
    /// `limit 10`, also `head`; 10 if no number follows.
    static let limitForm = Form(names: ["limit", "head"]) { (parser) throws(QueryError) in
        .limit(parser.atEndOfClause ? 10 : try parser.parseCount(in: "limit pipe"))
    }

    /// `offset 10`, also `skip`.
    static let offsetForm = Form(names: ["offset", "skip"]) { (parser) throws(QueryError) in
        .offset(try parser.parseCount(in: "offset pipe"))
    }
}
