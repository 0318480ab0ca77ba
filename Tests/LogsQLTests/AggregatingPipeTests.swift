import LogsQL
import Testing

/// Pipes that count, rank, and put records together.
struct AggregatingPipeTests {
    @Test(arguments: [
        ("sort by (a) partition by (b, c) limit 3", "sort by (a) partition by (b, c) limit 3"),
        ("sort by (a) rank limit 3 offset 1 partition (b)", "sort by (a) partition by (b) offset 1 limit 3 rank as rank"),
        ("sort by (a) rank as place", "sort by (a) rank as place"),
        ("first", "sort by (_time) limit 1"),
        ("first 3 by (a desc, b)", "sort by (a desc, b) limit 3"),
        ("last 3 by (a desc, b)", "sort by (a, b desc) limit 3"),
        ("last", "sort by (_time desc) limit 1"),
        ("last 10 (a) partition by (b) rank as r", "sort by (a desc) partition by (b) limit 10 rank as r"),
        ("top 7 by (a, b)", "top 7 by (a, b) hits as \"hits\""),
        ("top by (a)", "top 10 by (a) hits as \"hits\""),
        ("top a, b", "top 10 by (a, b) hits as \"hits\""),
        ("top 5 by (path) hits as visits", "top 5 by (path) hits as visits"),
        ("top 5 (hits) rank", "top 5 by (\"hits\") hits as hitss rank as rank"),
        ("top (a) with rank hits n", "top 10 by (a) hits as n rank as rank"),
        ("top 10 by (ip) rank as position", "top 10 by (ip) hits as \"hits\" rank as position"),
        ("facets", "facets 10"),
        ("facets 15 max_values_per_field 100000", "facets 15 max_values_per_field 100000"),
        ("facets keep_const_fields max_value_len 100", "facets 10 max_value_len 100 keep_const_fields"),
        ("field_names", "field_names as name"),
        ("field_names as n", "field_names as n"),
        ("field_names n", "field_names as n"),
        ("field_values level", "field_values level"),
        ("field_values (level) limit 10", "field_values level limit 10"),
        ("field_values level limit 0", "field_values level"),
        ("blocks_count", "blocks_count as \"blocks_count\""),
        ("blocks_count as n", "blocks_count as n"),
        ("total_stats by (a) sum(b) as s", "total_stats by (a) sum(b) as s"),
        ("running_stats by (a) count() n, max(b)", "running_stats by (a) count(*) as n, max(b)"),
        ("union (_time:1h panic)", "union (_time:1h panic)"),
        ("union (a | union (b | limit 1))", "union (a | union (b | limit 1))"),
        ("join by (user) (* | stats by (user) count() n)", "join by (user) (* | stats by (user) count(*) as n)"),
        ("join on (a, b) (x) inner prefix \"app2.\"", "join by (a, b) (x) inner prefix app2."),
        ("join (a) (x) left", "join by (a) (x)"),
        ("stream_context before 5", "stream_context before 5 after 0"),
        ("stream_context after 5 before 2 time_window 1w", "stream_context before 2 after 5 time_window 7d"),
        ("template", "template of _msg as \"template\""),
        ("template of a as b", "template of a as b"),
        ("templates", "templates 100 of _msg"),
        ("templates 20 by (service) of text", "templates 20 by (service) of text"),
        ("compare offset 1d by (service, level)", "compare offset 1d by (service, level)"),
    ])
    func canonicalText(source: String, canonical: String) throws {
        let query = try parse("* | " + source)
        #expect(query.description == "* | " + canonical)
        #expect(try parse("* | " + canonical) == query)
    }

    /// `‸` in the source marks where the error must point.
    @Test(arguments: [
        ("sort by (a) partition by (b)‸", "cannot parse sort pipe: 'partition by' needs a limit"),
        ("sort by (a) rank ‸rank limit 1", "cannot parse sort pipe: it has two ranks"),
        ("first ‸0 by (a)", "cannot parse first pipe: '0' is not a whole number from 1 to 9223372036854775807"),
        ("last 3 ‸x", "cannot parse pipe: found 'x'"),
        ("first by ‸a", "cannot parse first pipe: found 'a'"),
        ("top ‸0 by (a)", "cannot parse top pipe: '0' is not a whole number from 1 to 9223372036854775807"),
        ("top‸", "cannot parse top pipe: the query ends here"),
        ("top by (a) ‸b", "cannot parse top pipe: found 'b'"),
        ("top by (a) hits as x ‸hits as y", "cannot parse top pipe: it names its hits twice"),
        ("facets ‸limit 5", "cannot parse facets pipe: found 'limit'"),
        ("facets ‸0", "cannot parse facets pipe: '0' is not a whole number from 1 to 9223372036854775807"),
        ("field_values ‸(a, b)", "cannot parse field_values pipe: it takes one field"),
        ("field_values‸", "cannot parse field_values pipe: the query ends here"),
        ("running_stats ‸median(a)", "cannot parse running_stats pipe: 'median' cannot be told after each record"),
        ("union‸", "cannot parse union pipe: the query ends here"),
        ("union (‸)", "cannot parse query: found ')'"),
        ("union (a‸", "cannot parse union pipe: the query ends here"),
        ("union (a | ‸limt 1)", "cannot parse pipe: unknown pipe 'limt'; did you mean 'limit'?"),
        ("union (a) ‸)", "cannot parse pipe: found ')'"),
        ("join ‸(", "cannot parse join pipe: the query ends here"),
        ("join by (a) ‸inner", "cannot parse join pipe: found 'inner'"),
        ("stream_context ‸5", "cannot parse stream_context pipe: found '5'"),
        ("stream_context before 1 time_window ‸-1h", "cannot parse stream_context pipe: its time window is not above 0"),
        ("templates by ‸(hits)", "cannot parse templates pipe: its results have a field 'hits' of their own"),
        ("compare by ‸(a)", "cannot parse compare pipe: found 'by'"),
        ("compare offset ‸-1d by (a)", "cannot parse compare pipe: its offset is not above 0"),
        ("compare offset 1d‸", "cannot parse compare pipe: the query ends here"),
        ("compare offset 1d by ‸(change)", "cannot parse compare pipe: its results have a field 'change' of their own"),
    ])
    func errors(marked: String, message: String) {
        let source = "* | " + marked.replacing("‸", with: "")
        let error = #expect(throws: QueryError.self) { try parse(source) }
        guard let error else { return }
        #expect(error.message == message)
        guard marked.hasPrefix("join ‸(") == false, marked.hasPrefix("compare by") == false else { return }
        let place = "* | \(marked)".utf8.split(separator: Array("‸".utf8), omittingEmptySubsequences: false).first?.count ?? 0
        #expect(error.position == place, "\(marked)")
    }

    /// Nil for every field.
    @Test(arguments: [
        ("* | sort by (a) partition by (b) limit 1 | fields c", ["a", "b", "c"]), ("* | first by (a)", nil),
        ("* | top by (a, b)", ["a", "b"]), ("x:y | facets", nil), ("* | field_names", nil),
        ("x:y | field_values a", ["a", "x"]), ("x:y | blocks_count", ["x"]),
        ("* | total_stats by (a) sum(b) s | fields s", ["a", "b", "s"]), ("* | running_stats count() | fields s", ["s"]),
        ("a:b | union (c:d) | fields e", ["a", "e"]), ("* | join by (a) (c:d) | fields e", ["a", "e"]),
        ("* | fields a | stream_context after 1", ["a"]), ("* | template of a | fields b", ["a", "b"]),
        ("* | templates by (a) of b", ["_time", "a", "b"]), ("* | compare offset 1d by (a)", ["a"]),
    ] as [(String, [String]?)])
    func neededFields(source: String, names: [String]?) throws {
        #expect(try parse(source).neededFields == names.map { .only(Set($0.map { .name($0) })) } ?? .all, "\(source)")
    }

    @Test func queriesInQueriesAreNested() {
        let deep = String(repeating: "* | union (", count: 1_000) + "*" + String(repeating: ")", count: 1_000)
        let error = #expect(throws: QueryError.self) { try parse(deep) }
        #expect(error?.message == "cannot parse query: it is nested more than 200 levels deep; flatten it")
    }
}
