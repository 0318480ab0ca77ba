/// `or`, `and`, negation, groups, and what a filter begins with. `field` is that of the group it stands in: `field:(a or b)`.
extension Parser {
    /// A filter that ends at `|`, `)`, or the end.
    mutating func parseFilter() throws(QueryError) -> Filter {
        guard !atEndOfClause else { throw unexpected(in: "filter", expected: "a filter; * selects everything") }
        let filter = try parseOr(field: nil)
        guard atEndOfClause else { throw unexpected(in: "filter", expected: "a filter or '|'") }
        return filter
    }

    private mutating func parseOr(field: String?) throws(QueryError) -> Filter {
        var filters = [try parseAnd(field: field)]
        while acceptOperator("or") { filters.append(try parseAnd(field: field)) }
        return filters.count == 1 ? filters[0] : .or(filters)
    }

    private mutating func parseAnd(field: String?) throws(QueryError) -> Filter {
        var filters = [try parseUnary(field: field)]
        while !atEndOfClause, !isOperator("or") {
            if !acceptOperator("and") { try requireSpace() }
            filters.append(try parseUnary(field: field))
        }
        return filters.count == 1 ? filters[0] : .and(filters)
    }

    /// Filters side by side stand apart, so that `foo*bar` is not taken for two of them.
    private func requireSpace() throws(QueryError) {
        guard !token.spaceBefore, let previous, !previous.isSymbol(")"), !previous.isSymbol("]") else { return }
        throw fail(
            "filter", "found '\(source(of: token))' right after '\(source(of: previous))'; put a space between filters, or quote the text")
    }

    /// One filter with its negations.
    mutating func parseUnary(field: String?) throws(QueryError) -> Filter {
        try nested { (parser) throws(QueryError) in
            if parser.acceptNegation() { return .not(try parser.parseUnary(field: field)) }
            if parser.token.isSymbol("(") { return try parser.parseGroup(field: field) }
            return try parser.parseLeaf(field: field)
        }
    }

    private mutating func acceptNegation() -> Bool {
        if accept(symbol: "!") || accept(symbol: "-") { return true }
        return acceptOperator("not")
    }

    private mutating func acceptOperator(_ keyword: String) -> Bool {
        guard isOperator(keyword) else { return false }
        advance()
        return true
    }

    /// Whether the current token is the operator `keyword`, not the start of a longer word such as `not-found` or `not:x`.
    private func isOperator(_ keyword: String) -> Bool {
        guard token.isKeyword(keyword) else { return false }
        return following.spaceBefore || TextPlace.wordOrField.endsAt(following) && !following.isSymbol(":")
            || following.kind == .string || following.isSymbol("!")
    }

    private mutating func parseGroup(field: String?) throws(QueryError) -> Filter {
        try expect(symbol: "(", in: "group")
        guard !token.isSymbol(")") else { throw unexpected(in: "group", expected: "a filter") }
        let filter = try parseOr(field: field)
        guard accept(symbol: ")") else { throw unexpected(in: "group", expected: "')'") }
        return filter
    }

    private mutating func parseLeaf(field: String?) throws(QueryError) -> Filter {
        if token.kind == .symbol, let filter = try parseSymbolFilter(field: field) { return filter }
        if let filter = try parseFunctionFilter(field: field) { return filter }
        return try parseWordFilter(field: field)
    }

    /// A filter that begins with a symbol, nil if the symbol begins a word such as `/api`.
    private mutating func parseSymbolFilter(field: String?) throws(QueryError) -> Filter? {
        switch token.text {
        case "*": return try parseStar(field: field)
        case "=", "!=": return try parseExact(field: field)
        case "~", "!~": return try parseRegexp(field: field)
        case ">", ">=", "<", "<=": return try parseComparison(field: field)
        case "=~":
            throw fail("filter", "LogsQL has no =~; write field:~\"pattern\" for a regular expression")
        case "{": return try parseStream(field: field)
        case ",", ")", "[", "]", "|", ":", "}": throw unexpected(in: "filter", expected: "a filter")
        default: return nil
        }
    }

    /// `word`, `"phrase"`, `prefix*`, or `field:` or `field*:` and what follows.
    private mutating func parseWordFilter(field: String?) throws(QueryError) -> Filter {
        try rejectStrayOperator()
        let start = token
        let text = try parseText(field == nil ? .wordOrField : .fieldValue, in: "filter", expected: "a filter")
        if field == nil, accept(symbol: ":") {
            guard !text.isEmpty else {
                throw fail("filter", "a field name cannot be empty", at: start.range.lowerBound)
            }
            return try parseFieldFilter(text)
        }
        if token.isSymbol("("), !token.spaceBefore, start.kind == .word { throw unknownFunction(start, text) }
        guard acceptTouchingStar() else { return .phrase(text, field: field) }
        if field == nil, !token.spaceBefore, accept(symbol: ":") { return try parseAnyField(prefix: text) }
        return .prefix(text, field: field)
    }

    /// What follows the colon of `name:`.
    mutating func parseFieldFilter(_ name: String) throws(QueryError) -> Filter {
        if name == "_time" { return try parseTime() }
        guard !atEndOfClause else { throw unexpected(in: "filter", expected: "a value for the field \(CanonicalText.quotedIfNeeded(name))") }
        return try parseUnary(field: name)
    }

    /// `and` and `or` are words only right after a colon: `state:OR`.
    private func rejectStrayOperator() throws(QueryError) {
        guard isOperator("and") || isOperator("or") || isOperator("not") else { return }
        if !token.spaceBefore, previous?.isSymbol(":") == true { return }
        throw fail("filter", "found the operator '\(token.text)'; put it in quotes to search for the word", expected: "a filter")
    }

    /// `*` after a word that it touches.
    mutating func acceptTouchingStar() -> Bool {
        guard !token.spaceBefore else { return false }
        return accept(symbol: "*")
    }
}
