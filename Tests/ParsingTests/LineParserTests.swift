import FuzzSupport
import Parsing
import Records
import Testing

/// What concerns more than one line: blank lines, long lines, shapes that meet in one parser, counters and limits.
struct LineParserTests {
    private func rows(_ lines: [String]) -> [ParsedRow] {
        var parser = LineParser()
        return parser.rows(Array(lines.joined(separator: "\n").utf8), receivedAt: 42)
    }

    private func fields(_ lines: String...) -> [[String: String]] { rows(lines).map { $0.fields.mapValues(\.text) } }

    @Test func blankLinesMakeNoRow() {
        let lines = ["", "a=1", " ", "\t\r", "", "\r", "{\"a\":2}\r", "   "]
        #expect(rows(lines).map { $0.fields["a"]?.text } == ["1", "2"])
        #expect(rows([]) == [])
    }

    @Test(arguments: ["{\"a\":\"", "level=info msg=", "plain text "])
    func aLongLineIsCut(start: String) {
        let long = Array(start.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20)
        var parser = LineParser()
        // The shape is known, so that the walk meets the long line too.
        _ = parser.rows(Array((start + (start.hasPrefix("{") ? "\"}" : "y") + "\n").utf8), receivedAt: 42)
        for _ in 0..<3 {
            let rows = parser.rows(long + Array((start.hasPrefix("{") ? "\"}\n" : "\n").utf8), receivedAt: 42)
            #expect(rows.count == 1)
            #expect(rows.first?.fields["message"]?.text.utf8.count == Limits.lineBytesMax)
            #expect(rows.first?.fields["message"]?.text.hasPrefix(start) == true)
            #expect(rows.first?.fields["parse_error"]?.text == "the line is longer than 1048576 bytes; cut there")
        }
    }

    @Test(arguments: 0..<4)
    func aLongLineIsCutBetweenCharacters(lead: Int) {
        let line = String(repeating: "x", count: lead) + String(repeating: "🧵", count: 300_000)
        let text = rows([line]).first?.fields["message"]?.text ?? ""
        #expect(line.hasPrefix(text))
        #expect(text.utf8.count > Limits.lineBytesMax - 4 && text.utf8.count <= Limits.lineBytesMax)
    }

    @Test func aLineOfExactlyTheLimitIsNotCut() {
        let line = "{\"a\":\"" + String(repeating: "x", count: Limits.lineBytesMax - 8) + "\"}"
        #expect(line.utf8.count == Limits.lineBytesMax)
        for rows in Reparsing.threeTimes(Array(line.utf8)) { #expect(rows.first?.fields["a"] != nil) }
    }

    @Test func aShapeThatFitsOnlyHalfTakesNothingBack() {
        let scalar = #"{"a":1,"a":2}"#
        let nested = #"{"a":1,"a":{"b":3}}"#
        let expected = [["a": "2"], ["a": "1", "a.b": "3"], ["a": "2"], ["a": "1", "a.b": "3"]]
        #expect(fields(scalar, nested, scalar, nested) == expected)
        let alias = #"{"msg":"m","message":"n"}"#
        let object = #"{"msg":"m","message":{"b":3}}"#
        #expect(
            fields(alias, object, alias, object)
                == [["msg": "m", "message": "n"], ["message": "m", "message.b": "3"], ["msg": "m", "message": "n"],
                    ["message": "m", "message.b": "3"]])
    }

    @Test func aRepeatedKeyReplacesAndIsCounted() {
        var parser = LineParser()
        let lines = #"{"a":1,"a":2}"# + "\n" + #"{"a":null,"a":2}"# + "\na=1 b=2 a=3 a\n"
        let rows = parser.rows(Array(lines.utf8), receivedAt: 42)
        #expect(rows.map { $0.fields["a"]?.text } == ["2", "2", "true"])
        #expect(parser.counters.replacedValues == 3)
    }

    @Test func counters() {
        var parser = LineParser()
        let lines = #"{"a":1}"# + "\n" + #"{"a":2}"# + "\nplain text\n\n{\n{\"time\":\"soon\"}\n"
        #expect(parser.rows(Array(lines.utf8), receivedAt: 42).count == 5)
        var expected = ParseCounters()
        expected.rows = 5
        expected.malformedLines = 1
        // That of `a`, when it came for the second time.
        expected.learnedShapes = 1
        expected.unreadableTimes = 1
        #expect(parser.counters == expected)
    }

    @Test func kindsAreThoseOfTheBatch() {
        var parser = LineParser()
        let lines = #"{"a":1,"b":true}"# + "\n" + #"{"a":"x"}"# + "\n" + #"{"a":[],"a":2}"# + "\n"
        let batch = parser.batches(Array(lines.utf8), receivedAt: 0)[0]
        #expect(batch.column("a")?.kinds == [.number, .string])
        #expect(batch.column("a")?.rows == nil)
        #expect(batch.column("b")?.kinds == .bool)
        #expect(batch.column("b")?.rows == [0])
    }

    /// A displaced value keeps its own kind, also beside others of its column.
    @Test func kindsOfADisplacedValue() {
        var parser = LineParser()
        let lines = #"{"msg":1}"# + "\n" + #"{"msg":"x"}"# + "\n" + #"{"msg":2,"message":"n"}"# + "\n"
        let batch = parser.batches(Array(lines.utf8), receivedAt: 0)[0]
        #expect(batch.column("msg")?.kinds == .number)
    }

    @Test func manyColumnsEndTheBatchAndLoseNothing() {
        var parser = LineParser()
        let lines = (0..<10_000).map { "{\"k\($0)\":\($0)}\n" }.joined()
        let batches = parser.batches(Array(lines.utf8), receivedAt: 42)
        #expect(batches.count > 1)
        #expect(batches.allSatisfy { $0.columns.count <= Limits.columnsPerBatchMax + 1 })
        let rows = batches.flatMap(\.parsedRows)
        #expect(rows.map(\.fields) == (0..<10_000).map { ["k\($0)": number("\($0)")] })
        #expect(parser.counters.shapeResets > 0)
    }

    /// A line that is logfmt by order of its source is plain text elsewhere, whatever the parser has seen before.
    @Test func aPinnedSourceChangesNothingForOthers() {
        var parser = LineParser()
        let line = Array("\tat main\n".utf8)
        for _ in 0..<3 {
            let rows = parser.rows(line, receivedAt: 42, source: LineSource(parser: .logfmt))
            #expect(rows.map(\.fields) == [["at": bool(true), "main": bool(true)]])
            #expect(parser.rows(line, receivedAt: 42).map(\.fields) == [["message": string("\tat main")]])
        }
    }

    /// Work that grows with the square of the input would not end here.
    @Test func manyMalformedLinesBeforeALongOne() {
        var parser = LineParser()
        let bad = String(repeating: "{\n", count: 100_000)
        let long = "{\"a\":\"" + String(repeating: "\\n", count: 500_000)
        #expect(parser.rows(Array((bad + long).utf8), receivedAt: 42).count == 100_001)
    }
}
