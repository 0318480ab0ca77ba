/// One step after a `|`: takes records, gives records.
///
/// To add a pipe: a file `PipeX.swift` with its payload, its `form` and how to print it; its case here with a line in
/// `description`, its form in `forms`, and a line in `fieldsBefore` (`Query+Fields.swift`).
public enum Pipe: Sendable, Hashable {
    /// `fields a, b*`: keeps only these fields, in this order.
    case fields([FieldPattern])
    /// `sort by (a desc, b) offset 5 limit 10`
    case sort(Sort)
    /// `limit 10`: the first records, at least 0.
    case limit(Int)
    /// `offset 10`: skips the first records.
    case offset(Int)
    /// `stats by (a) count()`
    case stats(Stats)
    /// `filter level:error`
    case filter(Filter)
    /// `uniq by (a, b)`
    case uniq(Uniq)
    /// `trace`: every record of each request that a record so far belongs to. Lockstitch's own.
    case trace
}

extension Pipe: CustomStringConvertible {
    /// Canonical LogsQL without the `|`.
    public var description: String {
        switch self {
        case .fields(let patterns): "fields " + patterns.text
        case .sort(let sort): sort.description
        case .limit(let count): "limit \(count)"
        case .offset(let count): "offset \(count)"
        case .stats(let stats): stats.description
        case .filter(let filter): "filter \(filter)"
        case .uniq(let uniq): uniq.description
        case .trace: "trace"
        }
    }
}

extension Pipe {
    /// The names of a kind of pipe, and how it is read from the token after the name.
    struct Form: Sendable {
        /// The canonical name, then aliases.
        let names: [String]
        /// Whether a query may not start with the name as a word to search for.
        var isReserved = true
        let parse: @Sendable (inout Parser) throws(QueryError) -> Pipe
    }

    static let forms: [Form] = [
        fieldsForm, filterForm, limitForm, offsetForm, sortForm, statsForm, traceForm, uniqForm,
    ]

    static func form(named name: String) -> Form? {
        let name = name.lowercased()
        return forms.first { $0.names.contains(name) }
    }
}

extension Parser {
    /// What follows a `|`. `stats` and `filter` may be left out where what follows can be nothing else.
    mutating func parsePipe() throws(QueryError) -> Pipe {
        guard !atEndOfClause else { throw unexpected(in: "pipe", expected: "a pipe such as stats, sort or limit") }
        let pipe = try parsePipeBody()
        guard atEndOfQuery || token.isSymbol("|") else {
            throw unexpected(in: "pipe", expected: "'|' or the end of the query")
        }
        return pipe
    }

    private mutating func parsePipeBody() throws(QueryError) -> Pipe {
        if token.kind == .word, !following.isSymbol(":"), let form = Pipe.form(named: token.text) {
            advance()
            return try form.parse(&self)
        }
        if startsStats { return .stats(try parseStats()) }
        guard token.kind != .word || startsFieldFilter || startsFilterFunction else { throw unknownPipe() }
        return .filter(try parseFilter())
    }

    /// Whether the word at the current token, joined with what touches it, is followed by a colon.
    private var startsFieldFilter: Bool {
        var next = index + 1
        while next < tokens.count - 1, !tokens[next].spaceBefore, !TextPlace.wordOrField.endsAt(tokens[next]) { next += 1 }
        if tokens[next].isSymbol("*"), !tokens[next].spaceBefore { next += 1 }
        return tokens[next].isSymbol(":")
    }

    private var startsFilterFunction: Bool {
        Filter.functions.contains { token.isKeyword($0.name) && $0.opening.contains(where: following.isSymbol) }
    }

    private func unknownPipe() -> QueryError {
        let names = Pipe.forms.flatMap(\.names)
        let guess = Keywords.suggestion(for: token.text, among: names + StatsFunction.names)
        return fail(
            "pipe", "unknown pipe '\(token.text)'" + (guess.map { "; did you mean '\($0)'?" } ?? ""),
            expected: "one of: \(names.joined(separator: ", ")); or a stats function: \(StatsFunction.names.joined(separator: ", "))")
    }
}
