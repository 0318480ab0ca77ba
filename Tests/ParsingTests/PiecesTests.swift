import FuzzSupport
import Records
import TestSupport
import Testing

@testable import Parsing

/// Long lines that their writer has cut: the pieces are joined, however they arrive.
struct PiecesTests {
    private static let builtIn = Result { try ParserSet(try ParserSet.builtInDefinitions()) }

    private static func cri(_ tag: String, _ text: String, stream: String = "stdout", second: Int = 0) -> String {
        "2023-01-29T09:20:\(10 + second).000000001Z \(stream) \(tag) \(text)\n"
    }

    private static func docker(_ text: String, stream: String = "stdout", second: Int = 0) -> String {
        let time = "2023-01-29T09:20:\(10 + second).000000001Z"
        return "{\"log\":\(RandomPieces.quoted(text)),\"stream\":\"\(stream)\",\"time\":\"\(time)\"}\n"
    }

    private func messages(_ text: String, by parser: PinnedParser = .auto) throws -> [String?] {
        try Self.builtIn.get().rows(text, by: parser).map { $0.fields["message"]?.text }
    }

    // MARK: Joining

    @Test(arguments: ["auto", "kubernetes-cri"])
    func theTextIsThatOfAllPieces(parser: String) throws {
        let text = Self.cri("P", "{\"level\":\"error\",", second: 1) + Self.cri("P", "\"msg\":\"a ", second: 2)
            + Self.cri("F", " b\",\"n\":1}", second: 3) + Self.cri("F", "next", second: 4)
        let rows = try Self.builtIn.get().rows(text, by: PinnedParser(parser))
        #expect(rows.map { Timestamp.text($0.time) } == ["2023-01-29T09:20:11.000000001Z", "2023-01-29T09:20:14.000000001Z"])
        #expect(rows.first?.fields.mapValues(\.text)
            == ["log.iostream": "stdout", "level": "error", "message": "a  b", "n": "1"])
        #expect(rows.last?.fields.mapValues(\.text) == ["log.iostream": "stdout", "message": "next"])
    }

    @Test(arguments: ["auto", "json", "docker-json"])
    func theTextIsThatOfAllPiecesOfJSON(parser: String) throws {
        let text = Self.docker("level=warn msg=\"a ", second: 1) + Self.docker(" b", second: 2)
            + Self.docker("\"\n", second: 3) + Self.docker("next\n", second: 4)
        let rows = try Self.builtIn.get().rows(text, by: PinnedParser(parser))
        #expect(rows.map { Timestamp.text($0.time) } == ["2023-01-29T09:20:11.000000001Z", "2023-01-29T09:20:14.000000001Z"])
        #expect(rows.first?.fields.mapValues(\.text)
            == ["log.iostream": "stdout", "level": "warn", "message": "a  b"])
        #expect(rows.last?.fields.mapValues(\.text) == ["log.iostream": "stdout", "message": "next"])
    }

    /// A joined record stands where its last piece stood.
    @Test func streamsAreJoinedApart() throws {
        let cri = Self.cri("P", "a") + Self.cri("P", "1", stream: "stderr") + Self.cri("P", "b")
            + Self.cri("F", "2", stream: "stderr") + Self.cri("F", "3", stream: "stderr") + Self.cri("F", "c")
        #expect(try messages(cri) == ["12", "3", "abc"])
        let docker = Self.docker("a") + Self.docker("1", stream: "stderr") + Self.docker("b")
            + Self.docker("2\n", stream: "stderr") + Self.docker("3\n", stream: "stderr") + Self.docker("c\n")
        #expect(try messages(docker) == ["12", "3", "abc"])
        #expect(try messages(cri + docker) == ["12", "3", "abc", "12", "3", "abc"])
        // What is no piece of either changes nothing.
        #expect(try messages(Self.cri("P", "a") + "\nplain\n" + Self.docker("b\n") + Self.cri("F", "c"))
            == ["plain", "b", "ac"])
    }

    @Test(arguments: [
        (["P", "F"], ["ab"]), (["P:x", "F:x:y"], ["ab"]), (["F", "F"], ["a", "b"]), (["F:x", "P"], ["a", "b"]),
        (["P", "X"], ["2023-01-29T09:20:10.000000001Z stdout X b", "a"]),
    ])
    func theFirstTagCounts(tags: [String], expected: [String]) throws {
        #expect(try messages(Self.cri(tags[0], "a") + Self.cri(tags[1], "b")) == expected)
    }

    /// containerd cuts between two bytes, which may be those of one character.
    @Test(arguments: ["auto", "kubernetes-cri"])
    func aCharacterMayBeCut(parser: String) throws {
        let text = Array("ä🧵ö".utf8)
        for cut in 0...text.count {
            let lines = Array("2023-01-29T09:20:10.5Z stdout P ".utf8) + text[..<cut]
                + Array("\n2023-01-29T09:20:10.5Z stdout F ".utf8) + text[cut...] + [0x0a]
            let rows = try Self.builtIn.get().rows(lines, by: PinnedParser(parser))
            #expect(rows.map { $0.fields.mapValues(\.text) } == [["log.iostream": "stdout", "message": "ä🧵ö"]], "\(cut)")
        }
    }

    @Test func whatIsNoUTF8WhenJoinedIsKeptWhole() throws {
        let set = try Self.builtIn.get()
        let prefix = "2023-01-29T09:20:10.5Z stdout"
        let joined = set.rows(Array("\(prefix) P a".utf8) + [0xff] + Array("\n\(prefix) F b\n".utf8))
        #expect(joined.map { $0.fields.mapValues(\.text) }
            == [["message": "\(prefix) P a\\xffb", "parse_error": "invalid UTF-8 at byte 33"]])
        // No piece: broken before its text, or a line of its own.
        let broken = set.rows(Array("2023-01-29T09:20:10.5Z std".utf8) + [0xff] + Array(" P a\n\(prefix) F ".utf8) + [0xff])
        #expect(broken.map { $0.fields["message"]?.text } == ["2023-01-29T09:20:10.5Z std\\xff P a", "\(prefix) F \\xff"])
    }

    /// A carriage return ends a line, and is part of a piece.
    @Test func carriageReturns() throws {
        #expect(try messages(Self.cri("P", "a\r") + Self.cri("F", "b\r")) == ["a\rb"])
        #expect(try messages(Self.cri("P", "a\r") + Self.cri("F", "")) == ["a"])
        #expect(try messages(Self.cri("P", "a\r")) == ["a"])
    }

    @Test func aJoinedTextMayBeMissing() throws {
        let set = try DefinitionText.set(
            "extract: 'F <m>'\nmultiline: {partial: {field: m, extract: 'P <m>'}}\nmissing: ['-', '--']\nset: {s: t}")
        let texts = set.rows("P -\nF -\nP -\nF x\nP \nF \n").map { $0.fields["m"]?.text }
        #expect(texts == [nil, "-x", ""])
    }

    /// Writers with the same fields and others beside them do not end their texts with a newline.
    @Test func aLineWithOtherFieldsIsNoPiece() throws {
        let text = Self.docker("a") + Self.docker("b").replacing("}", with: ",\"logtag\":\"F\"}")
            + Self.docker("c\n").replacing("}", with: ",\"kubernetes\":{\"pod\":\"x\"}}")
            + Self.docker("d\n").replacing("}", with: ",\"attrs\":{\"tag\":\"x\"}}")
        #expect(try messages(text) == ["b", "c", "ad"])
    }

    // MARK: Bounds

    @Test func theSizeLimitCutsALine() throws {
        let set = try DefinitionText.set(
            "extract: 'F <m>'\nmultiline: {bytes: 1KiB, partial: {field: m, extract: 'P <m>'}}")
        func text(_ last: Int) -> String {
            "P " + String(repeating: "x", count: 597) + "\nF " + String(repeating: "y", count: last) + "\n"
        }
        var parser = LineParser(parsers: set)
        func messages(_ text: String) -> [[String: String]] {
            parser.rows(Array(text.utf8), receivedAt: 0).map { $0.fields.mapValues(\.text) }
        }
        let (x, y) = (String(repeating: "x", count: 597), String(repeating: "y", count: 422))
        #expect(messages(text(421)) == [["m": x + y.dropLast()]])
        #expect(parser.counters.cutLines == 0)
        let error = "the pieces of the line have more than 1024 bytes; cut there"
        #expect(messages(text(422)) == [["m": x, "parse_error": error], ["m": y]])
        #expect(parser.counters.cutLines == 1)
        #expect(parser.counters.malformedLines == 1)
        #expect(parser.counters.rows == 3)
        // The piece that does not fit begins another line.
        let more = "P \(x)\nP \(y)\nF z\n"
        #expect(messages(more) == [["m": x, "parse_error": error], ["m": y + "z"]])
        // So it is for JSON.
        let json = try DefinitionText.set(
            "format: json\nmatch: {fields: m}\nmultiline: {bytes: 1KiB, partial: {field: m, until: '.'}}")
        let rows = json.rows("{\"m\":\"\(x)\"}\n{\"m\":\"\(y)-\"}\n{\"m\":\"\(y).\"}\n{\"m\":\"\(y)\(x).\"}\n")
        #expect(rows.map { $0.fields["m"]?.text } == [x, y + "-" + y + ".", y + x + "."])
        #expect(rows.map { $0.fields["parse_error"]?.text } == [error, nil, nil])
    }

    @Test func onlySoManyLinesAreOpen() throws {
        let lines = (0...16).map { Self.cri("P", "\($0) ", stream: "s\($0)") }.joined()
            + (0...16).map { Self.cri("F", "end", stream: "s\($0)") }.joined()
        let rows = try Self.builtIn.get().rows(lines)
        #expect(rows.map { $0.fields["message"]?.text } == ["0", "end"] + (1...16).map { "\($0) end" })
        #expect(rows[0].fields["parse_error"]?.text
            == "the line goes on, but pieces of more than 16 lines came in between")
    }

    /// A batch that must be taken between two pieces does not part them.
    @Test func aFullBatchDoesNotMatter() throws {
        var parser = LineParser(parsers: try Self.builtIn.get())
        let others = (0..<3_000).map { "{\"k\($0)\":1}\n" }.joined()
        let batches = parser.batches(Array((Self.cri("P", "a") + others + Self.cri("F", "b") + others).utf8), receivedAt: 0)
        #expect(batches.count > 1)
        let rows = batches.flatMap(\.parsedRows)
        #expect(rows.count == 6_001)
        #expect(rows[3_000].fields["message"]?.text == "ab")
        // Nor does one that is full by what is left at the end.
        let wide = (0..<10).map { line in
            let fields = (0..<900).map { "\"k\(line)_\($0)\":1" }.joined(separator: ",")
            return Self.cri("P", "{\(fields)}", stream: "s\(line)")
        }.joined()
        let ends = parser.batches(Array(wide.utf8), receivedAt: 0)
        #expect(ends.count > 1)
        let last = ends.flatMap(\.parsedRows).enumerated().map { $1.fields["k\($0)_899"]?.text }
        #expect(last == Array(repeating: "1", count: 10))
        #expect(ends.allSatisfy { $0.columns.count < Limits.columnsPerBatchMax + 1_000 })
    }

    // MARK: Open lines

    @Test func saysWhichLinesAreOpen() throws {
        let set = try DefinitionText.set(
            "extract: 'F <s:word> <m>'\n"
                + "multiline: {timeout: 250ms, partial: {field: m, by: s, extract: 'P <s:word> <m>'}}")
        var parser = LineParser(parsers: set)
        let bytes = Array("P a 1\nP b 2\nx\nP a 3\nF c 4\n".utf8)
        let open = parser.parse(bytes, receivedAt: 0, isFinal: false)
        #expect(open.open == [
            LineParser.OpenRecord(lines: [0..<6, 14..<20], timeout: 250_000_000),
            LineParser.OpenRecord(lines: [6..<12], timeout: 250_000_000),
        ])
        #expect(open.openBytes(of: bytes) == Array("P a 1\nP b 2\nP a 3\n".utf8))
        #expect(parser.takeBatch().parsedRows.map { $0.fields.values.map(\.text).sorted() } == [["x"], ["4", "c"]])
        // Of those that are overdue, only what does not go on ends.
        let again = parser.parse(bytes, receivedAt: 0, isFinal: false, overdue: [12, 6])
        #expect(again.open.map(\.end) == [20])
        #expect(parser.takeBatch().parsedRows.compactMap { $0.fields["m"]?.text } == ["4", "2"])
        #expect(parser.parse(bytes, receivedAt: 0).open.isEmpty)
        #expect(parser.takeBatch().parsedRows.compactMap { $0.fields["m"]?.text } == ["4", "13", "2"])
    }

    /// A piece that comes again with the next frame is counted once.
    @Test func countersCountOnce() throws {
        let set = try DefinitionText.set(
            "format: json\nmatch: {fields: [m, time]}\nmultiline: {partial: {field: m, until: '.'}}")
        func counters(_ text: String) -> ParseCounters {
            var parser = LineParser(parsers: set)
            let lines = text.split(separator: "\n").map { Array(($0 + "\n").utf8) }
            _ = RandomFrames.rows(lines, by: .auto, &parser, receivedAt: 0)
            return parser.counters
        }
        let odd = "{\"time\":\"soon\",\"a\":1,\"a\":2,\"m\":\"x\"}\n"
        let joined = counters(odd + odd + odd + odd.replacing("x", with: "."))
        #expect(joined == counters(odd.replacing("x", with: "xxx.")))
        #expect(joined.unreadableTimes == 1)
        #expect(joined.replacedValues == 1)
        #expect(joined.rows == 1)
        let cut = counters(odd + odd)
        #expect(cut.cutLines == 1)
        #expect(cut.malformedLines == 1)
        #expect(cut.rows == 1)
    }

    // MARK: Random pieces

    /// Lines cut at random, of two streams mixed at random, in frames cut at random, give the records of the whole lines.
    @Test(arguments: RandomPieces.Format.allCases)
    func piecesGiveTheRecordsOfWholeLines(format: RandomPieces.Format) throws {
        let seed = FuzzSettings.seed
        print("PiecesTests.piecesGiveTheRecordsOfWholeLines(\(format)): LOCKSTITCH_FUZZ_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        let set = try Self.builtIn.get()
        var streams = RandomPieces(format, seed: seed)
        var joined = 0
        for _ in 0..<FuzzSettings.lines(standard: 300) {
            let next = streams.next()
            joined += next.cutCount
            var parser = LineParser(parsers: set)
            let frames = RandomFrames.cut(next.pieces, &random)
            let rows = RandomFrames.rows(frames, by: .auto, &parser, receivedAt: ParserSet.receivedAt)
            let expected = set.rows(next.whole).map(\.texts)
            #expect(rows == expected, "\(LineBytes.literal(next.pieces))")
            guard rows == expected else { return }
        }
        #expect(joined > 0)
    }
}
