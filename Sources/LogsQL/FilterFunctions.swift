/// Filters written as functions: `in(…)`, `range(…)`, `i(…)`. The name is a plain word if no parenthesis follows.
extension Filter {
    /// A function's name and how it is read, from the token after its name.
    struct Function: Sendable {
        let name: String
        /// Symbols that may open its arguments.
        var opening = ["("]
        let parse: @Sendable (inout Parser, String?) throws(QueryError) -> Filter
    }

    static let functions: [Function] = [
        Function(name: "contains_all") { (parser, field) throws(QueryError) in try parser.parseContains(.all, field: field) },
        Function(name: "contains_any") { (parser, field) throws(QueryError) in try parser.parseContains(.any, field: field) },
        Function(name: "contains_common_case") { (parser, field) throws(QueryError) in
            try parser.parseCommonCase(field: field, isExact: false)
        },
        Function(name: "eq_field") { (parser, field) throws(QueryError) in
            try parser.parseFieldComparison(.equal, field: field)
        },
        Function(name: "equals_common_case") { (parser, field) throws(QueryError) in
            try parser.parseCommonCase(field: field, isExact: true)
        },
        Function(name: "exact") { (parser, field) throws(QueryError) in try parser.parseExactFunction(field: field) },
        Function(name: "i") { (parser, field) throws(QueryError) in try parser.parseCaseInsensitive(field: field) },
        Function(name: "in") { (parser, field) throws(QueryError) in try parser.parseOneOf(field: field) },
        Function(name: "ipv4_range") { (parser, field) throws(QueryError) in try parser.parseIPv4Range(field: field) },
        Function(name: "ipv6_range") { (parser, field) throws(QueryError) in try parser.parseIPv6Range(field: field) },
        Function(name: "json_array_contains_any") { (parser, field) throws(QueryError) in
            try parser.parseJSONArrayContainsAny(field: field)
        },
        Function(name: "le_field") { (parser, field) throws(QueryError) in
            try parser.parseFieldComparison(.lessOrEqual, field: field)
        },
        Function(name: "len_range") { (parser, field) throws(QueryError) in try parser.parseLengthRange(field: field) },
        Function(name: "lt_field") { (parser, field) throws(QueryError) in
            try parser.parseFieldComparison(.less, field: field)
        },
        Function(name: "pattern_match") { (parser, field) throws(QueryError) in
            try parser.parsePatternMatch(.anywhere, field: field)
        },
        Function(name: "pattern_match_full") { (parser, field) throws(QueryError) in
            try parser.parsePatternMatch(.full, field: field)
        },
        Function(name: "pattern_match_prefix") { (parser, field) throws(QueryError) in
            try parser.parsePatternMatch(.prefix, field: field)
        },
        Function(name: "pattern_match_suffix") { (parser, field) throws(QueryError) in
            try parser.parsePatternMatch(.suffix, field: field)
        },
        Function(name: "range", opening: ["(", "["]) { (parser, field) throws(QueryError) in
            try parser.parseRange(field: field)
        },
        Function(name: "re") { (parser, field) throws(QueryError) in try parser.parseRegexpFunction(field: field) },
        Function(name: "seq") { (parser, field) throws(QueryError) in try parser.parseSequence(field: field) },
        Function(name: "string_range") { (parser, field) throws(QueryError) in try parser.parseStringRange(field: field) },
        Function(name: "value_type") { (parser, field) throws(QueryError) in try parser.parseValueType(field: field) },
    ]

    static let functionNames = functions.map(\.name)
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

    // MARK: Arguments

    /// A text, and where it stands.
    typealias Argument = (text: String, start: Int)

    /// `(a, b, …)`, perhaps none.
    mutating func parsePlacedArguments(of what: String, expected: String) throws(QueryError) -> [Argument] {
        if token.isSymbol("("), following.isSymbol(")") {
            advance()
            advance()
            return []
        }
        return try parseParenthesised(in: what) { (parser) throws(QueryError) in
            let start = parser.token.range.lowerBound
            return (try parser.parseText(.argument, in: what, expected: expected), start)
        }
    }

    /// `(a, b, …)`, perhaps none.
    mutating func parseArguments(of what: String, expected: String) throws(QueryError) -> [String] {
        try parsePlacedArguments(of: what, expected: expected).map(\.text)
    }

    /// `(a)`
    mutating func parseArgument(of what: String, expected: String) throws(QueryError) -> String {
        try parsePlacedArgument(of: what, expected: expected).text
    }

    /// `(a)`
    mutating func parsePlacedArgument(of what: String, expected: String) throws(QueryError) -> Argument {
        let arguments = try parsePlacedArguments(of: what, expected: expected)
        guard arguments.count == 1 else { throw wrongCount(arguments, of: what, expected: expected) }
        return arguments[0]
    }

    /// `(a, b)`
    mutating func parseTwoArguments(of what: String, expected: String) throws(QueryError) -> (Argument, Argument) {
        let arguments = try parsePlacedArguments(of: what, expected: expected)
        guard arguments.count == 2 else { throw wrongCount(arguments, of: what, expected: "two of them: \(expected), and another") }
        return (arguments[0], arguments[1])
    }

    /// Right after arguments that were too many or too few.
    func wrongCount(_ arguments: [Argument], of what: String, expected: String) -> QueryError {
        let count = arguments.count == 1 ? "one argument" : "\(arguments.count) arguments"
        return fail(what, "it has \(count)", at: tokens[index - 1].range.lowerBound, expected: expected)
    }
}
