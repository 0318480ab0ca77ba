import LogsQL
import QueryEngine
import Records
import Storage
import Synchronization
import Testing

@Suite struct PipeTests {
    private let rows: [Row] = (0..<100).map { index in
        Row(
            time: Int64(index) * 1_000_000_000,
            fields: [
                "n": String(index), "service": ["b", "a", "c"][index % 3], "trace_id": "000000000000000\(index % 10)",
            ])
    }

    private func run(_ query: String, limits: QueryLimitsOfEngine = .init()) throws -> [Record] {
        try QueryEngine(limits: limits).records(
            parse(query), over: Snapshot(rows, encodings: [.natural, .dictionary, .text], rowsPerBlock: 10), now: 0)
    }

    private func column(_ name: String, _ query: String) throws -> [String?] { try run(query).map { $0.text(name) } }

    @Test func fieldsComeInTheirOrder() throws {
        let record = try #require(run("n:=7 | fields service, _time, n, n*").first)
        #expect(record.fields.map(\.name) == ["service", "time", "n"])
        #expect(
            record.fields.map(\.value) == [
                FieldValue("a"), FieldValue("1970-01-01T00:00:07Z"), FieldValue("7", kind: .number),
            ])
        #expect(try run("n:=7 | fields service | filter n:7").isEmpty)
        #expect(try run("n:=7 | fields service | sort by (n)").first?.fields.map(\.name) == ["service"])
    }

    @Test func limitsAndOffsets() throws {
        #expect(try column("n", "* | limit 3") == ["0", "1", "2"])
        #expect(try column("n", "* | offset 97") == ["97", "98", "99"])
        #expect(try column("n", "* | offset 8 | limit 4") == ["8", "9", "10", "11"])
        #expect(try column("n", "* | sort by (n desc) | fields n | offset 1 | limit 2") == ["98", "97"])
        #expect(try run("* | limit 0").isEmpty)
        #expect(try run("* | sort by (n) | limit 0").isEmpty)
    }

    @Test func offsetsSkipTheOldestRows() throws {
        // Every other row is in the first segment, and the later half of the rest in the second.
        let even = rows.filter { $0.time / 1_000_000_000 % 2 == 0 }
        let odd = rows.filter { $0.time / 1_000_000_000 % 2 == 1 }
        let segments = [Array(even.reversed()), Array(odd.suffix(25)), Array(odd.prefix(25))].map {
            TestSegment(rows: $0, encoding: .natural, rowsPerBlock: 7)
        }
        for query in [
            "* | offset 8 | limit 4 | fields n", "* | fields n | offset 8 | limit 4", "* | offset 8 | fields n | limit 4",
            "* | limit 12 | offset 8 | fields n", "n:<12 | offset 8", "* | filter n:<12 | offset 8",
            "* | fields n | filter n:<12 | offset 8", "* | offset 3 | offset 5 | limit 4",
        ] {
            let found = try QueryEngine().records(parse(query), over: Snapshot(segments), now: 0)
            #expect(found.map { $0.text("n") } == ["8", "9", "10", "11"], "\(query)")
        }
        let sorted = try QueryEngine().records(
            parse("* | sort by (n desc) | offset 8 | limit 1"), over: Snapshot(segments), now: 0)
        #expect(sorted.map { $0.text("n") } == ["91"])
        let groups = try QueryEngine().records(
            parse("* | stats by (service) count() c | offset 2"), over: Snapshot(segments), now: 0)
        #expect(groups.map { $0.text("service") } == ["c"])
    }

    @Test func statsFeedFurtherPipes() throws {
        let found = try run("* | stats by (service) count() rows, max(n) last | filter rows:>33 | fields last, service")
        #expect(found.map(\.texts) == [["last": "99", "service": "b"]])
        #expect(
            try run("* | stats by (_time:1m) count() rows | sort by (_time desc)").map(\.texts) == [
                ["time": "1970-01-01T00:01:00Z", "rows": "40"], ["time": "1970-01-01T00:00:00Z", "rows": "60"],
            ])
        #expect(try run("* | stats by (_time:1m) count() rows | filter _time:>=1970-01-01T00:01:00Z").count == 1)
        #expect(try run("nowhere:x | stats count() rows, sum(n) total").map(\.texts) == [["rows": "0", "total": ""]])
        #expect(try run("nowhere:x | stats by (service) count()").isEmpty)
        #expect(
            try run("* | stats max(time) last, min(_time) first").map(\.texts) == [
                ["last": "1970-01-01T00:01:39Z", "first": "1970-01-01T00:00:00Z"]
            ])
    }

    @Test func patternsOfFields() throws {
        #expect(
            try run("* | stats count_uniq(serv*, ok*) u, count_uniq(*) all, sum(n*) s, count(x*) c").map(\.texts) == [
                ["u": "3", "all": "100", "s": "4950", "c": "0"]
            ])
    }

    @Test(arguments: [
        ("_time:month", "2023-02-01T00:00:00Z"), ("_time:year", "2023-01-01T00:00:00Z"),
        ("_time:day", "2023-02-28T00:00:00Z"), ("_time:day offset 1h", "2023-02-28T01:00:00Z"),
        ("_time:week", "2023-02-23T00:00:00Z"), ("n:10", "120"), ("n:10 offset 5", "125"), ("d:0.5", "-1.5"),
        ("_time:month offset 1d", "2023-02-02T00:00:00Z"), ("n:2m", "0"), ("none:10", ""), ("t:10", "abc"),
    ])
    func buckets(key: String, start: String) throws {
        let row = Row(time: 1_677_628_799_999_999_999, fields: ["n": "129", "d": "-1.25", "t": "abc"])
        for encoding in Encoding.allCases {
            let found = try QueryEngine().records(
                parse("* | stats by (\(key)) count() c"), over: Snapshot([row], encodings: [encoding]), now: 0)
            #expect(found.map { $0.fields[0].value.text } == [start])
        }
    }

    @Test func uniq() throws {
        #expect(
            try run("* | uniq by (service) with hits").map(\.texts) == [
                ["service": "a", "hits": "33"], ["service": "b", "hits": "34"], ["service": "c", "hits": "33"],
            ])
        #expect(try run("* | uniq by (n, service) limit 5").count == 5)
        #expect(try run("* | uniq by (nowhere)").map(\.texts) == [["nowhere": ""]])
    }

    @Test func quantiles() throws {
        let found = try run(
            "* | stats median(n) m, quantile(0, n) low, quantile(0.99, n) p99, quantile(1, n) high, avg(n) a")
        #expect(found.map(\.texts) == [["m": "50", "low": "0", "p99": "99", "high": "99", "a": "49.5"]])
        var limits = QueryLimitsOfEngine()
        limits.quantileValuesPerGroupMax = 20
        let sampled = try run("* | stats median(n) m, quantile(0, n) low, quantile(1, n) high", limits: limits)
        #expect(try sampled == run("* | stats median(n) m, quantile(0, n) low, quantile(1, n) high", limits: limits))
        #expect(sampled[0].text("low") == "0" && sampled[0].text("high") == "99")
        // 20 of 100 at random: the middle one is outside these bounds once in 10^5 seeds, and the seed is fixed.
        #expect((15...85).contains(Int(sampled[0].text("m") ?? "") ?? -1))
    }

    @Test func sumsOfIntegersAreExact() throws {
        let values = ["9223372036854775807", "1", "-9223372036854775807", "9007199254740993"]
        let rows = values.map { Row(time: 0, fields: ["v": $0]) }
        let found = try QueryEngine().records(
            parse("* | sum(v) s"), over: Snapshot(rows, encodings: [.natural, .text]), now: 0)
        #expect(found == [Record(time: nil, fields: [.init("s", FieldValue("9007199254740994", kind: .number))])])
    }

    @Test func traceReplacesTheRows() throws {
        let asked = Mutex<[String]>([])
        let engine = QueryEngine(traceExpander: { ids in
            asked.withLock { $0 = ids }
            return ids.map { Record(time: nil, fields: [.init("id", FieldValue($0))]) }
        })
        let snapshot = Snapshot(rows, encodings: [.natural, .text])
        let found = try engine.records(parse("n:in(3, 4, 13) | trace | stats count() c"), over: snapshot, now: 0)
        #expect(asked.withLock { $0 } == ["0000000000000003", "0000000000000004"])
        #expect(found.map(\.texts) == [["c": "2"]])
        #expect(throws: QueryFailure.self) { try run("* | trace") }
    }

    @Test(arguments: [
        "* | sort by (n)", "* | stats by (n) count()", "* | uniq by (n)", "*", "* | count_uniq(n)", "* | median(n)",
    ])
    func boundsAreTheUsersToMeet(query: String) throws {
        var limits = QueryLimitsOfEngine()
        (limits.rowsMax, limits.groupsMax, limits.distinctValuesMax, limits.quantileValuesMax) = (20, 20, 50, 50)
        let failure = #expect(throws: QueryFailure.self) { try run(query, limits: limits) }
        let message = try #require(failure?.description)
        #expect(message.hasPrefix("cannot ") && (message.contains("20") || message.contains("50")), "\(message)")
    }

    @Test(arguments: ["*", "* | sort by (n)", "* | sort by (n desc) | limit 99", "* | offset 1"])
    func memoryIsTheUsersToSpare(query: String) throws {
        var limits = QueryLimitsOfEngine()
        limits.rowBytesMax = 3 << 20
        let long = (0..<100).map { Row(time: $0, fields: ["n": "\($0)", "m": String(repeating: "x", count: 50_000)]) }
        let snapshot = Snapshot(long, encodings: [.natural, .text], rowsPerBlock: 7)
        let failure = #expect(throws: QueryFailure.self) {
            try QueryEngine(limits: limits).records(parse(query), over: snapshot, now: 0)
        }
        #expect(failure?.description.contains("more than 3 MiB") == true)
        limits.distinctBytesMax = 3 << 20
        #expect(throws: QueryFailure.self) {
            try QueryEngine(limits: limits).records(parse("* | stats by (n) max(m)"), over: snapshot, now: 0)
        }
        // Rows that a sort lets go again, and fields that nobody asks for, do not count.
        let narrow = try QueryEngine(limits: limits).records(
            parse("* | sort by (n) | limit 50 | fields m"), over: snapshot, now: 0)
        #expect(narrow.count == 50)
        #expect(try QueryEngine(limits: limits).records(parse("* | fields n"), over: snapshot, now: 0).count == 100)
    }

    // MARK: What is read

    private final class ReadLog: Sendable {
        let columns = Mutex<[String]>([])
    }

    /// The columns read by a query over ten segments of ten rows, in two blocks each.
    private func reads(_ query: String) throws -> [String] {
        let log = ReadLog()
        let segments = (0..<10).map { index in
            TestSegment(
                rows: Array(rows[index * 10..<index * 10 + 10]), encoding: .text, rowsPerBlock: 5,
                onRead: { field in log.columns.withLock { $0.append("\(index).\(field)") } })
        }
        _ = try QueryEngine().records(parse(query), over: Snapshot(segments), now: 0)
        return log.columns.withLock { $0 }
    }

    @Test func onlyWhatIsNeededIsRead() throws {
        #expect(try reads("* | count()").isEmpty)
        #expect(try reads("* | limit 2 | fields n") == ["0.n", "0.time"])
        #expect(try reads("nowhere:x service:y | fields n").filter { $0.hasSuffix("service") }.isEmpty)
        #expect(try reads("* | sort by (_time desc) | limit 3 | fields n") == ["9.time", "9.time", "9.n", "9.time"])
    }
}
