extension Pipe {
    /// `template of a as b`: adds the text of a field with its numbers, ids and quoted parts taken out.
    public struct Template: Sendable, Hashable, CustomStringConvertible {
        public var field: String
        public var resultName: String

        public init(of field: String = "_msg", as resultName: String = "template") {
            self.field = field
            self.resultName = resultName
        }

        public var description: String {
            "template of \(CanonicalText.quotedIfNeeded(field)) as \(CanonicalText.quotedIfNeeded(resultName))"
        }
    }

    static let templateForm = Form(names: ["template"], isReserved: false) { (parser) throws(QueryError) in
        var template = Template()
        if parser.accept(keyword: "of") { template.field = try parser.parseFieldName(in: "template pipe") }
        if parser.accept(keyword: "as") { template.resultName = try parser.parseFieldName(in: "template pipe") }
        return .template(template)
    }

    /// `templates 20 by (service) of a`: templates, those that most records have first.
    public struct Templates: Sendable, Hashable, CustomStringConvertible {
        /// At least 1.
        public var count: Int
        /// Groups beside the template.
        public var by: [String]
        public var field: String

        public init(_ count: Int = 100, by: [String] = [], of field: String = "_msg") {
            self.count = count
            self.by = by
            self.field = field
        }

        public var description: String {
            "templates \(count)"
                + (by.isEmpty ? "" : " by (\(by.map(CanonicalText.quotedIfNeeded).joined(separator: ", ")))")
                + " of " + CanonicalText.quotedIfNeeded(field)
        }
    }

    static let templatesForm = Form(names: ["templates"], isReserved: false) { (parser) throws(QueryError) in
        let what = "templates pipe"
        var templates = Templates()
        if parser.startsNumber { templates.count = try parser.parseCount(in: what, minimum: 1) }
        if parser.accept(keyword: "by") {
            let start = parser.token.range.lowerBound
            templates.by = try parser.parseFieldNames(in: what)
            if let taken = templates.by.first(where: { ["template", "hits", "first", "last", "example"].contains($0) }) {
                throw parser.fail(what, "its results have a field '\(taken)' of their own", at: start)
            }
        }
        if parser.accept(keyword: "of") { templates.field = try parser.parseFieldName(in: what) }
        return .templates(templates)
    }
}
