import LogsQL
import Testing

struct QueryErrorTests {
    /// `‸` in the source marks where the error must point.
    @Test(arguments: [
        ("‸", "cannot parse query: it is empty"),
        ("  ‸", "cannot parse query: it is empty"),
        ("‸| limit 5", "cannot parse query: found '|'"),
        ("‸stats count()", "cannot parse query: it starts with the pipe name 'stats'; write '* | stats …', or quote the word to search for it"),
        ("foo‸)", "cannot parse query: found ')'"),
        ("‸'foo", "cannot parse string: it has no closing '; close it, or put text that holds such a quote in other quotes"),
        ("don‸'t", "cannot parse string: it has no closing '; close it, or put text that holds such a quote in other quotes"),
        ("f:~\"‸\\d\"", "cannot parse string: unknown escape; write \\\\ for a backslash, or put the text in `backticks`"),
        ("\"‸\\xff\"", "cannot parse string: its escapes do not make valid UTF-8"),
        ("\"‸\\u+123\"", "cannot parse string: unknown escape; write \\\\ for a backslash, or put the text in `backticks`"),
        ("(foo‸", "cannot parse group: the query ends here"),
        ("(‸)", "cannot parse group: found ')'"),
        ("foo ‸, bar", "cannot parse filter: found ','"),
        ("foo or‸", "cannot parse filter: the query ends here"),
        ("foo and ‸)", "cannot parse filter: found ')'"),
        ("‸or foo", "cannot parse filter: found the operator 'or'; put it in quotes to search for the word"),
        ("foo or ‸and bar", "cannot parse filter: found the operator 'and'; put it in quotes to search for the word"),
        ("not‸", "cannot parse filter: the query ends here"),
        ("level:‸", "cannot parse filter: the query ends here"),
        ("level:‸| limit 5", "cannot parse filter: found '|'"),
        ("level:‸:x", "cannot parse filter: found ':'"),
        ("‸\"\":x", "cannot parse filter: a field name cannot be empty"),
        ("foo*‸bar", "cannot parse filter: found 'bar' right after '*'; put a space between filters, or quote the text"),
        ("*foo‸", "cannot parse substring filter: the query ends here"),
        ("*foo ‸*", "cannot parse substring filter: found '*'"),
        ("*foo*‸bar", "cannot parse filter: found 'bar' right after '*'; put a space between filters, or quote the text"),
        ("*‸*", "cannot parse filter: found '*' right after '*'; put a space between filters, or quote the text"),
        ("foo*:‸", "cannot parse filter: the query ends here"),
        ("foo*:‸{a=b}", "cannot parse stream selector: it cannot be about a field; write it alone, or _stream:{…}"),
        ("\"a\"‸\"b\"", "cannot parse word: found '\"b\"' right after a closing quote; put a space between them"),
        ("level=‸\"error\"", "cannot parse word: a quote may not stand inside a word; put the whole text in quotes, or write field:=\"value\" to compare a field"),
        ("level:‸=~\"x\"", "cannot parse filter: LogsQL has no =~; write field:~\"pattern\" for a regular expression"),
        ("{‸", "cannot parse stream selector: the query ends here"),
        ("{app‸}", "cannot parse stream selector: found '}'"),
        ("{app ‸> 5}", "cannot parse stream selector: found '>'"),
        ("{app=‸}", "cannot parse stream selector: found '}'"),
        ("{app=\"x\" ‸foo=\"y\"}", "cannot parse stream selector: found 'foo'"),
        ("{app=\"x\",‸}", "cannot parse stream selector: found '}'"),
        ("{app in ‸x}", "cannot parse stream selector: found 'x'"),
        ("{‸\"\"=x}", "cannot parse stream selector: a field name cannot be empty"),
        ("_stream:{app=\"x\"‸", "cannot parse stream selector: the query ends here"),
        ("level:‸{app=\"x\"}", "cannot parse stream selector: it cannot be about a field; write it alone, or _stream:{…}"),
        ("f:=‸", "cannot parse filter: the query ends here"),
        ("f:~foo.‸*", "cannot parse regular expression: found '*' in an unquoted pattern; put the pattern in quotes"),
        ("f:>‸", "cannot parse comparison: the query ends here"),
        ("f:>‸1e999", "cannot parse comparison: the number '1e999' is too large"),
        ("f:>‸99999999y", "cannot parse comparison: the number '99999999y' is too large"),
        ("f:range(‸foo, 1)", "cannot parse range(…): 'foo' is not a number"),
        ("f:range(1‸)", "cannot parse range(…): found ')'"),
        ("f:range(1, 2‸", "cannot parse range(…): the query ends here"),
        ("f:range(1, ‸1e999)", "cannot parse range(…): the number '1e999' is too large"),
        ("f:range[1, ‸1.2.3.4]", "cannot parse range(…): one end is a number and the other an address"),
        ("f:in(a ‸b)", "cannot parse in(…): found 'b'"),
        ("f:in(a b | ‸foo)", "cannot parse pipe: unknown pipe 'foo'"),
        ("f:in(a b | limit 5‸)", "cannot parse in(…): the query does not say which field's values it gives"),
        ("f:in(a | fields b, c‸)", "cannot parse in(…): the query does not say which field's values it gives"),
        ("f:in(a | fields b*‸)", "cannot parse in(…): the query does not say which field's values it gives"),
        ("f:in(a | uniq by (b, c)‸)", "cannot parse in(…): the query does not say which field's values it gives"),
        ("f:in(a b | fields c‸", "cannot parse in(…): the query ends here"),
        ("f:contains_any(‸stats | fields a)", "cannot parse query: it starts with the pipe name 'stats'; write '* | stats …', or quote the word to search for it"),
        ("f:contains_all(a,‸)", "cannot parse contains_all(…): found ')'"),
        ("f:contains_common_case(‸)", "cannot parse contains_common_case(…): found ')'"),
        ("f:equals_common_case(a, ‸ABCDEFGHIJK)", "cannot parse equals_common_case(…): a phrase has more than 10 capitals; write some of them small, or use i(…)"),
        ("f:seq(a ‸b)", "cannot parse seq(…): found 'b'"),
        ("f:len_range(1‸)", "cannot parse len_range(…): it has one argument"),
        ("f:len_range(‸-1, 5)", "cannot parse len_range(…): '-1' is not a length"),
        ("f:len_range(1, ‸x)", "cannot parse len_range(…): 'x' is not a length"),
        ("f:string_range(a, b, c‸)", "cannot parse string_range(…): it has 3 arguments"),
        ("f:string_range(‸)", "cannot parse string_range(…): it has 0 arguments"),
        ("f:ipv4_range(‸1.2.3)", "cannot parse ipv4_range(…): '1.2.3' is no IPv4 address"),
        ("f:ipv4_range(‸1.2.3.4/33)", "cannot parse ipv4_range(…): '1.2.3.4/33' is no IPv4 address"),
        ("f:ipv4_range(1.2.3.4, ‸1.2.3.256)", "cannot parse ipv4_range(…): '1.2.3.256' is no IPv4 address"),
        ("f:ipv6_range(‸\"::1::\")", "cannot parse ipv6_range(…): '::1::' is no IPv6 address"),
        ("f:ipv6_range(‸)", "cannot parse ipv6_range(…): it has 0 arguments"),
        ("f:value_type(‸number)", "cannot parse value_type(…): unknown type 'number'"),
        ("f:eq_field(‸)", "cannot parse eq_field(…): it has 0 arguments"),
        ("f:le_field(‸\"\")", "cannot parse le_field(…): a field name cannot be empty"),
        ("f:pattern_match(a, b‸)", "cannot parse pattern_match(…): it has 2 arguments"),
        ("f:in(a,‸)", "cannot parse in(…): found ')'"),
        ("f:i(a‸ b)", "cannot parse i(…): found 'b'"),
        ("f:‸rnage(1, 2)", "cannot parse filter: unknown function 'rnage'; did you mean 'range'?"),
        ("‸extract(foo)", "cannot parse filter: unknown function 'extract'; did you mean 'exact'?"),
        ("exact(a‸ b)", "cannot parse exact(…): found 'b'"),
        ("re(a, b‸)", "cannot parse re(…): it has 2 arguments"),
        ("_time:‸", "cannot parse _time filter: the query ends here"),
        ("_time:‸*", "cannot parse _time filter: found '*'"),
        ("_time:‸foo", "cannot parse _time filter: 'foo' is not a duration below 292 years"),
        ("_time:‸5", "cannot parse _time filter: '5' is not a duration below 292 years"),
        ("_time:‸300y", "cannot parse _time filter: '300y' is not a duration below 292 years"),
        ("_time:‸2023-13-01", "cannot parse _time filter: '2023-13-01' is not a time"),
        ("_time:‸2023-02-29", "cannot parse _time filter: '2023-02-29' is not a time"),
        ("_time:‸2023-01-29T24", "cannot parse _time filter: '2023-01-29T24' is not a time"),
        ("_time:‸2023-01-29T09:20:29.", "cannot parse _time filter: '2023-01-29T09:20:29.' is not a time"),
        ("_time:‸2023-01-29T09:20:29.1234567890", "cannot parse _time filter: '2023-01-29T09:20:29.1234567890' is not a time"),
        ("_time:‸2023-01-29T09+24:00", "cannot parse _time filter: '2023-01-29T09+24:00' is not a time"),
        ("_time:‸1500-01-01", "cannot parse _time filter: '1500-01-01' is outside 1677-09-22 … 2262-04-10"),
        ("_time:[2023-01-29, ‸9999)", "cannot parse _time filter: '9999' is outside 1677-09-22 … 2262-04-10"),
        ("_time:[2023-01-29‸)", "cannot parse _time filter: found ')'"),
        ("_time:[2023-01-29, 2023-01-30‸ x", "cannot parse _time filter: found 'x'"),
        ("_time:day_range‸", "cannot parse day_range: the query ends here"),
        ("_time:day_range[‸8:00, 18:00]", "cannot parse day_range: '8:00' is not a time of day"),
        ("_time:day_range[08:00, ‸24:01]", "cannot parse day_range: '24:01' is not a time of day"),
        ("_time:day_range[08:00‸]", "cannot parse day_range: found ']'"),
        ("_time:day_range[08:00, 18:00‸", "cannot parse day_range: the query ends here"),
        ("_time:week_range[Mon, ‸Fry]", "cannot parse week_range: 'Fry' is not a weekday"),
        ("_time:week_range ‸5", "cannot parse week_range: found '5'"),
        ("_time:5m offset‸", "cannot parse offset: the query ends here"),
        ("_time:5m offset ‸foo", "cannot parse offset: 'foo' is not a duration below 292 years"),
    ])
    func filters(marked: String, message: String) { check(marked, message) }

    @Test(arguments: [
        ("options(‸", "cannot parse options: the query ends here"),
        ("options(concurrency‸) *", "cannot parse options: found ')'"),
        ("options(concurrency=‸x) *", "cannot parse options: 'x' is not a whole number from 0 to 9223372036854775807"),
        ("options(‸concurency=2) *", "cannot parse options: unknown option 'concurency'; did you mean 'concurrency'?"),
        ("options(‸foo=2) *", "cannot parse options: unknown option 'foo'"),
        ("options(concurrency=2, ‸concurrency=3) *", "cannot parse options: 'concurrency' is there twice"),
        ("options(ignore_global_time_filter=‸maybe) *", "cannot parse options: 'maybe' is neither true nor false"),
        ("options(time_offset=‸7) *", "cannot parse time_offset: '7' is not a duration below 292 years"),
        ("options(concurrency=2 ‸foo) *", "cannot parse options: found 'foo'"),
        ("options(concurrency=2)‸", "cannot parse query: it is empty"),
    ])
    func options(marked: String, message: String) { check(marked, message) }

    @Test(arguments: [
        ("* |‸", "cannot parse pipe: the query ends here"),
        ("* | ‸| limit", "cannot parse pipe: found '|'"),
        ("* | ‸limt 5", "cannot parse pipe: unknown pipe 'limt'; did you mean 'limit'?"),
        ("* | ‸stast count()", "cannot parse pipe: unknown pipe 'stast'; did you mean 'stats'?"),
        ("* | ‸coutn()", "cannot parse pipe: unknown pipe 'coutn'; did you mean 'count'?"),
        ("* | ‸frobnicate", "cannot parse pipe: unknown pipe 'frobnicate'"),
        ("* | limit 5 ‸6", "cannot parse pipe: found '6'"),
        ("* | limit ‸foo", "cannot parse limit pipe: 'foo' is not a whole number from 0 to 9223372036854775807"),
        ("* | limit ‸-1", "cannot parse limit pipe: '-1' is not a whole number from 0 to 9223372036854775807"),
        ("* | limit ‸1.5", "cannot parse limit pipe: '1.5' is not a whole number from 0 to 9223372036854775807"),
        ("* | limit ‸9223372036854775808", "cannot parse limit pipe: '9223372036854775808' is not a whole number from 0 to 9223372036854775807"),
        ("* | offset‸", "cannot parse offset pipe: the query ends here"),
        ("* | fields‸", "cannot parse fields pipe: the query ends here"),
        ("* | fields a,‸", "cannot parse fields pipe: the query ends here"),
        ("* | fields a ‸b", "cannot parse pipe: found 'b'"),
        ("* | sort‸", "cannot parse sort pipe: the query ends here"),
        ("* | sort by (a desc‸ b)", "cannot parse sort pipe: found 'b'"),
        ("* | sort by (a) limit 1 ‸limit 2", "cannot parse sort pipe: it has two limits"),
        ("* | sort by (a) offset 1 ‸offset 2", "cannot parse sort pipe: it has two offsets"),
        ("* | sort by (a) limit ‸0", "cannot parse sort pipe: '0' is not a whole number from 1 to 9223372036854775807"),
        ("* | uniq by (‸)", "cannot parse uniq pipe: found ')'"),
        ("* | uniq by (a) with ‸limit 5", "cannot parse uniq pipe: found 'limit'"),
        ("* | filter‸", "cannot parse filter: the query ends here"),
        ("* | stats‸", "cannot parse stats pipe: the query ends here"),
        ("* | stats ‸summ(x)", "cannot parse stats pipe: unknown function 'summ'; did you mean 'sum'?"),
        ("* | stats count‸", "cannot parse count: the query ends here"),
        ("* | stats count(‸", "cannot parse stats function: the query ends here"),
        ("* | stats count(a b)", "cannot parse stats function: found 'b'"),
        ("* | stats count() as‸", "cannot parse stats pipe: the query ends here"),
        ("* | stats count() n ‸m", "cannot parse stats pipe: found 'm'"),
        ("* | stats count(), ‸count()", "cannot parse stats pipe: two results are named \"count(*)\"; name this one with 'as'"),
        ("* | stats by (x) ‸count() x", "cannot parse stats pipe: two results are named x; name this one with 'as'"),
        ("* | stats by (_time:day) count() n, ‸max(x) time", "cannot parse stats pipe: two results are named time; name this one with 'as'"),
        ("* | stats by (message) ‸count() _msg", "cannot parse stats pipe: two results are named _msg; name this one with 'as'"),
        ("* | stats count() _time, ‸max(x) time", "cannot parse stats pipe: two results are named time; name this one with 'as'"),
        ("* | stats by (x, ‸x:10) count()", "cannot parse stats pipe: the field x is there twice; group by it once"),
        ("* | stats by (time, ‸_time:day) count()", "cannot parse stats pipe: the field _time is there twice; group by it once"),
        ("* | stats count() if ‸x", "cannot parse stats pipe: found 'x'"),
        ("* | stats count() if (‸)", "cannot parse filter: found ')'"),
        ("* | stats quantile(‸2, a)", "cannot parse quantile: '2' is not a number from 0 to 1"),
        ("* | stats quantile(‸)", "cannot parse quantile: found ')'"),
        ("* | stats share‸", "cannot parse share: the query ends here"),
        ("* | stats share‸()", "cannot parse share: it has no filter"),
        ("* | stats share(a ‸", "cannot parse share: the query ends here"),
        ("* | stats share(a ‸, b)", "cannot parse filter: found ','"),
        ("* | stats by (x:‸0) count()", "cannot parse bucket: '0' is not a size"),
        ("* | stats by (x:‸-5m) count()", "cannot parse bucket: '-5m' is not positive"),
        ("* | stats by (x:‸/24) count()", "cannot parse bucket: '/24' is not a size"),
        ("* | stats by (x:‸inf) count()", "cannot parse bucket: 'inf' is not a size"),
        ("* | stats by (x‸ y) count()", "cannot parse stats pipe: found 'y'"),
        ("* | trace ‸x", "cannot parse pipe: found 'x'"),
    ])
    func pipes(marked: String, message: String) { check(marked, message) }

    private func check(_ marked: String, _ message: String) {
        let source = marked.replacing("‸", with: "")
        do throws(QueryError) {
            Issue.record("\(source) parsed as \(try parse(source))")
        } catch {
            #expect(error.message == message)
            if let mark = marked.firstIndex(of: "‸") {
                let position = skippingSpace(source, marked.utf8.distance(from: marked.startIndex, to: mark))
                #expect(error.position == position, "\(error.rendered(source: source))")
            }
        }
    }

    /// An error points at a token, not at the space before it.
    private func skippingSpace(_ source: String, _ position: Int) -> Int {
        position + source.utf8.dropFirst(position).prefix { $0 == UInt8(ascii: " ") }.count
    }

    @Test func renderedPointsAtTheMistake() {
        #expect(
            rendered("დონე:error | limt 5") == """
                cannot parse pipe: unknown pipe 'limt'; did you mean 'limit'?
                  დონე:error | limt 5
                               ^
                  expected one of: fields, keep, filter, where, limit, head, offset, skip, sort, order, stats, trace, uniq, first, last, top, facets, field_names, field_values, blocks_count, total_stats, running_stats, union, join, stream_context, template, templates, compare; or a stats function: count, count_uniq, sum, avg, min, max, median, quantile, share
                """)
        #expect(
            rendered("level:error\n\t| limit x\n| trace") == """
                cannot parse limit pipe: 'x' is not a whole number from 0 to 9223372036854775807
                  line 2:
                  \t| limit x
                  \t        ^
                """)
        #expect(
            rendered("(foo") == """
                cannot parse group: the query ends here
                  (foo
                      ^
                  expected ')'
                """)
    }

    @Test func renderedCutsLongLines() {
        let lines = rendered(String(repeating: "a ", count: 500) + ") " + String(repeating: "b ", count: 500)).split(separator: "\n")
        #expect(lines[1] == "  …" + String(repeating: "a ", count: 30) + ") " + String(repeating: "b ", count: 19) + "…")
        #expect(lines[2] == "  " + String(repeating: " ", count: 61) + "^")
    }

    @Test func renderedBearsAnyPosition() {
        for position in [-5, 0, 3, 4, 100] {
            #expect(QueryError("cannot parse x: y", position: position).rendered(source: "abc").contains("^"))
        }
    }

    private func rendered(_ source: String) -> String {
        do throws(QueryError) {
            return try parse(source).description
        } catch {
            return error.rendered(source: source)
        }
    }
}
