import FuzzSupport
import Records
import TestSupport
import Testing

@testable import Parsing

/// Records of several lines: where they begin and end, and that it does not matter how their lines arrive.
struct MultilineTests {
    private static let builtIn = Result { try ParserSet(try ParserSet.builtInDefinitions()) }

    private func messages(_ text: String, by parser: PinnedParser = .auto) throws -> [String?] {
        try Self.builtIn.get().rows(text, by: parser).map { $0.fields["message"]?.text }
    }

    @Test func aStackTraceBelongsToItsLine() throws {
        let trace = """
            java.lang.IllegalStateException: no tax rate
            \tat com.example.Billing.run(Billing.java:99)

            Caused by: java.io.IOException: closed
            \t... 3 more
            """
        let text = """
            2023-01-29 09:20:29,123 [main] ERROR com.example.Billing - failed
            \(trace)
            2023-01-29 09:20:30,123 [main] INFO  com.example.Billing - next
            """
        for parser in [PinnedParser.auto, .definition("log4j")] {
            #expect(try messages(text, by: parser) == ["failed\n\(trace)", "next"])
            #expect(try messages(text.replacing("\n", with: "\r\n"), by: parser) == [
                "failed\r\n\(trace.replacing("\n", with: "\r\n"))", "next",
            ])
        }
    }

    @Test func aTracebackBelongsToItsLine() throws {
        let trace = """
            Traceback (most recent call last):
              File "/srv/shop/orders.py", line 12, in load
                raise ValueError("x")
            ValueError: x
            """
        let text = "ERROR:root:failed\n\(trace)\nINFO:root:next\nINFO:root:last"
        #expect(try messages(text) == ["failed\n\(trace)", "next", "last"])
        #expect(try messages(text, by: .definition("python-logging")) == ["failed\n\(trace)", "next", "last"])
    }

    @Test func statementsAndDetailsBelongToTheirLine() throws {
        let prefix = "2023-01-29 09:20:31 UTC [7]"
        let text = """
            \(prefix) ERROR:  duplicate key
            \(prefix) DETAIL:  Key (id)=(7) already exists.
            \(prefix) STATEMENT:  INSERT INTO orders
            \tVALUES (7)
            \(prefix) LOG:  ready
            """
        let rows = try Self.builtIn.get().rows(text)
        #expect(rows.map { $0.fields["message"]?.text } == ["duplicate key", "ready"])
        #expect(rows.first?.fields["postgresql.detail"]?.text == "Key (id)=(7) already exists.")
        #expect(rows.first?.fields["db.statement"]?.text == "INSERT INTO orders\n\tVALUES (7)")
    }

    @Test func anEntryOfTheSlowQueryLogEndsAtTheNext() throws {
        let entry = """
            # Time: 2023-01-29T09:20:29Z
            # User@Host: shop[shop] @ web-1 [10.0.0.9]  Id:    42
            # Query_time: 2.5  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 1
            SET timestamp=1674984027;
            SELECT 1
            FROM dual;
            """
        let rows = try Self.builtIn.get().rows("\(entry)\n\(entry.replacing("SELECT 1", with: "SELECT 2"))\n")
        #expect(rows.map { $0.fields["db.statement"]?.text } == ["SELECT 1\nFROM dual;", "SELECT 2\nFROM dual;"])
        #expect(rows.map { $0.fields["duration_ns"]?.text } == ["2500000000", "2500000000"])
    }

    /// Lines that are records of their own end the one before them.
    @Test(arguments: [
        #"{"level":"info","msg":"x"}"#, "level=info msg=x",
        #"203.0.113.7 - - [29/Jan/2023:09:20:29 +0000] "GET / HTTP/1.1" 200 612"#,
    ])
    func anotherFormatEndsARecord(line: String) throws {
        let set = try Self.builtIn.get()
        let alone = try #require(set.rows(line).first)
        let rows = set.rows("ERROR:root:failed\n  at x\n\(line)\n  at y")
        #expect(rows.map { $0.fields["message"]?.text } == ["failed\n  at x", alone.fields["message"]?.text, "  at y"])
        // A source that is pinned has no records of other formats.
        let pinned = try messages("ERROR:root:failed\n  at x\n\(line)", by: .definition("python-logging"))
        #expect(pinned == ["failed\n  at x\n\(line)"])
    }

    /// The bytes that are no UTF-8 are written out in a record of their own; what is around them is not lost.
    @Test func invalidUTF8IsARecordOfItsOwn() throws {
        let bytes = Array("ERROR:root:failed\n  at x\n  at ".utf8) + [0xff] + Array("\n  at y\nINFO:root:next".utf8)
        let rows = try Self.builtIn.get().rows(bytes)
        #expect(rows.map { $0.fields["message"]?.text } == ["failed\n  at x", "  at \\xff", "  at y", "next"])
        #expect(rows.map { $0.fields["parse_error"]?.text } == [nil, "invalid UTF-8 at byte 5", nil, nil])
    }

    /// A record has so many bytes at most, newlines among them; a line more is no part of it.
    @Test(arguments: [(1_024, true), (1_025, false)])
    func theSizeLimitEndsARecord(bytes: Int, isWhole: Bool) throws {
        let set = try DefinitionText.set("extract: 'n <m>'\nmultiline: {bytes: 1KiB}")
        let first = "n x\n " + String(repeating: "y", count: 500)
        let last = " " + String(repeating: "z", count: bytes - first.utf8.count - 2)
        let messages = set.rows("\(first)\n\(last)\nn next").map { $0.fields["m"]?.text ?? $0.fields["message"]?.text }
        let text = String(first.dropFirst(2))
        #expect(messages == (isWhole ? ["\(text)\n\(last)", "next"] : [text, last, "next"]))
    }

    @Test func isOpenForAsLongAsTheDefinitionSays() throws {
        let set = try DefinitionText.set("extract: 'n <m>'\nmultiline: {timeout: 250ms, bytes: 1KiB}")
        func progress(_ text: String, isFinal: Bool = false, by pinned: PinnedParser = .auto) -> (Int, Int64?, Int) {
            var parser = LineParser(parsers: set)
            let source = LineSource(parser: pinned)
            let progress = parser.parse(Array(text.utf8), receivedAt: 0, source: source, isFinal: isFinal)
            let open = progress.open.first
            return (open?.lines[0].lowerBound ?? text.utf8.count, open?.timeout, parser.rowCount)
        }
        #expect(progress("n x\n") == (0, 250_000_000, 0))
        #expect(progress("n x\n y\n") == (0, 250_000_000, 0))
        #expect(progress("n x\n y\nn z\n") == (7, 250_000_000, 1))
        #expect(progress("n x\n y\nn z\n", isFinal: true) == (11, nil, 2))
        #expect(progress("n x\n{}\n") == (7, nil, 2))
        #expect(progress("{}\nplain\n") == (9, nil, 2))
        #expect(progress("n x\n{}\n", by: .definition("test")) == (0, 250_000_000, 0))
        // What is as long as it may be is not waited for.
        let long = "n " + String(repeating: "x", count: 1_022)
        #expect(progress(long + "\n") == (1_025, nil, 1))
    }

    // MARK: Frames

    /// Lines of a stream, each of which may begin or go on with a record.
    private static let pieces: [String] = [
        "2023-01-29 09:20:29,123 [main] ERROR com.example.Billing - failed",
        "java.lang.IllegalStateException: no tax rate", "\tat com.example.Billing.run(Billing.java:99)", "\t... 3 more",
        "ERROR:root:cannot load order", "Traceback (most recent call last):", "  File \"x.py\", line 12, in load",
        "ValueError: no such order", "2023-01-29 09:20:31 UTC [7] ERROR:  duplicate key",
        "2023-01-29 09:20:31 UTC [7] DETAIL:  Key (id)=(7) already exists.",
        "2023-01-29 09:20:31 UTC [7] STATEMENT:  INSERT INTO orders", "\tVALUES (7)",
        "# Time: 2023-01-29T09:20:29Z", "# User@Host: shop[shop] @ web-1 [10.0.0.9]  Id:    42",
        "# Query_time: 2.5  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 1", "SET timestamp=1674984027;", "SELECT 1;",
        #"{"level":"info","msg":"x"}"#, "level=info msg=x", "plain words", "", " ", "\r", "}", #"{"a":1"#,
        #"203.0.113.7 - - [29/Jan/2023:09:20:29 +0000] "GET / HTTP/1.1" 200 612"#,
        "<13>Jan 29 09:20:29 web-1 cron[7]: x", "2023-01-29T09:20:32.5Z stdout P {\"level\":\"error\",",
        "2023-01-29T09:20:32.5Z stderr P level=warn ", "2023-01-29T09:20:32.5Z stdout F \"msg\":\"x\"}",
        "2023-01-29T09:20:32.5Z stderr F msg=x", #"{"log":"x","stream":"stdout","time":"2023-01-29T09:20:32.5Z"}"#,
        #"{"log":"y\n","stream":"stdout","time":"2023-01-29T09:20:32.5Z"}"#, String(repeating: "long ", count: 300),
    ]

    /// However a stream is cut into frames, its records are those of the whole: what is left open comes again with what
    /// follows it, as the collector does it.
    @Test(arguments: ["auto", "log4j", "python-logging", "postgresql", "mysql-slow"])
    func framesDoNotMatter(parser: String) throws {
        let seed = FuzzSettings.seed
        print("MultilineTests.framesDoNotMatter(\(parser)): LOCKSTITCH_FUZZ_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        let set = try Self.builtIn.get()
        let pinned = PinnedParser(parser)
        let rare: [[UInt8]] = [[0x20, 0xff], [0xff], Array("\u{0}".utf8)]
        for _ in 0..<FuzzSettings.lines(standard: 80) {
            var lines: [[UInt8]] = []
            for _ in 0..<random.below(30) {
                lines.append(random.chance(3) ? random.pick(rare) : Array(random.pick(Self.pieces).utf8))
            }
            var stream = Array(lines.joined(separator: [0x0a]))
            if random.chance(80) { stream.append(0x0a) }
            let expected = set.rows(stream, by: pinned)
            let frames = RandomFrames.cut(stream, &random)
            var parser = LineParser(parsers: set)
            let found = RandomFrames.rows(frames, by: pinned, &parser, receivedAt: ParserSet.receivedAt)
            #expect(found == expected.map(\.texts), "\(String(decoding: stream, as: UTF8.self))")
        }
    }
}
