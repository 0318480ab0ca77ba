import LogsQL
import QueryEngine
import Records
import Storage
import Testing

@Suite struct AggregatingPipeTests {
    /// A row a second: `n` from 0, three services, an error in `b` at every tenth.
    private let rows: [Row] = (0..<60).map { index in
        Row(
            time: Int64(index) * 1_000_000_000,
            fields: [
                "n": String(index), "service": ["a", "b", "c"][index % 3], "level": index % 10 == 1 ? "error" : "info",
                "message": "order \(index) of user 'u\(index % 7)' took \(index).5 ms",
            ])
    }

    private func run(_ query: String, now: Int64 = 60_000_000_000, limits: QueryLimitsOfEngine = .init()) throws -> [Record] {
        try QueryEngine(limits: limits).records(
            parse(query), over: Snapshot(rows, encodings: [.natural, .dictionary, .text], rowsPerBlock: 10), now: now)
    }

    private func column(_ name: String, _ query: String) throws -> [String?] { try run(query).map { $0.text(name) } }

    // MARK: The documented examples

    @Test func firstAndLast() throws {
        #expect(try column("n", "* | first 3 by (n)") == ["0", "1", "2"])
        #expect(try column("n", "* | last 3 by (n)") == ["59", "58", "57"])
        #expect(try column("n", "* | first") == ["0"])
        #expect(try column("n", "* | last") == ["59"])
        #expect(try column("n", "* | first 2 by (n) partition by (service)") == ["0", "3", "1", "4", "2", "5"])
        #expect(try column("n", "* | last 2 by (n) partition by (service) rank as r") == ["57", "54", "58", "55", "59", "56"])
        #expect(try column("r", "* | last 2 by (n) partition by (service) rank as r") == ["1", "2", "1", "2", "1", "2"])
        // A limit after it is one of all partitions together.
        #expect(try column("n", "* | first 2 by (n) partition by (service) | limit 3") == ["0", "3", "1"])
    }

    @Test func top() throws {
        #expect(
            try run("level:info | top 2 by (service) rank").map(\.texts) == [
                ["service": "a", "hits": "18", "rank": "1"], ["service": "b", "hits": "18", "rank": "2"],
            ])
        #expect(try column("visits", "* | top by (level) hits as visits") == ["54", "6"])
        #expect(try column("hits", "* | top 1 by (nowhere)") == ["60"])
    }

    @Test func facets() throws {
        #expect(
            try run("n:<30 | fields level, service | facets").map(\.texts) == [
                ["field_name": "level", "field_value": "info", "hits": "27"],
                ["field_name": "level", "field_value": "error", "hits": "3"],
                ["field_name": "service", "field_value": "a", "hits": "10"],
                ["field_name": "service", "field_value": "b", "hits": "10"],
                ["field_name": "service", "field_value": "c", "hits": "10"],
            ])
        #expect(try column("field_name", "level:error | facets 1 max_values_per_field 3") == ["service"])
        #expect(Set(try column("field_name", "level:error | facets 1 max_values_per_field 3 keep_const_fields")) == ["level", "service"])
        #expect(Set(try column("field_name", "* | facets max_value_len 4")) == ["n", "service"])
    }

    @Test func fieldNamesAndValues() throws {
        #expect(
            try run("level:error | field_names").map(\.texts) == ["level", "message", "n", "service", "time"].map {
                ["name": $0, "hits": "6"]
            })
        #expect(
            try run("* | field_values level").map(\.texts) == [["level": "error", "hits": "6"], ["level": "info", "hits": "54"]])
        #expect(try run("* | field_values level limit 1").map(\.texts) == [["level": "info", "hits": "54"]])
        #expect(try run("* | field_values nowhere").isEmpty)
        #expect(try column("blocks", "* | blocks_count as blocks") == ["6"])
        #expect(try column("blocks_count", "n:<5 | blocks_count") == ["1"])
    }

    @Test func totalAndRunningStats() throws {
        #expect(try column("total", "n:<4 | total_stats sum(n) as total") == ["6", "6", "6", "6"])
        #expect(try column("total", "n:<4 | running_stats sum(n) as total") == ["0", "1", "3", "6"])
        #expect(try column("c", "n:<7 | running_stats by (service) count() c") == ["1", "1", "1", "2", "2", "2", "3"])
        #expect(
            try run("* | stats by (service) count() hits | total_stats sum(hits) as all, max(hits) as m").map(\.texts)
                == ["a", "b", "c"].map { ["service": $0, "hits": "20", "all": "60", "m": "20"] })
    }

    @Test func union() throws {
        #expect(try column("n", "n:<2 | union (n:=50)") == ["0", "1", "50"])
        #expect(try column("n", "n:=50 | sort by (n) | union (n:<2)") == ["50", "0", "1"])
        #expect(try column("c", "n:<2 | union (n:=50 | union (n:=51)) | stats count() c") == ["4"])
        #expect(try column("n", "n:<2 | stats count() n | union (n:<9 | stats count() n)") == ["2", "9"])
        #expect(try run("n:<2 | union (n:<9) | limit 3").count == 3)
    }

    @Test func join() throws {
        let infos = "level:info | stats by (service) count() infos"
        #expect(
            try run("\(infos) | join by (service) (level:error n:<12 | stats by (service) count() errors)").map(\.texts) == [
                ["service": "a", "infos": "18"], ["service": "b", "infos": "18", "errors": "1"],
                ["service": "c", "infos": "18", "errors": "1"],
            ])
        #expect(
            try run("\(infos) | join by (service) (level:error n:<12 | stats by (service) count() errors) inner prefix \"x.\"")
                .map(\.texts) == [
                    ["service": "b", "infos": "18", "x.errors": "1"], ["service": "c", "infos": "18", "x.errors": "1"],
                ])
        #expect(try run("n:<2 | join by (service) (n:<7)").count == 3 + 2)
    }

    @Test func streamContext() throws {
        // Of service b: 1, 4, 7, 10, … with errors at 1 and 31.
        let query = "level:error service:b | stream_context before 1 after 2"
        #expect(try column("n", query) == ["1", "4", "7", nil, "28", "31", "34", "37"])
        #expect(try column("message", query)[3] == "---")
        // What is around two rows together is shown once.
        #expect(try column("n", "n:in(10, 16) | stream_context before 1 after 1") == ["7", "10", "13", "16", "19"])
        #expect(try column("n", "n:in(10, 11) | stream_context after 1") == ["10", "13", nil, "11", "14"])
        #expect(try column("n", "n:=10 | stream_context before 5 after 5 time_window 4s") == ["7", "10", "13"])
        var limits = QueryLimitsOfEngine()
        limits.streamContextRowsMax = 5
        let failure = #expect(throws: QueryFailure.self) { try run("* | stream_context after 1", limits: limits) }
        #expect(failure?.description.hasPrefix("cannot show what is around more than 5 records") == true)
    }

    @Test func compare() throws {
        // Ten seconds up to 50 with those up to 30.
        #expect(
            try run("_time:10s | compare offset 20s by (level)", now: 50_000_000_000).map(\.texts) == [
                ["level": "error", "hits": "1", "hits_before": "1", "change": "0", "factor": "1"],
                ["level": "info", "hits": "9", "hits_before": "9", "change": "0", "factor": "1"],
            ])
        #expect(
            try run("_time:10s service:a | compare offset 56s by (service)", now: 60_000_000_000).map(\.texts) == [
                ["service": "a", "hits": "3", "hits_before": "2", "change": "1", "factor": "1.5"]
            ])
        #expect(
            try run("_time:3s | filter n:>57 | compare offset 57s by (n)", now: 59_000_000_000).map(\.texts) == [
                ["n": "58", "hits": "1", "hits_before": "0", "change": "1", "factor": ""],
                ["n": "59", "hits": "1", "hits_before": "0", "change": "1", "factor": ""],
            ])
        for (query, start) in [
            ("* | compare offset 1d by (service)", "cannot compare: the query has no time filter"),
            ("_time:1m | compare offset 1d by (service) | compare offset 1d by (service)", "cannot compare what was compared"),
        ] {
            let failure = #expect(throws: QueryFailure.self) { try run(query) }
            #expect(failure?.description.hasPrefix(start) == true)
        }
    }

    // MARK: Templates

    @Test func templates() throws {
        #expect(
            try run("* | templates").map(\.texts) == [
                [
                    "template": "order <*> of user '<*>' took <*> ms", "hits": "60", "first": "1970-01-01T00:00:00Z",
                    "last": "1970-01-01T00:00:59Z", "example": "order 0 of user 'u0' took 0.5 ms",
                ]
            ])
        #expect(try column("hits", "* | templates 2 by (level)") == ["54", "6"])
        #expect(try column("template", "n:=3 | template of n as template") == ["<*>"])
    }

    @Test(arguments: [
        ("", ""), ("no number here", "no number here"), ("took 5 ms", "took <*> ms"), ("took 5.25ms", "took <*>"),
        ("GET /api/orders/17/items", "GET /api/orders/<*>/items"), ("10.0.0.1:8080 -> 10.0.0.2:9090", "<*> -> <*>"),
        ("at 2023-01-29T09:20:29.123Z", "at <*>"), ("user_12 logged in", "<*> logged in"),
        ("id 550e8400-e29b-41d4-a716-446655440000 gone", "id <*> gone"),
        ("id abcdefab-cdef-abcd-efab-cdefabcdefab gone", "id <*> gone"), ("trace deadbeefdeadbeef", "trace <*>"),
        ("deadbeef is short", "deadbeef is short"), ("user \"Ann Lee\" has 'no \"key\"'", "user \"<*>\" has '<*>'"),
        ("don't split it's", "don't split it's"), ("an open \" quote", "an open \" quote"), ("empty \"\" quotes", "empty \"\" quotes"),
        ("1 2", "<*> <*>"), ("1,2;3", "<*>;<*>"), ("naïve 3é", "naïve <*>"), ("a-1-b", "a-<*>-b"), ("x=1", "x=<*>"),
    ])
    func template(message: String, template: String) throws {
        for encoding in Encoding.allCases {
            let row = Row(time: 0, fields: ["message": message])
            let found = try QueryEngine().records(parse("* | template"), over: Snapshot([row], encodings: [encoding]), now: 0)
            #expect(found.map { $0.text("template") ?? "" } == [template])
        }
    }

    @Test func longMessagesAreCut() throws {
        let row = Row(time: 0, fields: ["message": String(repeating: "é", count: 600)])
        let found = try QueryEngine().records(parse("* | template"), over: Snapshot([row], encodings: [.text]), now: 0)
        #expect(found.first?.text("template") == String(repeating: "é", count: 512) + "…")
    }

    // MARK: Bounds

    @Test(arguments: [
        "* | total_stats count() n", "* | running_stats count() n", "* | sort by (n) rank as r", "* | facets max_values_per_field 99",
    ])
    func whatIsHeldIsBounded(query: String) {
        var limits = QueryLimitsOfEngine()
        (limits.rowsMax, limits.distinctValuesMax) = (50, 50)
        #expect(throws: QueryFailure.self) { try run(query, limits: limits) }
    }
}
