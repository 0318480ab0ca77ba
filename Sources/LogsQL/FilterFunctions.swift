/// Filters written as functions: `in(…)`, `range(…)`, `i(…)`. The name is a plain word if no parenthesis follows.
extension Filter {
    /// A function's name and how it is read, from the token after its name.
    struct Function: Sendable {
        let name: String
        /// Symbols that may open its arguments.
        let opening: [String]
        let parse: @Sendable (inout Parser, String?) throws(QueryError) -> Filter
    }

    static let functions: [Function] = [
        Function(name: "i", opening: ["("]) { (parser, field) throws(QueryError) in
            try parser.parseCaseInsensitive(field: field)
        },
        Function(name: "in", opening: ["("]) { (parser, field) throws(QueryError) in
            try parser.parseOneOf(field: field)
        },
        Function(name: "range", opening: ["(", "["]) { (parser, field) throws(QueryError) in
            try parser.parseRange(field: field)
        },
    ]

    static let functionNames = functions.map(\.name)

    /// Functions of VictoriaLogs that are not read yet; the printer quotes them, so that its output means the same there.
    static let laterFunctionNames = [
        "contains_all", "contains_any", "eq_field", "exact", "ipv4_range", "le_field", "len_range", "lt_field", "re", "seq",
        "string_range", "value_type",
    ]
}

extension Parser {
    /// The function at the current token, nil if there is none.
    mutating func parseFunctionFilter(field: String?) throws(QueryError) -> Filter? {
        guard let function = Filter.functions.first(where: { token.isKeyword($0.name) }),
            function.opening.contains(where: following.isSymbol)
        else { return nil }
        advance()
        return try function.parse(&self, field)
    }

    func unknownFunction(_ token: Token, _ name: String) -> QueryError {
        let guess = Keywords.suggestion(for: name, among: Filter.functionNames).map { "; did you mean '\($0)'?" } ?? ""
        return fail(
            "filter", "unknown function '\(name)'\(guess)", at: token.range.lowerBound,
            expected: "one of: \(Filter.functionNames.joined(separator: ", ")); or a space before '(' to start a group")
    }
}
