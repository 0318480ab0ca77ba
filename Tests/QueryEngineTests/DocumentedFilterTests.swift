import LogsQL
import QueryEngine
import Records
import Storage
import Testing

/// The examples that the documentation of LogsQL has for filters: texts that a filter matches, and near misses.
///
/// What is expected was worked out by hand from the documentation.
@Suite struct DocumentedFilterTests {
    private func matches(_ query: String, _ fields: [String: String], _ encoding: Encoding) throws -> Bool {
        let segment = TestSegment(rows: [Row(time: 0, fields: fields)], encoding: encoding, rowsPerBlock: 8)
        return try !QueryEngine().records(parse(query), over: Snapshot([segment]), now: 0).isEmpty
    }

    private func check(_ query: String, _ field: String, _ matching: [String], _ missing: [String]) throws {
        for encoding in Encoding.allCases {
            for text in matching { #expect(try matches(query, [field: text], encoding), "\(query) on \(text)") }
            for text in missing { #expect(try !matches(query, [field: text], encoding), "\(query) on \(text)") }
        }
    }

    @Test(arguments: [
        ("error", ["error", "an error happened", "error: cannot open file"], ["ERROR", "multiple errors occurred"]),
        ("i(error)", ["unknown error happened", "ERROR: cannot read file", "Error: unknown arg", "An ErRoR occurred"], ["FooError", "too many Errors"]),
        ("i(error*)", ["too many Errors"], ["FooError"]),
        ("\"1.2.3.45\"", ["from 1.2.3.45: ok"], ["1.2.3.456", "11.2.3.45"]),
        (
            "\"ssh: login fail\"", ["ERROR: ssh: login fail for user \"foobar\"", "ssh: login fail!"],
            ["ssh login fail", "login fail: ssh error", "ssh: login failed", "SSH: login fail"]
        ),
        ("\"ssh: login fail\"*", ["ssh: login failed"], ["SSH: login fail"]),
        ("i(\"ssh: login fail\")", ["SSH: login fail"], ["ssh: login failed"]),
        ("ssh AND login AND fail", ["login fail: ssh error", "ssh login fail"], ["ssh login failed"]),
        ("'\"foo\":\"bar\"'", ["{\"foo\":\"bar\"}"], ["{\"foo\": \"bar\"}"]),
        ("'\"foo\":\"bar'*", ["{\"foo\":\"barbaz\"}"], ["{\"foo\":\"xbar\"}"]),
        ("err*", ["err: foobar", "cannot open file: error occurred"], ["Error: foobar", "fooerror"]),
        ("*err*", ["fooerror", "err"], ["Error: foobar", "er r"]),
        ("\"unexpected fail\"*", ["unexpected fail: IO error", "error:unexpected failure"], ["unexpectedly failed", "failed to open file: unexpected EOF"]),
        ("unexpected* AND fail*", ["unexpectedly failed", "failed to open file: unexpected EOF"], ["unexpectedly"]),
        ("*ampl*", ["Example message", "This is a sample"], ["EXAMPLE message"]),
        ("*\"le m\"*", ["Example message"], ["Example  message"]),
        ("~\"(?i)ampl\"", ["EXAMPLE message"], ["amp l"]),
        (
            "pattern_match(\"user_id=<N>, ip=<IP4>, time=<DATETIME>\")",
            ["before user_id=123, ip=45.67.89.12, time=2025-10-20T23:32:12Z after"],
            ["user_id=12.5, ip=45.67.89.12, time=2025-10-20T23:32:12Z", "user_id=123, ip=45.67.89, time=2025-10-20T23:32:12Z"]
        ),
        (
            "=\"fatal error: cannot find /foo/bar\"", ["fatal error: cannot find /foo/bar"],
            [
                "fatal error: cannot find /foo/bar/baz", "some-text fatal error: cannot find /foo/bar",
                "FATAL ERROR: cannot find /foo/bar",
            ]
        ),
        ("i(\"fatal error: cannot find /foo/bar\")", ["FATAL ERROR: cannot find /foo/bar"], ["FATAL ERROR: cannot find /foo/bars"]),
        (
            "=\"Processing request\"*", ["Processing request foobar", "Processing requests from ..."],
            ["processing request foobar", "start: Processing request"]
        ),
        ("=\"processing request\"* OR =\"Processing request\"*", ["processing request foobar", "Processing request"], ["a Processing request"]),
        ("contains_all(foo, \"bar baz\")", ["bar baz, foo"], ["foo baz bar", "foo bar bazz", "bar baz"]),
        ("contains_any(foo, \"bar baz\")", ["foo x", "a bar baz"], ["food", "bar  baz"]),
        ("contains_all(*)", ["foo", ""], []),
        ("contains_any(*)", ["foo", ""], []),
        (
            "contains_common_case(\"VictoriaMetrics\")",
            ["VictoriaMetrics", "a VICTORIAMETRICS", "victoriametrics!", "Victoriametrics", "victoriaMetrics"], ["VictoriaMETRICS", "VictoriaMetricss"]
        ),
        (
            "equals_common_case(\"VictoriaMetrics\")",
            ["VictoriaMetrics", "VICTORIAMETRICS", "victoriametrics", "Victoriametrics", "victoriaMetrics"],
            ["victoriaMETRICS", "a VictoriaMetrics"]
        ),
        ("seq(\"error\", \"open file\")", ["some error: cannot open file /foo/bar"], ["cannot open file: error", "errors: open file"]),
        ("seq(\"ssh\", \"login\", \"fail\")", ["ssh login fail", "ssh: login fail"], ["login ssh fail"]),
        ("error AND \"open file\"", ["cannot open file: error"], ["cannot open files: error"]),
        ("~\"err|warn\"", ["error: cannot read data", "2 warnings have been raised", "data transferring finished"], ["ERROR: cannot open file"]),
        ("~\"(?i)(err|warn)\"", ["ERROR: cannot open file"], ["ok"]),
        ("~'\"foo\":\"(bar|baz)\"'", ["{\"foo\":\"baz\"}"], ["{\"foo\":\"abc\"}"]),
        ("~\"a\\\\.b\"", ["a.b"], ["axb"]),
        ("range(1, 10)", ["4.2", "9.99"], ["the request took 4.2 seconds", "1", "10"]),
        ("range[1, 10)", ["1"], ["10"]),
        ("range(1, 10]", ["10"], ["1"]),
        ("range[1, 10]", ["1", "10"], ["10.1"]),
        ("ipv4_range(\"127.0.0.0/24\")", ["127.0.0.1"], ["request from 127.0.0.1: done", "127.0.1.1"]),
        ("len_range(5, 10)", ["foobar", "foo bar", "ünïcö", "0123456789"], ["foo", "foo bar baz abc", "ünïc"]),
        ("len_range(5, inf)", ["foo bar baz abc"], ["foo"]),
        ("error file app", ["app: file error"], ["file error"]),
        ("error OR warning OR info", ["some info"], ["debug"]),
        ("NOT info OR debug", ["error", "info debug"], ["info"]),
        ("NOT (info OR debug)", ["error"], ["info debug", "info", "debug"]),
        ("-info", ["error"], ["info"]),
        ("!info", ["error"], ["info"]),
        ("!=info", ["info x"], ["info"]),
        ("!~\"in\"", ["error"], ["info"]),
    ] as [(String, [String], [String])])
    func messages(query: String, matching: [String], missing: [String]) throws {
        try check(query, "message", matching, missing)
        try check("_msg:(\(query))", "message", matching, missing)
    }

    @Test(arguments: [
        ("log.level:error", "log.level", ["error", "an error"], ["errors"]),
        ("სფერო:τιμή", "სფერო", ["τιμή"], ["τιμήα"]),
        ("\"ip:remote\":\"1.2.3.45\"", "ip:remote", ["1.2.3.45"], ["1.2.3.4"]),
        ("event.original:\"cannot open file\"", "event.original", ["x: cannot open file"], ["cannot open files"]),
        ("\"log:level\":err*", "log:level", ["error"], ["xerr"]),
        ("response_size:>10KiB", "response_size", ["10241", "11KiB"], ["10240", "10KB", "many"]),
        ("username:<\"John\"", "username", ["Joan", "Bob"], ["John", "Johnny", "Zoe"]),
        ("host.hostname:\"\"", "host.hostname", [""], ["x"]),
        ("host.hostname:*", "host.hostname", ["x"], [""]),
        ("field_name:in(*)", "field_name", ["x", ""], []),
        ("log.level:(=\"error\" OR =\"fatal\")", "log.level", ["error", "fatal"], ["an error"]),
        ("log.level:in(\"error\", \"fatal\")", "log.level", ["error", "fatal"], ["errors", ""]),
        ("log.დონე:=\"შეცდომა\"*", "log.დონე", ["შეცდომა x"], ["x შეცდომა"]),
        ("\"event:original\":seq(error, \"open file\")", "event:original", ["error: open file"], ["open file: error"]),
        ("request.duration:range(4.2, Inf)", "request.duration", ["4.3", "1h"], ["4.2", "-5"]),
        ("request.duration:>4.2", "request.duration", ["4.3"], ["4.2"]),
        ("user.ip:ipv4_range(127.0.0.0, 127.255.255.255)", "user.ip", ["127.0.0.0", "127.255.255.255"], ["128.0.0.0", "127.0.0"]),
        ("user.ip:ipv4_range(\"127.0.0.0/8\")", "user.ip", ["127.1.2.3"], ["126.255.255.255"]),
        ("user.ip:ipv4_range(\"1.2.3.4\")", "user.ip", ["1.2.3.4"], ["1.2.3.5"]),
        ("user.ip:>=10.0.0.0 user.ip:<10.0.0.9", "user.ip", ["10.0.0.0", "10.0.0.8"], ["10.0.0.9", "9.0.0.1", "100.0.0.1"]),
        ("ip:ipv6_range(\"2001:db8::/32\")", "ip", ["2001:db8::1", "2001:0DB8:ffff::"], ["2001:db9::", "10.0.0.1", "x"]),
        ("user.name:string_range(A, C)", "user.name", ["A", "Bob", "Bzzz"], ["C", "Carl", "a"]),
        ("user.name:string_range(C, E)", "user.name", ["Carl", "Dan"], ["Bob", "Eve"]),
        ("foo:len_range(10, 20)", "foo", ["0123456789"], ["012345678"]),
        ("log.level:(error OR warning OR info)", "log.level", ["info"], ["debug"]),
        ("log.*:error", "log.level", ["an error"], ["errors"]),
        ("*:error", "log.level", ["an error"], ["errors"]),
        ("tags:json_array_contains_any(\"prod\", 1)", "tags", ["[\"prod\"]", " [0, 1]", "[[2], \"prod\"]"], ["prod", "[\"production\"]", "[[\"prod\"]]", "[1,]", "[1", ""]),
        ("{app=\"nginx\"}", "app", ["nginx"], ["nginx2", ""]),
        ("_stream:{app!=\"nginx\"}", "app", ["nginx2", ""], ["nginx"]),
        ("{app in (\"nginx\", \"foo.bar\")}", "app", ["nginx", "foo.bar"], ["fooxbar", ""]),
        ("{app=~\"nginx|foo.bar\"}", "app", ["nginx", "fooxbar"], ["xnginx", "foo.bars", ""]),
        ("{app=~\"a.*\\n\"}", "app", ["ab\n"], ["ab"]),
        ("{app not_in (\"nginx\", \"foo.bar\")}", "app", ["x", ""], ["nginx"]),
        ("{app!~\"buggy_app|foobar\"}", "app", ["nginx", "foobars", ""], ["buggy_app"]),
        ("{app=\"a\",app!=\"b\" or app=\"c\"}", "app", ["a", "c"], ["b"]),
    ] as [(String, String, [String], [String])])
    func fields(query: String, field: String, matching: [String], missing: [String]) throws {
        try check(query, field, matching, missing)
    }

    @Test(arguments: [
        ("user_id:eq_field(customer_id)", [("7", "7"), ("", "")], [("7", "8"), ("7", "07"), ("7", "")]),
        ("user_id:le_field(customer_id)", [("7", "7"), ("7", "10"), ("", "7"), ("1KB", "1001"), ("a", "b")], [("10", "7"), ("b", "a"), ("7", "")]),
        ("user_id:lt_field(customer_id)", [("9", "10"), ("10.0.0.9", "10.0.0.10")], [("7", "7"), ("10", "9"), ("", "")]),
    ] as [(String, [(String, String)], [(String, String)])])
    func twoFields(query: String, matching: [(String, String)], missing: [(String, String)]) throws {
        for encoding in Encoding.allCases {
            for (a, b) in matching { #expect(try matches(query, ["user_id": a, "customer_id": b], encoding), "\(query) on \(a), \(b)") }
            for (a, b) in missing { #expect(try !matches(query, ["user_id": a, "customer_id": b], encoding), "\(query) on \(a), \(b)") }
        }
    }

    /// Places in a text for each way of placing a pattern: anywhere, full, prefix, suffix.
    @Test(arguments: [
        ("", "foo", [true, false, true, true]),
        ("", "", [true, true, true, true]),
        ("<N>sec at <DATE>", "123sec at 2025-12-20", [true, true, true, true]),
        ("<N>sec at <DATE>", "3 123sec at 2025-12-20", [true, false, false, true]),
        ("<N>sec at <DATE>", "123sec at 2025-12-20 sss", [true, false, true, false]),
        ("<N> <DATE> foo", "123 456 foo", [false, false, false, false]),
        ("<DATE>, <DATE>", "foo 2025/10/20, 2025-10-20 bar", [true, false, false, false]),
        ("<TIME>, <TIME>", "10:20:30, 10:20:30,23434", [true, true, true, true]),
        ("<DATETIME>", "2025-10-20T30:40:50.1324+05:00", [true, true, true, true]),
        ("email: <W>@<W>", "email: foo@bar.com", [true, false, true, false]),
        ("<W> foo", ",, foo", [false, false, false, false]),
        ("<W> foo", ",,abc foo", [true, false, false, true]),
        ("\"foo\":<W>", "{\"foo\":\"b \\\"r\", 1}", [true, false, false, false]),
        ("id <UUID>", "id 2edfed59-3e98-4073-bbb2-28d321ca71a7", [true, true, true, true]),
        ("xx<N>", "xxxxxx123", [true, false, false, true]),
        ("xx<N>", "xxxxxxxx", [false, false, false, false]),
        ("foo:<N>", "abc foo:123 abc foo:42", [true, false, false, true]),
        ("<N>ult", "default", [false, false, false, false]),
        ("<N>", "12abcdEF", [true, true, true, true]),
        ("<N>", "12abcdE", [false, false, false, false]),
        ("<N>", "bed", [false, false, false, false]),
    ] as [(String, String, [Bool])])
    func patterns(pattern: String, text: String, expected: [Bool]) throws {
        let placements: [Filter.PatternMatch.Placement] = [.anywhere, .full, .prefix, .suffix]
        for (placement, isMatch) in zip(placements, expected) {
            let filter = Filter.patternMatch(.init(field: "f", placement, pattern))
            for encoding in Encoding.allCases {
                #expect(try matches(filter.description, ["f": text], encoding) == isMatch, "\(filter) on \(text)")
            }
        }
    }
}
