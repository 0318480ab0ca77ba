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
    /// `top 5 by (a, b) hits as n rank as r`: the sets of values that most records have.
    case top(Top)
    /// `facets 5`: the values that most records have, of each field.
    case facets(Facets)
    /// `field_names as name`: the fields, and how many records have them.
    case fieldNames(resultName: String)
    /// `field_values a limit 10`: the values of a field, and how many records have them.
    case fieldValues(FieldValues)
    /// `blocks_count as n`: how many blocks the records came in.
    case blocksCount(resultName: String)
    /// `total_stats by (a) sum(b) as total`: adds to each record what `stats` gives for its group.
    case totalStats(Stats)
    /// `running_stats by (a) sum(b) as total`: adds to each record what `stats` gives for its group up to it.
    case runningStats(Stats)
    /// `union (query)`: the records of another query after those so far.
    case union(Query)
    /// `join by (a) (query) inner prefix "b."`: adds the fields of the records of another query that have equal values.
    case join(Join)
    /// `stream_context before 2 after 5`: with the records around each of the same service.
    case streamContext(StreamContext)
    /// `template of a as b`: adds what a text has in common with others like it. Lockstitch's own.
    case template(Template)
    /// `templates 20 by (a)`: the templates of the messages that most records have. Lockstitch's own.
    case templates(Templates)
    /// `compare offset 1d by (a)`: which values most records more or less have than earlier. Lockstitch's own.
    case compare(Compare)
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
        case .top(let top): top.description
        case .facets(let facets): facets.description
        case .fieldNames(let name): "field_names as " + CanonicalText.quotedIfNeeded(name)
        case .fieldValues(let values): values.description
        case .blocksCount(let name): "blocks_count as " + CanonicalText.quotedIfNeeded(name)
        case .totalStats(let stats): "total_" + stats.description
        case .runningStats(let stats): "running_" + stats.description
        case .union(let query): "union (\(query))"
        case .join(let join): join.description
        case .streamContext(let context): context.description
        case .template(let template): template.description
        case .templates(let templates): templates.description
        case .compare(let compare): compare.description
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
        fieldsForm, filterForm, limitForm, offsetForm, sortForm, statsForm, traceForm, uniqForm, firstForm, lastForm, topForm,
        facetsForm, fieldNamesForm, fieldValuesForm, blocksCountForm, totalStatsForm, runningStatsForm, unionForm, joinForm,
        streamContextForm, templateForm, templatesForm, compareForm,
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
