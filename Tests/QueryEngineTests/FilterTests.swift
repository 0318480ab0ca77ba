import LogsQL
import QueryEngine
import Records
import Storage
import Testing

/// Near misses of single filters.
@Suite struct FilterTests {
    private func matches(_ query: String, _ text: String?, encoding: Encoding) throws -> Bool {
        var fields = ["other": "x"]
        fields["f"] = text
        let segment = TestSegment(rows: [Row(time: 0, fields: fields)], encoding: encoding, rowsPerBlock: 8)
        return try !QueryEngine().records(parse(query), over: Snapshot([segment]), now: 0).isEmpty
    }

    private func check(_ query: String, matching: [String?], missing: [String?]) throws {
        for encoding in Encoding.allCases {
            for text in matching {
                #expect(try matches(query, text, encoding: encoding), "\(query) on \(text ?? "nothing")")
            }
            for text in missing {
                #expect(try !matches(query, text, encoding: encoding), "\(query) on \(text ?? "nothing")")
            }
        }
    }

    @Test(
        arguments: [
            (
                "f:error", ["error", "an error.", "error:x", "x-error", "errors error", "日 error"],
                ["errors", "Error", "terror", "error_2", "_error", "erreur", "éerror", "日本error", ""]
            ),
            (
                "f:\"lost conn\"", ["lost conn", "(lost conn)", "xlost conn lost conn"],
                ["lost connection", "xlost conn", "lost  conn", "lost\tconn"]
            ),
            ("f:\": x\"", ["a: x", ": x"], ["a: xy", "a:x"]),
            ("f:err*", ["error", "err", "an err", "err_x"], ["terror", "Error", "_err"]),
            ("f:\"lost con\"*", ["lost connection", "lost con"], ["xlost con", "lost co"]),
            ("f:i(Error)", ["ERROR", "an error", "eRRor."], ["errors", "terror"]),
            ("f:i(ÉTÉ)", ["été", "un ÉTÉ!"], ["étés", "ete"]),
            ("f:i(err*)", ["ERRORS", "an Error"], ["TERROR"]),
            ("f:né", ["né", "né."], ["née", "ne"]),
        ] as [(String, [String], [String])])
    func phrases(query: String, matching: [String], missing: [String]) throws {
        try check(query, matching: matching, missing: missing + [nil])
    }

    @Test(
        arguments: [
            ("f:=err", ["err"], ["error", "er", "Err", nil]),
            ("f:=\"\"", ["", nil], ["x"]),
            ("f:=err*", ["err", "error"], ["er", "terr", nil]),
            ("f:*", ["x", "0"], ["", nil]),
            ("f:\"\"", ["", nil], ["x", "0"]),
            ("f:in(1, a)", ["1", "a"], ["01", "1.0", "A", "", nil]),
            ("f:in(00000000000000ff, 1)", ["00000000000000ff"], ["00000000000000fe", "ff"]),
            (
                "f:~\"tim.?out\"", ["timeout", "a tim-out b"],
                ["timout!!".replacing("timout", with: "tiout"), "TIMEOUT", nil]
            ),
            ("f:~\"^a$\"", ["a"], ["ab", "ba", nil]),
            ("f:~\"^$\"", ["", nil], ["a"]),
            ("f:>9", ["10", "9.5", "1KB", "10s"], ["9", "-10", "abc", "", nil]),
            ("f:<=1.5s", ["1.5s", "1500ms", "1", "1500000000"], ["2s", "1500000001", nil]),
            ("f:>9007199254740992", ["9007199254740993"], ["9007199254740992", "9007199254740991"]),
            ("f:>=9223372036854775808", ["9223372036854775808", "1e19"], ["9223372036854775807", "-9223372036854775808", nil]),
            ("f:<9223372036854775808", ["9223372036854775807", "0"], ["9223372036854775808", "1e19", nil]),
            ("f:<=-9223372036854775809", ["-9223372036854775809"], ["-9223372036854775808", "0", nil]),
            ("f:>-9223372036854775809", ["-9223372036854775808"], ["-1e19", nil]),
            ("f:range[9223372036854775807, 9223372036854775808)", ["9223372036854775807"], ["9223372036854775808", nil]),
            ("f:<b", ["a", "10", "B"], ["b", "bb", "", nil]),
            ("f:range[1, 10KB)", ["1", "1.0", "9KB"], ["10KB", "10000", "0.99", "x", nil]),
        ] as [(String, [String?], [String?])])
    func values(query: String, matching: [String?], missing: [String?]) throws {
        try check(query, matching: matching, missing: missing)
    }

    @Test func timesAreIncludedAtBothEnds() throws {
        let rows = [0, 999_999_999, 1_000_000_000, 1_999_999_999, 2_000_000_000].map {
            Row(time: $0, fields: ["t": String($0)])
        }
        let snapshot = Snapshot(rows, encodings: [.natural])
        let found = try QueryEngine().records(
            parse("_time:1970-01-01T00:00:01Z | fields t"), over: snapshot, now: 0)
        #expect(found.map { $0.text("t") } == ["1000000000", "1999999999"])
        let none = try QueryEngine().records(parse("_time:1s"), over: snapshot, now: 9_000_000_000)
        #expect(none.isEmpty)
    }

    @Test(arguments: ["f:~\"(\"", "* | filter f:~\"[a\"", "* | count() if (f:~\"*\")"])
    func badRegularExpressionsAreTheUsersMistake(query: String) throws {
        #expect(throws: QueryFailure.self) {
            try QueryEngine().records(parse(query), over: Snapshot([]), now: 0)
        }
    }
}
