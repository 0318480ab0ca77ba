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
        ("*‸foo", "cannot parse filter: found 'foo' right after '*'; put a space between filters, or quote the text"),
        ("foo*‸:bar", "cannot parse filter: found ':' right after '*'; put a space between filters, or quote the text"),
        ("\"a\"‸\"b\"", "cannot parse word: found '\"b\"' right after a closing quote; put a space between them"),
        ("level=‸\"error\"", "cannot parse word: a quote may not stand inside a word; put the whole text in quotes, or write field:=\"value\" to compare a field"),
        ("level:‸=~\"x\"", "cannot parse filter: LogsQL has no =~; write field:~\"pattern\" for a regular expression"),
        ("‸{app=\"x\"}", "cannot parse filter: stream selectors {…} are not supported; write field:=value"),
        ("f:=‸", "cannot parse filter: the query ends here"),
        ("f:~foo.‸*", "cannot parse regular expression: found '*' in an unquoted pattern; put the pattern in quotes"),
        ("f:>‸", "cannot parse comparison: the query ends here"),
        ("f:>‸1e999", "cannot parse comparison: the number '1e999' is too large"),
        ("f:>‸99999999y", "cannot parse comparison: the number '99999999y' is too large"),
        ("f:range(‸foo, 1)", "cannot parse range(…): 'foo' is not a number"),
        ("f:range(1‸)", "cannot parse range(…): found ')'"),
        ("f:range(1, 2‸", "cannot parse range(…): the query ends here"),
        ("f:range(1, ‸1e999)", "cannot parse range(…): the number '1e999' is too large"),
        ("f:in(a ‸b)", "cannot parse in(…): found 'b'; it takes a list of values, no query"),
        ("f:in(a,‸)", "cannot parse in(…): found ')'"),
        ("f:i(a‸ b)", "cannot parse i(…): found 'b'"),
        ("f:‸rnage(1, 2)", "cannot parse filter: unknown function 'rnage'; did you mean 'range'?"),
        ("‸exact(foo)", "cannot parse filter: unknown function 'exact'"),
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
        ("_time:5m offset‸", "cannot parse offset: the query ends here"),
        ("_time:5m offset ‸foo", "cannot parse offset: 'foo' is not a duration below 292 years"),
    ])
    func filters(marked: String, message: String) { check(marked, message) }

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
                  expected one of: fields, keep, filter, where, limit, head, offset, skip, sort, order, stats, trace, uniq; or a stats function: count, count_uniq, sum, avg, min, max, median, quantile, share
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
