import LogsQL
import Testing

/// Source and canonical form of the filters that are more than words and comparisons.
struct FilterFormsTests {
    private func check(_ source: String, _ canonical: String) throws {
        let query = try parse(source)
        #expect(query.description == canonical)
        #expect(try parse(canonical) == query)
    }

    @Test(arguments: [
        ("*foo*", "*foo*"),
        ("f:*foo*", "f:*foo*"),
        ("*\"foo bar\"*", "*\"foo bar\"*"),
        ("f:*a:b-c*", "f:*\"a:b-c\"*"),
        ("*and*", "*\"and\"*"),
        ("*\"\"*", "*"),
        ("f:*\"\"*", "*"),
        ("!*foo* (*bar*)", "!*foo* *bar*"),
        ("f:(*foo* or *bar*)", "f:*foo* or f:*bar*"),
        ("* foo", "* foo"),
        ("(*)", "*"),
        ("exact(foo)", "=foo"),
        ("f:exact(\"a b\")", "f:=\"a b\""),
        ("f:exact(foo*)", "f:=foo*"),
        ("f:exact(*)", "f:=\"\"*"),
        ("re(\"a.b\")", "~\"a.b\""),
        ("f:re(`\\d+`)", "f:~\"\\\\d+\""),
        ("seq(\"error\", \"open file\")", "seq(error, \"open file\")"),
        ("f:seq(error,\"open file\")", "f:seq(error, \"open file\")"),
        ("seq()", "seq()"),
        ("contains_all(foo, \"bar baz\")", "contains_all(foo, \"bar baz\")"),
        ("f:contains_any(foo,bar)", "f:contains_any(foo, bar)"),
        ("f:contains_any()", "f:contains_any()"),
        ("f:contains_all(*)", "*"),
        ("f:contains_any(a, *)", "*"),
        ("contains_common_case(Error, \"a B\")", "contains_common_case(Error, \"a B\")"),
        ("f:equals_common_case(VictoriaMetrics)", "f:equals_common_case(VictoriaMetrics)"),
        ("tags:json_array_contains_any(prod, \"eu west\", 1)", "tags:json_array_contains_any(prod, \"eu west\", 1)"),
        ("pattern_match(\"user_id=<N>, ip=<IP4>\")", "pattern_match(\"user_id=<N>, ip=<IP4>\")"),
        ("f:pattern_match_full(\"<N>\")", "f:pattern_match_full(\"<N>\")"),
        ("f:PATTERN_MATCH_PREFIX('<N>')", "f:pattern_match_prefix(\"<N>\")"),
        ("f:pattern_match_suffix(foo)", "f:pattern_match_suffix(\"foo\")"),
        ("user.name:string_range(A, C)", "user.name:string_range(A, C)"),
        ("string_range(\"\", \"a b\")", "string_range(\"\", \"a b\")"),
        ("len_range(5, 10)", "len_range(5, 10)"),
        ("foo:len_range(5, Inf)", "foo:len_range(5, inf)"),
        ("len_range(0xff, 0xABCD)", "len_range(255, 43981)"),
        ("len_range(0b100110, 0b11111101)", "len_range(38, 253)"),
        ("len_range(1_000, 2_345_678)", "len_range(1000, 2345678)"),
        ("len_range(0o17, 1KiB)", "len_range(15, 1024)"),
        ("user.ip:ipv4_range(127.0.0.0, 127.255.255.255)", "user.ip:ipv4_range(127.0.0.0, 127.255.255.255)"),
        ("user.ip:ipv4_range(\"127.0.0.0/8\")", "user.ip:ipv4_range(127.0.0.0, 127.255.255.255)"),
        ("ip:ipv4_range(10.1.2.3/16)", "ip:ipv4_range(10.1.0.0, 10.1.255.255)"),
        ("ip:ipv4_range(1.2.3.4/0)", "ip:ipv4_range(0.0.0.0, 255.255.255.255)"),
        ("ip:ipv4_range(1.2.3.4/32)", "ip:ipv4_range(1.2.3.4)"),
        ("user.ip:ipv4_range(\"1.2.3.4\")", "user.ip:ipv4_range(1.2.3.4)"),
        ("ip:ipv6_range(\"2001:DB8::/32\")", "ip:ipv6_range(\"2001:db8::\", \"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\")"),
        ("ip:ipv6_range(::1)", "ip:ipv6_range(\"::1\")"),
        ("ip:ipv6_range(\"::\", \"fe80::1:0:0:2%eth0\")", "ip:ipv6_range(\"::\", \"fe80::1:0:0:2\")"),
        ("ip:ipv6_range(1.2.3.4, \"::ffff:102:305\")", "ip:ipv6_range(\"::ffff:1.2.3.4\", \"::ffff:1.2.3.5\")"),
        ("ip:ipv6_range(\"1:0:0:2:0:0:0:3/128\")", "ip:ipv6_range(\"1:0:0:2::3\")"),
        ("ip:>10.0.0.1", "ip:>10.0.0.1"),
        ("ip:range[10.0.0.1, 10.0.0.9)", "ip:range[10.0.0.1, 10.0.0.9)"),
        ("user_id:value_type(INT64)", "user_id:value_type(int64)"),
        ("t:value_type(iso8601)", "t:value_type(timestamp)"),
        ("user_id:eq_field(customer_id)", "user_id:eq_field(customer_id)"),
        ("duration:le_field(max_duration)", "duration:le_field(max_duration)"),
        ("lt_field(\"a b\")", "lt_field(\"a b\")"),
        ("NOT user_id:eq_field(customer_id)", "!user_id:eq_field(customer_id)"),
        ("f:!in(a, b)", "!f:in(a, b)"),
        ("f:!seq(a)", "!f:seq(a)"),
        ("\"seq\"", "\"seq\""),
        ("seq", "\"seq\""),
        ("re-x:len_range", "\"re-x\":\"len_range\""),
    ])
    func functions(source: String, canonical: String) throws { try check(source, canonical) }

    @Test(arguments: [
        ("foo*:bar", "foo*:bar"),
        ("*:bar", "*:bar"),
        ("*:*", "*:*"),
        ("foo*:*", "foo*:*"),
        ("foo*:\"\"", "foo*:\"\""),
        ("k8s.*:=x", "k8s.*:=x"),
        ("\"a b\"*:~x", "\"a b\"*:~\"x\""),
        ("foo*:!bar", "!foo*:bar"),
        ("foo*:(a or b*)", "foo*:a or foo*:b*"),
        ("foo*:in(a, b)", "foo*:in(a, b)"),
        ("foo*:in(*)", "*"),
        ("foo*:*bar*", "foo*:*bar*"),
        ("*:i(Foo)", "*:i(Foo)"),
        ("foo*:eq_field(bar)", "foo*:eq_field(bar)"),
        ("foo*:range(1, 2]", "foo*:range(1, 2]"),
        ("* | a*:b", "* | filter a*:b"),
    ])
    func fieldsByTheBeginningOfTheirNames(source: String, canonical: String) throws { try check(source, canonical) }

    @Test(arguments: [
        ("{app=\"nginx\"}", "{app=\"nginx\"}"),
        ("_stream:{app=\"nginx\"}", "{app=\"nginx\"}"),
        ("{app=nginx}", "{app=\"nginx\"}"),
        ("{ app = 'x' , env =~ \"prod|stage\", x!=\"y\", z!~`a.*` }", "{app=\"x\", env=~\"prod|stage\", x!=\"y\", z!~\"a.*\"}"),
        ("{a=\"b\" or c=\"d\", e=\"f\"}", "{a=\"b\" or c=\"d\", e=\"f\"}"),
        ("{app in (\"nginx\", \"foo.bar\")}", "{app in (\"nginx\", \"foo.bar\")}"),
        ("{app NOT_IN(a,b)}", "{app not_in (\"a\", \"b\")}"),
        ("{app in (*)}", "{app=~\".*\"}"),
        ("{app not_in (*)}", "{app!~\".*\"}"),
        ("{app in ()}", "{app in ()}"),
        ("{}", "{}"),
        ("{k8s.app-name=\"x\"}", "{\"k8s.app-name\"=\"x\"}"),
        ("{\"in\"=\"or\"}", "{\"in\"=\"or\"}"),
        ("{a=b} error !{c=d}", "{a=\"b\"} error !{c=\"d\"}"),
        ("_time:5m log.level:error {app!~\"buggy_app|foobar\"}", "_time:5m log.level:error {app!~\"buggy_app|foobar\"}"),
        ("_stream_id:0000007b000001c850d9950ea6196b1a4812081265faa1c7", "_stream_id:0000007b000001c850d9950ea6196b1a4812081265faa1c7"),
        ("_stream_id:in(a, b)", "_stream_id:in(a, b)"),
        ("_stream_id:in(_time:5m error | fields _stream_id)", "_stream_id:in(_time:5m error | fields _stream_id)"),
    ])
    func streams(source: String, canonical: String) throws { try check(source, canonical) }

    @Test(arguments: [
        ("_time:day_range[08:00, 18:00)", "_time:day_range[08:00, 18:00)"),
        ("_time:day_range(08:00,18:00]", "_time:day_range(08:00, 18:00]"),
        ("_time:day_range[08:00, 24:00) offset 2h", "_time:day_range[08:00, 24:00) offset 2h"),
        ("_time:DAY_RANGE [ 22:30 , 06:15 ] OFFSET -1.5h", "_time:day_range[22:30, 06:15] offset -1h30m"),
        ("_time:week_range[Mon, Fri]", "_time:week_range[Mon, Fri]"),
        ("_time:week_range(Sunday, saturday)", "_time:week_range(Sun, Sat)"),
        ("_time:week_range[mon, WED] offset 2h", "_time:week_range[Mon, Wed] offset 2h"),
        ("_time:4w _time:week_range[Mon, Fri]", "_time:28d _time:week_range[Mon, Fri]"),
        ("!_time:week_range[Mon, Fri] _time:day_range[08:00, 18:00)", "!_time:week_range[Mon, Fri] _time:day_range[08:00, 18:00)"),
    ])
    func daysAndWeeks(source: String, canonical: String) throws { try check(source, canonical) }

    @Test(arguments: [
        ("a:in(b:c | fields a)", "a:in(b:c | fields a)"),
        ("_time:5m AND user_id:in(_time:1d AND path:admin | fields user_id)", "_time:5m user_id:in(_time:1d path:admin | fields user_id)"),
        ("_msg:contains_all(_time:1d is_admin:true | keep user_id)", "_msg:contains_all(_time:1d is_admin:true | fields user_id)"),
        ("contains_any(* | uniq by (user_id) with hits limit 5) x", "contains_any(* | uniq by (user_id) with hits limit 5) x"),
        ("a:in((b or c) | limit 5 | fields a) d", "a:in(b or c | limit 5 | fields a) d"),
        ("a:in(_time:[2023-01-01Z, 2023-02-01Z) | fields a)", "a:in(_time:[2023-01-01Z, 2023-02-01Z) | fields a)"),
        ("a:in(b:in(c:in(d | fields c) | fields b) | fields a)", "a:in(b:in(c:in(d | fields c) | fields b) | fields a)"),
        ("a:in(* | stats by (a) count() n | filter n:>5 | fields a)", "a:in(* | stats by (a) count(*) as n | filter n:>5 | fields a)"),
        ("* | filter a:in(b | fields a) | limit 1", "* | filter a:in(b | fields a) | limit 1"),
        ("* | count() if (a:in(b | fields a)) n", "* | stats count(*) if (a:in(b | fields a)) as n"),
        (
            "user_id:in(options(ignore_global_time_filter=true) _time:2024-12Z | keep user_id) | count()",
            "user_id:in(options(ignore_global_time_filter=true) _time:2024-12Z | fields user_id) | stats count(*)"
        ),
    ])
    func subqueries(source: String, canonical: String) throws { try check(source, canonical) }

    @Test(arguments: [
        ("a:in(b | fields c)", true), ("x !(y or f*:contains_any(b | fields c))", true), ("a:in(b, c) d:seq(e) {f=g}", false),
        ("* | filter a:in(b | fields c)", false),
    ])
    func filtersWithQueriesInThem(source: String, hasSubqueries: Bool) throws {
        #expect(try parse(source).filter.hasSubqueries == hasSubqueries)
    }

    @Test(arguments: [
        ("options(concurrency=2) _time:1d | count_uniq(user_id)", "options(concurrency=2) _time:1d | stats count_uniq(user_id)"),
        ("options(parallel_readers=100) error", "options(parallel_readers=100) error"),
        ("OPTIONS ( ignore_global_time_filter = TRUE ) _time:>1h", "options(ignore_global_time_filter=true) _time:<now-1h"),
        ("options(allow_partial_response=0) error", "options(allow_partial_response=false) error"),
        ("options(time_offset=7d) _time:1h error", "options(time_offset=7d) _time:1h error"),
        ("options(time_offset=-12h,concurrency=1,) x", "options(concurrency=1, time_offset=-12h) x"),
        ("options() x", "x"),
    ])
    func options(source: String, canonical: String) throws { try check(source, canonical) }

    @Test(arguments: [
        ("*foo*", .substring(.init("foo"))),
        ("f:contains_all(a, b)", .contains(.init(field: "f", .all, .list(["a", "b"])))),
        ("foo*:bar", .anyField(.init(prefix: "foo", Filter.Phrase("bar")))),
        ("{a=b or c not_in (d, e)}", .stream(.init([[.init("a", .equal, ["b"])], [.init("c", .isNoneOf, ["d", "e"])]]))),
        ("ip:ipv4_range(10.0.0.0/30)", .addressRange(.init(field: "ip", .v4(first: 0x0A00_0000, last: 0x0A00_0003)))),
        ("f:len_range(1, inf)", .lengthRange(.init(field: "f", lower: 1, upper: .max))),
        (
            "_time:day_range[08:30, 18:00) offset 1h",
            .cycle(.init(.day(lower: 510, upper: 1_080), includesLower: true, includesUpper: false, offset: 3_600_000_000_000))
        ),
        (
            "_time:week_range(Sun, Sat]",
            .cycle(.init(.week(lower: .sunday, upper: .saturday), includesLower: false, includesUpper: true))
        ),
        ("a:lt_field(b)", .fieldComparison(.init(field: "a", .less, "b"))),
    ] as [(String, Filter)])
    func trees(source: String, filter: Filter) throws { #expect(try parse(source).filter == filter) }

    @Test func inheritedOptions() throws {
        let inner = try parse("options(concurrency=1, time_offset=0s) *").options
        let outer = try parse("options(concurrency=2, ignore_global_time_filter=true, time_offset=1h) *").options
        #expect(inner.inheriting(outer) == QueryOptions(concurrency: 1, ignoresGlobalTimes: true, timeOffset: 0))
    }

    @Test func timeBoundsWithAnOffset() throws {
        let now: Int64 = 1_000_000_000_000
        let query = try parse("options(time_offset=1s) _time:[now-2s, now] error")
        #expect(query.timeBounds(now: now) == now - 3_000_000_000 ... now - 1_000_000_000)
        #expect(query.filter.timeBounds(now: now) == now - 2_000_000_000 ... now)
    }

    @Test func partsOfPatterns() {
        func parts(_ pattern: String) -> [Filter.PatternMatch.Part] { Filter.PatternMatch(.anywhere, pattern).parts }
        #expect(parts("") == [])
        #expect(parts("foobar") == [.text("foobar")])
        #expect(parts("<N>foo") == [.placeholder(.number), .text("foo")])
        #expect(
            parts("<N><UUID>foo<IP4><TIME>bar<DATETIME><DATE><W>") == [
                .placeholder(.number), .placeholder(.uuid), .text("foo"), .placeholder(.ipv4), .placeholder(.time), .text("bar"),
                .placeholder(.dateTime), .placeholder(.date), .placeholder(.word),
            ])
        #expect(parts("<foo><BAR> baz<X>y<N>:<M>") == [.text("<foo><BAR> baz<X>y"), .placeholder(.number), .text(":<M>")])
        #expect(parts("a<<N>") == [.text("a<"), .placeholder(.number)])
    }

    @Test func commonSpellings() {
        func spellings(_ phrases: [String]) -> Set<String> { Set(Filter.CommonCase(phrases, isExact: false).spellings) }
        #expect(spellings(["error"]) == ["error", "ERROR"])
        #expect(
            spellings(["VictoriaMetrics"]) == [
                "VictoriaMetrics", "VICTORIAMETRICS", "victoriametrics", "Victoriametrics", "victoriaMetrics",
            ])
        #expect(spellings(["aB", "É"]) == ["aB", "ab", "AB", "É", "é"])
        #expect(spellings(["ABCDEFGHIJ"]).count == 1_024)
    }

    /// Printed forms by Python's `ipaddress`.
    @Test(arguments: [
        ("0:0:0:0:0:0:0:0", "::"), ("1::", "1::"), ("::1", "::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:0:0:4:0:0:0:8", "1:0:0:4::8"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"), ("0:0:3::", "0:0:3::"),
        ("2001:0DB8:00:0::A", "2001:db8::a"), ("::1.2.3.4", "::102:304"), ("1::7:1.2.3.4", "1::7:102:304"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("fe80::1%eth0", "fe80::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func longAddresses(source: String, canonical: String) throws {
        #expect(try parse("ipv6_range(\"\(source)\")").description == "ipv6_range(\"\(canonical)\")")
    }

    @Test(arguments: [
        ":", ":::", "1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3", "12345::", "g::", "1:", ":1",
        "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "::1.2.3.256", "fe80::1%", "1.2.3", "1.2.3.4.5", "%a", " ::1",
    ])
    func noLongAddresses(source: String) { #expect(throws: QueryError.self) { try parse("ipv6_range(\"\(source)\")") } }
}
