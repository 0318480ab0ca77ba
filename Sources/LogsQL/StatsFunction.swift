/// What `stats` computes over the records of a group. Fields may be patterns; none written means `*`.
///
/// To add a function: its case, its line in `parts`, and its form in `forms`.
public enum StatsFunction: Sendable, Hashable {
    /// `count()`: records; `count(a, b)`: records in which one of the fields is not empty.
    case count([FieldPattern])
    /// `count_uniq(a, b) limit 100`: distinct sets of values, counted up to `limit` (at least 1) if there is one.
    case countUniq([FieldPattern], limit: Int?)
    case sum([FieldPattern])
    case avg([FieldPattern])
    case min([FieldPattern])
    case max([FieldPattern])
    case median([FieldPattern])
    /// `quantile(0.99, a)`: phi in `0...1`.
    case quantile(phi: Double, [FieldPattern])
    /// `share(level:error)`: the part of the records that match, in `0...1`. Lockstitch's own.
    case share(Filter)

    /// Name, what stands before the fields, fields, and what stands after the call.
    private var parts: (name: String, argument: String?, fields: [FieldPattern], suffix: String) {
        switch self {
        case .count(let fields): ("count", nil, fields, "")
        case .countUniq(let fields, let limit): ("count_uniq", nil, fields, limit.map { " limit \($0)" } ?? "")
        case .sum(let fields): ("sum", nil, fields, "")
        case .avg(let fields): ("avg", nil, fields, "")
        case .min(let fields): ("min", nil, fields, "")
        case .max(let fields): ("max", nil, fields, "")
        case .median(let fields): ("median", nil, fields, "")
        case .quantile(let phi, let fields): ("quantile", CanonicalText.number(phi), fields, "")
        case .share(let filter): ("share", filter.description, [], "")
        }
    }

    public var name: String { parts.name }
    /// The fields it looks at, beside those of a filter; `[.all]` for those written without.
    public var fields: [FieldPattern] { parts.fields }

    static let forms: [Form] = [
        Form("count") { (parser) throws(QueryError) in .count(try parser.parseStatsFields()) },
        Form("count_uniq") { (parser) throws(QueryError) in
            let fields = try parser.parseStatsFields()
            let limit = parser.accept(keyword: "limit") ? try parser.parseCount(in: "count_uniq", minimum: 1) : nil
            return .countUniq(fields, limit: limit)
        },
        Form("sum") { (parser) throws(QueryError) in .sum(try parser.parseStatsFields()) },
        Form("avg") { (parser) throws(QueryError) in .avg(try parser.parseStatsFields()) },
        Form("min") { (parser) throws(QueryError) in .min(try parser.parseStatsFields()) },
        Form("max") { (parser) throws(QueryError) in .max(try parser.parseStatsFields()) },
        Form("median") { (parser) throws(QueryError) in .median(try parser.parseStatsFields()) },
        Form("quantile") { (parser) throws(QueryError) in
            let phi = try parser.parsePhi()
            return .quantile(phi: phi, try parser.parseStatsFields(afterArgument: true))
        },
        Form("share") { (parser) throws(QueryError) in .share(try parser.parseShareFilter()) },
    ]

    static let names = forms.map(\.name)

    /// A function's name, and how it is read from its opening parenthesis on.
    struct Form: Sendable {
        let name: String
        let parse: @Sendable (inout Parser) throws(QueryError) -> StatsFunction

        init(_ name: String, parse: @escaping @Sendable (inout Parser) throws(QueryError) -> StatsFunction) {
            self.name = name
            self.parse = parse
        }
    }

    static func form(named name: String) -> Form? {
        let name = name.lowercased()
        return forms.first { $0.name == name }
    }
}

extension StatsFunction: CustomStringConvertible {
    /// `count(*)`, `quantile(0.99, size)`: also the name of a result that is given none.
    public var description: String {
        let (name, argument, fields, suffix) = parts
        let isArgumentAlone = argument != nil && (fields.isEmpty || fields == [.all])
        let arguments = (argument.map { [$0] } ?? []) + (isArgumentAlone ? [] : [fields.text])
        return "\(name)(\(arguments.joined(separator: ", ")))\(suffix)"
    }
}

extension Parser {
    mutating func parseStatsFunction() throws(QueryError) -> StatsFunction {
        guard !atEnd else { throw unexpected(in: "stats pipe", expected: "a function such as count()") }
        guard token.kind == .word, let form = StatsFunction.form(named: token.text) else { throw unknownStatsFunction() }
        advance()
        guard token.isSymbol("(") else { throw unexpected(in: form.name, expected: "'('") }
        return try form.parse(&self)
    }

    private func unknownStatsFunction() -> QueryError {
        let guess = Keywords.suggestion(for: token.text, among: StatsFunction.names)
        return fail(
            "stats pipe", "unknown function '\(source(of: token))'" + (guess.map { "; did you mean '\($0)'?" } ?? ""),
            expected: "one of: \(StatsFunction.names.joined(separator: ", "))")
    }

    /// `()`, `(a, b*)`, or after another argument `)` and `, a, b*)`.
    fileprivate mutating func parseStatsFields(afterArgument: Bool = false) throws(QueryError) -> [FieldPattern] {
        if !afterArgument { advance() }
        if accept(symbol: ")") { return [.all] }
        if afterArgument { try expect(symbol: ",", in: "stats function") }
        var patterns: [FieldPattern] = []
        repeat { patterns.append(try parseFieldPattern(in: "stats function")) } while accept(symbol: ",")
        guard accept(symbol: ")") else { throw unexpected(in: "stats function", expected: "',' or ')'") }
        return patterns
    }

    /// `(0.99` of `quantile(0.99, a)`.
    fileprivate mutating func parsePhi() throws(QueryError) -> Double {
        advance()
        let start = token.range.lowerBound
        let text = try parseText(.argument, in: "quantile", expected: "a number from 0 to 1")
        guard let phi = Number(text)?.value, (0...1).contains(phi) else {
            throw fail("quantile", "'\(text)' is not a number from 0 to 1", at: start, expected: "quantile(0.99, field)")
        }
        return phi
    }

    /// `(level:error)`
    fileprivate mutating func parseShareFilter() throws(QueryError) -> Filter {
        guard !following.isSymbol(")") else {
            throw fail("share", "it has no filter", expected: "share(level:error); share(*) is always 1")
        }
        return try parseCondition(in: "share")
    }
}
