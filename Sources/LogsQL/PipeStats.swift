extension Pipe {
    /// `stats by (service, _time:5m) count() if (level:error) as errors, avg(duration)`
    public struct Stats: Sendable, Hashable, CustomStringConvertible {
        /// Groups; one group of everything if empty.
        public var by: [GroupKey]
        /// At least one.
        public var calls: [StatsCall]

        public init(by: [GroupKey] = [], calls: [StatsCall]) {
            self.by = by
            self.calls = calls
        }

        public var description: String {
            let keys = by.map(\.description).joined(separator: ", ")
            return (by.isEmpty ? "stats " : "stats by (\(keys)) ") + calls.map(\.description).joined(separator: ", ")
        }
    }

    static let statsForm = Form(names: ["stats"]) { (parser) throws(QueryError) in .stats(try parser.parseStats()) }
}

/// One function of `stats`, the records it sees, and the field its result goes to.
public struct StatsCall: Sendable, Hashable, CustomStringConvertible {
    public var function: StatsFunction
    /// `if (filter)`: only records that match count.
    public var condition: Filter?
    /// As written after `as`, else the call itself: `count(*)`, `sum(size) if (level:error)`.
    public var resultName: String

    /// `resultName` defaults to the call itself.
    public init(_ function: StatsFunction, if condition: Filter? = nil, as resultName: String? = nil) {
        self.function = function
        self.condition = condition
        self.resultName = resultName ?? StatsCall.text(function, condition)
    }

    public var description: String {
        let text = StatsCall.text(function, condition)
        return resultName == text ? text : "\(text) as \(CanonicalText.quotedIfNeeded(resultName))"
    }

    private static func text(_ function: StatsFunction, _ condition: Filter?) -> String {
        function.description + (condition.map { " if (\($0))" } ?? "")
    }
}

extension Parser {
    private static let what = "stats pipe"

    /// At `by (…)`, `(a, b) count(`, or `count(`: a `stats` pipe without its name.
    var startsStats: Bool {
        if token.isKeyword("by") { return following.isSymbol("(") }
        guard token.isSymbol("(") else { return isStatsCall(at: index) }
        guard let close = tokens[index...].firstIndex(where: { $0.isSymbol(")") || $0.isSymbol("|") }) else { return false }
        return tokens[close].isSymbol(")") && isStatsCall(at: close + 1)
    }

    private func isStatsCall(at index: Int) -> Bool {
        index + 1 < tokens.count && tokens[index + 1].isSymbol("(")
            && tokens[index].kind == .word && StatsFunction.form(named: tokens[index].text) != nil
    }

    /// What follows `stats`.
    mutating func parseStats() throws(QueryError) -> Pipe.Stats {
        var by: [GroupKey] = []
        if accept(keyword: "by") || token.isSymbol("(") { by = try parseGroupKeys() }
        var calls: [StatsCall] = []
        var names = Set(by.map { storedName($0.field) })
        repeat {
            let start = token.range.lowerBound
            let call = try parseStatsCall()
            guard names.insert(storedName(call.resultName)).inserted else {
                throw fail(
                    Parser.what, "two results are named \(CanonicalText.quotedIfNeeded(call.resultName)); name this one with 'as'", at: start)
            }
            calls.append(call)
        } while accept(symbol: ",")
        guard atEndOfClause else { throw unexpected(in: Parser.what, expected: "',' or '|'") }
        return Pipe.Stats(by: by, calls: calls)
    }

    private mutating func parseGroupKeys() throws(QueryError) -> [GroupKey] {
        if token.isSymbol("("), following.isSymbol(")") {
            advance()
            advance()
            return []
        }
        var names: Set<String> = []
        return try parseParenthesised(in: Parser.what) { (parser) throws(QueryError) in
            let start = parser.token.range.lowerBound
            let key = try parser.parseGroupKey()
            guard names.insert(storedName(key.field)).inserted else {
                throw parser.fail(Parser.what, "the field \(CanonicalText.quotedIfNeeded(key.field)) is there twice; group by it once", at: start)
            }
            return key
        }
    }

    private mutating func parseStatsCall() throws(QueryError) -> StatsCall {
        let function = try parseStatsFunction()
        let condition: Filter? = accept(keyword: "if") ? try parseCondition(in: Parser.what) : nil
        guard !atEndOfClause, !token.isSymbol(",") else { return StatsCall(function, if: condition) }
        _ = accept(keyword: "as")
        let start = token.range.lowerBound
        let name = try parseText(.argument, in: Parser.what, expected: "a name for the result")
        guard !name.isEmpty else { throw fail(Parser.what, "a result's name cannot be empty", at: start) }
        return StatsCall(function, if: condition, as: name)
    }

    /// A filter in parentheses.
    mutating func parseCondition(in what: String) throws(QueryError) -> Filter {
        try expect(symbol: "(", in: what)
        let filter = try parseFilter()
        try expect(symbol: ")", in: what)
        return filter
    }
}

/// What a field is called in a result: `_time` and `_msg` are but other names of `time` and `message`.
private func storedName(_ field: String) -> String {
    switch field {
    case "_time": "time"
    case "_msg": "message"
    default: field
    }
}
