/// A recursive-descent parser: a cursor over tokens. What it can read is in extensions, each in the file of what is read.
///
/// ```text
/// query  = [ options ] or { "|" pipe }
/// or     = and { "or" and }
/// and    = unary { [ "and" ] unary }
/// unary  = ( "not" | "!" | "-" ) unary | "(" or ")" | [ field ":" ] leaf
/// ```
struct Parser {
    let bytes: [UInt8]
    let tokens: [Token]
    /// The places of brackets with a `|` in them.
    let openingsBeforePipes: Set<Int>
    private(set) var index = 0
    private var depth = 0
    /// How many queries in parentheses the current token stands in.
    var subqueryDepth = 0

    init(_ source: String) throws(QueryError) {
        let count = source.utf8.count
        guard count <= QueryLimits.queryBytesMax else {
            throw QueryError(
                "cannot parse query: it has \(count) bytes; shorten it to at most \(QueryLimits.queryBytesMax)",
                position: QueryLimits.queryBytesMax)
        }
        bytes = Array(source.utf8)
        tokens = try Lexer.tokens(of: bytes)
        openingsBeforePipes = Parser.openingsBeforePipes(tokens)
    }

    // MARK: Cursor

    var token: Token { tokens[index] }
    /// The token after the current one; the end again at the end.
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }
    var previous: Token? { index > 0 ? tokens[index - 1] : nil }
    var atEnd: Bool { token.kind == .end }
    /// At the end, or at the `)` that ends a query in parentheses.
    var atEndOfQuery: Bool { atEnd || subqueryDepth > 0 && token.isSymbol(")") }
    /// At a `|`, `)`, or the end.
    var atEndOfClause: Bool { atEnd || token.isSymbol("|") || token.isSymbol(")") }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    mutating func accept(symbol: String) -> Bool {
        guard token.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func accept(keyword: String) -> Bool {
        guard token.isKeyword(keyword) else { return false }
        advance()
        return true
    }

    /// Skips `symbol`, or says that `what` cannot be read without it.
    mutating func expect(symbol: String, in what: String) throws(QueryError) {
        guard accept(symbol: symbol) else { throw unexpected(in: what, expected: "'\(symbol)'") }
    }

    mutating func expect(keyword: String, in what: String) throws(QueryError) {
        guard accept(keyword: keyword) else { throw unexpected(in: what, expected: "'\(keyword)'") }
    }

    // MARK: Errors and bounds

    /// `cannot parse <what>: found 'x'` at the current token.
    func unexpected(in what: String, expected: String? = nil) -> QueryError {
        fail(what, atEnd ? "the query ends here" : "found '\(source(of: token))'", expected: expected)
    }

    /// `cannot parse <what>: <reason>` at `position`, or else at the current token.
    func fail(_ what: String, _ reason: String, at position: Int? = nil, expected: String? = nil) -> QueryError {
        QueryError(
            "cannot parse \(what): \(reason)", position: position ?? token.range.lowerBound, expected: expected)
    }

    func source(of token: Token) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

    /// Runs `read` one level deeper, or says that there are too many.
    mutating func nested<Value>(_ read: (inout Parser) throws(QueryError) -> Value) throws(QueryError) -> Value {
        guard depth < QueryLimits.nestingMax else {
            throw fail("query", "it is nested more than \(QueryLimits.nestingMax) levels deep; flatten it")
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }
}
