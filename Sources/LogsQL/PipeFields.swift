extension Pipe {
    /// `fields a, b*`, also `keep`.
    static let fieldsForm = Form(names: ["fields", "keep"]) { (parser) throws(QueryError) in
        var patterns: [FieldPattern] = []
        repeat { patterns.append(try parser.parseFieldPattern(in: "fields pipe")) } while parser.accept(symbol: ",")
        return .fields(patterns)
    }
}
