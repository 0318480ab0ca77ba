import LogsQL
import QueryEngine
import Records
import Storage
import Testing

/// Queries in filters, options, and the fields that streams have.
@Suite struct SubqueryTests {
    private static let second: Int64 = 1_000_000_000
    private static let now = 1_000 * second

    /// One row a second: users a, b, c in turn; `admin` in every fifth path.
    private static let rows = (0..<60).map(row)

    private static func row(_ index: Int) -> Row {
        let user = ["a", "b", "c"][index % 3]
        let fields = [
            "id": String(index), "user": user, "path": index % 5 == 0 ? "/admin/x" : "/cart",
            "service": index % 2 == 0 ? "cart" : "checkout", "message": "user \(user) came",
        ]
        return Row(time: now - 60 * second + Int64(index) * second, fields: fields)
    }

    private static func all(where holds: (Int) -> Bool) -> [Int] { (0..<60).filter(holds) }

    private func run(
        _ query: String, times: ClosedRange<Int64>? = nil, limits: QueryLimitsOfEngine = .init()
    ) throws -> [Record] {
        try QueryEngine(limits: limits).records(
            parse(query), over: Snapshot(Self.rows, encodings: [.text, .dictionary, .natural]), times: times, now: Self.now)
    }

    private func ids(_ query: String, times: ClosedRange<Int64>? = nil) throws -> [Int] {
        try run(query + " | fields id", times: times).compactMap { $0.text("id").flatMap { Int($0) } }
    }

    @Test(arguments: [
        ("user:in(id:in(3, 4) | fields user)", all { $0 % 3 != 2 }),
        ("user:in(id:=5 | uniq by (user))", all { $0 % 3 == 2 }),
        ("user:in(path:absent | fields user)", all { _ in false }),
        ("user:contains_any(id:in(3, 4) | fields user)", all { $0 % 3 != 2 }),
        ("contains_any(id:in(3, 4) | fields user)", all { $0 % 3 != 2 }),
        ("contains_all(id:=4 | fields user)", all { $0 % 3 == 1 }),
        ("contains_all(id:in(3, 4) | fields user)", all { _ in false }),
        ("contains_all(id:absent | fields user)", all { _ in true }),
        ("id:in(* | stats by (user) max(id) id | fields id)", all { $0 >= 57 }),
        ("id:in(user:in(id:=1 | fields user) path:admin | fields id)", all { $0 % 3 == 1 && $0 % 5 == 0 }),
        ("_time:10s user:in(_time:[now-60s, now-57s) | fields user)", all { $0 >= 51 && $0 <= 59 }),
        ("!user:in(id:=0 | fields user)", all { $0 % 3 != 0 }),
        ("* | filter user:in(id:=0 | fields user)", all { $0 % 3 == 0 }),
        ("_stream_id:in(id:=0 | fields _stream_id)", all { $0 % 2 == 0 }),
        ("us*:in(id:=0 | fields user)", all { $0 % 3 == 0 }),
    ] as [(String, [Int])])
    func queriesInFilters(query: String, expected: [Int]) throws {
        #expect(try ids(query) == expected)
    }

    @Test func queriesInConditions() throws {
        let found = try run("* | stats count() if (user:in(id:=0 | fields user)) n")
        #expect(found.map(\.texts) == [["n": "20"]])
    }

    @Test func tooManyValues() throws {
        var limits = QueryLimitsOfEngine()
        limits.subqueryValuesMax = 59
        let failure = #expect(throws: QueryFailure.self) { try run("id:in(* | fields id)", limits: limits) }
        #expect(failure?.description.contains("more than 59") == true)
        limits.subqueryValuesMax = 60
        #expect(try run("id:in(* | fields id)", limits: limits).count == 60)
        limits.subqueryPhrasesMax = 59
        let phrases = #expect(throws: QueryFailure.self) { try run("contains_any(* | fields id)", limits: limits) }
        #expect(phrases?.description.contains("more than 59 phrases") == true)
    }

    @Test func aQueryThatIsOverRunsNoQueryInIt() throws {
        let control = QueryControl()
        control.cancel()
        let failure = #expect(throws: QueryFailure.self) {
            try QueryEngine().records(
                parse("user:in(* | fields user)"), over: Snapshot(Self.rows, encodings: [.text]), now: 0, control: control)
        }
        #expect(failure?.kind == .stopped)
    }

    @Test func noQueryInAFilterByItself() throws {
        let filter = try parse("a:in(b | fields a)").filter
        let failure = #expect(throws: QueryFailure.self) { try RowFilter(filter, now: 0) }
        #expect(failure?.description == "cannot run the query in '(b | fields a)': there can be none here")
    }

    // MARK: Options

    private static let window = now - 20 * second ... now - 10 * second

    @Test func timesFromOutside() throws {
        #expect(try ids("*", times: Self.window) == Array(40...50))
        #expect(try ids("options(ignore_global_time_filter=true) *", times: Self.window) == Array(0..<60))
        #expect(try ids("options(ignore_global_time_filter=false) _time:15s", times: Self.window) == Array(46...50))
        // Rows 0 to 2 are outside, for the query in the filter too.
        #expect(try ids("user:in(id:=0 | fields user)", times: Self.window).isEmpty)
        #expect(
            try ids("user:in(options(ignore_global_time_filter=true) id:=0 | fields user)", times: Self.window)
                == [42, 45, 48])
        #expect(
            try ids("options(ignore_global_time_filter=true) user:in(options(ignore_global_time_filter=false) id:=0 | fields user)", times: Self.window).isEmpty)
    }

    @Test func timeOffsets() throws {
        #expect(try ids("options(time_offset=30s) _time:5s") == Array(26...30))
        let found = try run("options(time_offset=30s) _time:3s | fields time, id | sort by (id)")
        #expect(found.map { $0.text("time") ?? "" } == ["1970-01-01T00:16:38Z", "1970-01-01T00:16:39Z", "1970-01-01T00:16:40Z"])
        #expect(found.map(\.time) == [Self.now - 2 * Self.second, Self.now - Self.second, Self.now])
        // Pipes see the times as they are shown.
        #expect(try ids("options(time_offset=30s) * | filter _time:5s") == Array(26...30))
        // The range from outside moves, too, and queries in filters have the offset.
        #expect(try ids("options(time_offset=30s) *", times: Self.window) == Array(10...20))
        #expect(try ids("options(time_offset=30s) user:in(_time:[now, now] | fields user) id:in(0, 1)") == [0])
        #expect(try ids("options(time_offset=30s) user:in(options(time_offset=29s) _time:[now, now] | fields user) id:in(0, 1)") == [1])
        #expect(try ids("options(time_offset=-1h) _time:5s").isEmpty)
        let newest = try run("options(time_offset=30s) * | sort by (_time desc) limit 2 | fields id")
        #expect(newest.map { $0.text("id") } == ["59", "58"])
    }

    @Test func optionsWithoutMeaningHere() throws {
        #expect(try ids("options(concurrency=1, parallel_readers=7, allow_partial_response=true) id:=5") == [5])
    }

    // MARK: Streams

    /// FNV-1a of 128 bits of `{service="cart"}`, by Python.
    private static let cart = "000000000000000006dbbfb5d8ce3504753183d561cf9f59"

    @Test func streamsOfServices() throws {
        let found = try run("id:in(0, 1) | fields _stream, _stream_id, id")
        #expect(found.map { $0.text("_stream") } == ["{service=\"cart\"}", "{service=\"checkout\"}"])
        #expect(found.first?.text("_stream_id") == Self.cart)
        #expect(try ids("_stream_id:\(Self.cart)") == Array(stride(from: 0, to: 60, by: 2)))
        #expect(try run("* | stats by (_stream) count() n").map { $0.text("n") } == ["30", "30"])
        #expect(try run("* | uniq by (_stream_id)").count == 2)
        // Not among the fields that a row shows by itself.
        #expect(try run("id:=0")[0].fields.map(\.name).contains { $0.hasPrefix("_stream") } == false)
    }

    @Test func fieldsOfThatNameStay() throws {
        let rows = [Row(time: 0, fields: ["_stream": "own", "service": "cart"])]
        let found = try QueryEngine().records(
            parse("_stream_id:* | fields _stream"), over: Snapshot(rows, encodings: [.text]), now: 0)
        #expect(found.map { $0.text("_stream") } == ["own"])
    }

    @Test func noServiceNoLabel() {
        #expect(StreamLabel.text(service: "") == "{}")
        #expect(StreamLabel.text(service: "a\"b\\") == "{service=\"a\\\"b\\\\\"}")
        #expect(StreamLabel.id(service: "").utf8.count == 48)
    }

    // MARK: Forms of columns

    @Test(arguments: [
        (Encoding.text, "string"), (.dictionary, "dict"), (.natural, "int64"),
    ])
    func valueTypes(encoding: Encoding, name: String) throws {
        let rows = [Row(time: 0, fields: ["f": "5"]), Row(time: 0, fields: [:])]
        for kind in Filter.ValueType.Kind.allCases {
            let query = Query(filter: .valueType(.init(field: "f", kind)))
            let found = try QueryEngine().records(query, over: Snapshot([TestSegment(rows: rows, encoding: encoding, rowsPerBlock: 9)]), now: 0)
            #expect(found.count == (kind.rawValue == name ? 1 : 0), "\(kind)")
        }
    }
}
