extension Pipe {
    /// `filter level:error`, also `where`.
    static let filterForm = Form(names: ["filter", "where"]) { (parser) throws(QueryError) in
        .filter(try parser.parseFilter())
    }
}
