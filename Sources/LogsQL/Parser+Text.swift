/// Words, names and numbers made of several tokens: tokens that touch belong together up to a symbol that ends them.
extension Parser {
    /// Where a piece of text is read, which decides the symbols that end it.
    enum TextPlace {
        /// A word that may turn out to be a field name: `a-b` in `a-b:c`.
        case wordOrField
        /// A word after a field's colon.
        case fieldValue
        /// After `=` or `~`, or in the parentheses of a function.
        case argument
        /// A number, text or time to compare with.
        case operand
        /// A name or a value in a stream selector.
        case label

        func endsAt(_ token: Token) -> Bool {
            guard token.kind == .symbol else { return token.kind == .end }
            switch token.text {
            case ",", "(", ")", "|": return true
            case "[", "]": return self != .argument && self != .label
            case "*": return self != .operand && self != .label
            case ":": return self == .wordOrField
            case "{", "}", "=", "!=", "=~", "!~": return self == .label
            default: return false
            }
        }
    }

    /// One word, joined from touching tokens, or one quoted string.
    mutating func parseText(_ place: TextPlace, in what: String, expected: String) throws(QueryError) -> String {
        guard !place.endsAt(token) else { throw unexpected(in: what, expected: expected) }
        let first = token
        advance()
        while !token.spaceBefore, !place.endsAt(token) {
            if first.kind == .string || token.kind == .string { throw quoteInsideWord(first) }
            advance()
        }
        if first.kind == .string { return first.text }
        let end = tokens[index - 1].range.upperBound
        return String(decoding: bytes[first.range.lowerBound..<end], as: UTF8.self)
    }

    private func quoteInsideWord(_ first: Token) -> QueryError {
        let reason =
            first.kind == .string
            ? "found '\(source(of: token))' right after a closing quote; put a space between them"
            : "a quote may not stand inside a word; put the whole text in quotes, or write field:=\"value\" to compare a field"
        return fail("word", reason)
    }

    /// The name of a field, which may not be empty.
    mutating func parseFieldName(in what: String) throws(QueryError) -> String {
        let start = token.range.lowerBound
        let name = try parseText(.wordOrField, in: what, expected: "a field name")
        guard !name.isEmpty else { throw fail(what, "a field name cannot be empty", at: start) }
        return name
    }

    /// `name, name, …` in parentheses.
    mutating func parseFieldNames(in what: String) throws(QueryError) -> [String] {
        try parseParenthesised(in: what) { (parser) throws(QueryError) in try parser.parseFieldName(in: what) }
    }

    /// `(name, name, …)`, also without the parentheses.
    mutating func parseFieldList(in what: String) throws(QueryError) -> [String] {
        if token.isSymbol("(") { return try parseFieldNames(in: what) }
        var names: [String] = []
        repeat { names.append(try parseFieldName(in: what)) } while accept(symbol: ",")
        return names
    }

    /// Whether the current token begins as a number does.
    var startsNumber: Bool { token.kind == .word && token.text.utf8.first.map { (48...57).contains($0) } == true }

    /// `as name`, `name`, or nothing for `standard`.
    mutating func parseResultName(_ standard: String, in what: String) throws(QueryError) -> String {
        if accept(keyword: "as") { return try parseFieldName(in: what) }
        let endsHere = atEndOfClause || ["hits", "rank", "limit", "offset", "partition"].contains { token.isKeyword($0) }
        return endsHere ? standard : try parseFieldName(in: what)
    }

    /// `(item, item, …)`, at least one.
    mutating func parseParenthesised<Item>(
        in what: String, _ item: (inout Parser) throws(QueryError) -> Item
    ) throws(QueryError) -> [Item] {
        try expect(symbol: "(", in: what)
        var items: [Item] = []
        repeat { items.append(try item(&self)) } while accept(symbol: ",")
        guard accept(symbol: ")") else { throw unexpected(in: what, expected: "',' or ')'") }
        return items
    }

    /// A whole number from `minimum` up: `10`, `1_000`, `10K`.
    mutating func parseCount(in what: String, minimum: Int = 0) throws(QueryError) -> Int {
        let start = token.range.lowerBound
        let text = try parseText(.operand, in: what, expected: "a number")
        guard let integer = Number(text)?.integer, integer >= minimum, let count = Int(exactly: integer) else {
            throw fail(what, "'\(text)' is not a whole number from \(minimum) to \(Int64.max)", at: start)
        }
        return count
    }

    /// `5m`, `1h30m`, `-1.5s`, in nanoseconds.
    mutating func parseDuration(in what: String) throws(QueryError) -> Int64 {
        let start = token.range.lowerBound
        let text = try parseText(.operand, in: what, expected: "a duration")
        return try duration(text, in: what, at: start)
    }

    func duration(_ text: String, in what: String, at start: Int) throws(QueryError) -> Int64 {
        guard let nanoseconds = DurationText.nanoseconds(text) else {
            throw fail(
                what, "'\(text)' is not a duration below 292 years", at: start, expected: "a duration such as 5m, 1h30m or 1.5s")
        }
        return nanoseconds
    }
}
