import FuzzSupport
import Parsing
import Records
import Testing

/// Lines of JSON, in the spirit of Nicolas Seriot's JSONTestSuite: what is a record, and how the others are kept.
struct JSONCasesTests {
    @Test(arguments: values + strings + objects + layouts)
    func aRecord(_ line: AcceptedLine) {
        for rows in Reparsing.threeTimes(Array(line.line.utf8)) {
            #expect(rows == [ParsedRow(time: Reparsing.receivedAt, fields: line.fields)])
        }
    }

    @Test(arguments: truncated + malformed + malformedStrings + malformedValues + notUTF8)
    func keptWhole(_ line: RefusedLine) {
        for rows in Reparsing.threeTimes(line.line) { #expect(rows == [line.row]) }
    }

    static let values = [
        AcceptedLine("{}", [:]),
        AcceptedLine(#"{"a":1}"#, ["a": number("1")]),
        AcceptedLine(#"{"a":0,"b":-0,"c":-1.50,"d":1e5,"e":1E+5,"f":2.5e-300}"#, [
            "a": number("0"), "b": number("-0"), "c": number("-1.50"), "d": number("1e5"), "e": number("1E+5"),
            "f": number("2.5e-300"),
        ]),
        AcceptedLine(#"{"a":123456789012345678901234567890.000000000000000000001}"#, [
            "a": number("123456789012345678901234567890.000000000000000000001")
        ]),
        AcceptedLine(#"{"a":1e999999,"b":18446744073709551616}"#, [
            "a": number("1e999999"), "b": number("18446744073709551616"),
        ]),
        AcceptedLine(#"{"a":true,"b":false,"c":null}"#, ["a": bool(true), "b": bool(false)]),
        AcceptedLine(#"{"a":null}"#, [:]),
        AcceptedLine(#"{"a":[],"b":[1, 2,{"c":[null]}],"d":["é","]"]}"#, [
            "a": json("[]"), "b": json(#"[1, 2,{"c":[null]}]"#), "d": json(#"["é","]"]"#),
        ]),
        AcceptedLine(#"{"a":{},"b":{ }}"#, ["a": json("{}"), "b": json("{ }")]),
        AcceptedLine(#"{"a":"1","b":"true","c":"null"}"#, ["a": string("1"), "b": string("true"), "c": string("null")]),
    ]

    static let strings = [
        AcceptedLine(#"{"a":""}"#, ["a": string("")]),
        AcceptedLine(#"{"a":"\" \\ \/ \b \f \n \r \t"}"#, ["a": string("\" \\ / \u{8} \u{c} \n \r \t")]),
        AcceptedLine(#"{"a":"\u0041\u00e9\u20AC\uD83D\uDE00"}"#, ["a": string("Aé€😀")]),
        AcceptedLine(#"{"a":"\u0000"}"#, ["a": string("\u{0}")]),
        AcceptedLine(#"{"a":"Aé€😀"}"#, ["a": string("Aé€😀")]),
        AcceptedLine("{\"a\":\"\u{7f}\u{2028}\u{feff}\"}", ["a": string("\u{7f}\u{2028}\u{feff}")]),
        AcceptedLine(#"{"a":"12345678901234\n"}"#, ["a": string("12345678901234\n")]),
        AcceptedLine(#"{"a":"12345678901234567890123456789\n2"}"#, ["a": string("12345678901234567890123456789\n2")]),
        AcceptedLine(
            #"{"a":"\#(String(repeating: #"\t"#, count: 5_000))"}"#,
            ["a": string(String(repeating: "\t", count: 5_000))]),
    ]

    static let objects = [
        AcceptedLine(#"{"http":{"status":200,"req":{"id":"7"}},"b":1}"#, [
            "http.status": number("200"), "http.req.id": string("7"), "b": number("1"),
        ]),
        AcceptedLine(#"{"":1,"a":{"":2},"b":{"":{"":3}}}"#, ["": number("1"), "a.": number("2"), "b..": number("3")]),
        AcceptedLine(#"{"ключ":1,"🧵":2,"\u0061b":3,"a b":4,"a\"b":5}"#, [
            "ключ": number("1"), "🧵": number("2"), "ab": number("3"), "a b": number("4"), "a\"b": number("5"),
        ]),
        AcceptedLine(#"{"a":1,"a":"2"}"#, ["a": string("2")]),
        AcceptedLine(#"{"a":1,"b":3,"a":null}"#, ["b": number("3")]),
        AcceptedLine(#"{"a":null,"a":2}"#, ["a": number("2")]),
        AcceptedLine(#"{"a":{"b":1},"a.b":2}"#, ["a.b": number("2")]),
        AcceptedLine(#"{"a":{"b":1},"a":{"c":2}}"#, ["a.b": number("1"), "a.c": number("2")]),
        AcceptedLine(#"{"a":1,"\u0061":2}"#, ["a": number("2")]),
        AcceptedLine(nested(100), [nestedName(100): number("1")]),
        AcceptedLine(#"{"a":\#(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))}"#, [
            "a": json(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))
        ]),
        AcceptedLine(flat(1_000), Dictionary(uniqueKeysWithValues: (0..<1_000).map { ("k\($0)", number("\($0)")) })),
        AcceptedLine(
            #"{"\#(String(repeating: "k", count: 1_024))":1}"#, [String(repeating: "k", count: 1_024): number("1")]),
    ]

    static let layouts = [
        AcceptedLine(" \t{ \"a\" : 1 , \"b\" :\t\"x\" , \"c\" : { \"d\" : [ ] } } \t", [
            "a": number("1"), "b": string("x"), "c.d": json("[ ]"),
        ]),
        AcceptedLine("{\"a\":1}\r", ["a": number("1")]),
        AcceptedLine("{\"a\":[1,\r2]}\r", ["a": json("[1,\r2]")]),
    ]

    static let truncated = [
        RefusedLine("{", "the line ends early: expected a name in quotes at byte 1"),
        RefusedLine(#"{"a"#, "the line ends inside a string at byte 3"),
        RefusedLine(#"{"a""#, "the line ends early: expected ':' at byte 4"),
        RefusedLine(#"{"a":"#, "the line ends early: expected a value at byte 5"),
        RefusedLine(#"{"a":"b"#, "the line ends inside a string at byte 7"),
        RefusedLine(#"{"a":"b\"#, "the line ends inside a string at byte 8"),
        RefusedLine(#"{"a":1"#, "the line ends early: expected ',' or '}' at byte 6"),
        RefusedLine(#"{"a":1,"#, "the line ends early: expected a name in quotes at byte 7"),
        RefusedLine(#"{"a":{"b":1}"#, "the line ends early: expected ',' or '}' at byte 12"),
    ]

    static let malformed = [
        RefusedLine(#"{"a":1,}"#, "expected a name in quotes at byte 7"),
        RefusedLine(#"{,"a":1}"#, "expected a name in quotes at byte 1"),
        RefusedLine(#"{"a":1,,"b":2}"#, "expected a name in quotes at byte 7"),
        RefusedLine(#"{"a":1 "b":2}"#, "expected ',' or '}' at byte 7"),
        RefusedLine(#"{"a" 1}"#, "expected ':' at byte 5"),
        RefusedLine(#"{"a"::1}"#, "expected a value at byte 5"),
        RefusedLine(#"{a:1}"#, "expected a name in quotes at byte 1"),
        RefusedLine(#"{'a':1}"#, "expected a name in quotes at byte 1"),
        RefusedLine(#"{1:1}"#, "expected a name in quotes at byte 1"),
        RefusedLine(#"{"a":1}}"#, "unexpected text after the object at byte 7"),
        RefusedLine(#"{"a":1} {"b":2}"#, "unexpected text after the object at byte 8"),
        RefusedLine(#"{"a":1]"#, "expected ',' or '}' at byte 6"),
        RefusedLine(#"  {"a":1,}"#, "expected a name in quotes at byte 9"),
        RefusedLine("{\"a\":1,}\r", "expected a name in quotes at byte 7", message: #"{"a":1,}"#),
        RefusedLine("{\"a\":\u{0}1}", "expected a value at byte 5"),
        RefusedLine("{\u{0}\"a\":1}", "expected a name in quotes at byte 1"),
        RefusedLine(nested(101), "objects are nested more than 100 levels deep at byte 500"),
        RefusedLine(flat(1_001), "more than 1000 fields"),
        RefusedLine(flat(5_000), "more than 1000 fields"),
        RefusedLine(
            #"{"\#(String(repeating: "k", count: 1_025))":1}"#, "a field name is longer than 1024 bytes at byte 1"),
    ]

    static let malformedStrings = [
        RefusedLine(#"{"a":"\x"}"#, "malformed escape in a string at byte 6"),
        RefusedLine(#"{"a":"ok \n \u12G4"}"#, "malformed escape in a string at byte 12"),
        RefusedLine(#"{"a":"\u12"}"#, "malformed escape in a string at byte 6"),
        RefusedLine(#"{"\q":1}"#, "malformed escape in a string at byte 2"),
        RefusedLine(#"{"a":"\uD83D"}"#, "malformed escape in a string at byte 6"),
        RefusedLine(#"{"a":"\uDE00"}"#, "malformed escape in a string at byte 6"),
        RefusedLine(#"{"a":"\uD83D\u0041"}"#, "malformed escape in a string at byte 6"),
        RefusedLine(#"{"a":"\uD83D\uDE00 \uDE00"}"#, "malformed escape in a string at byte 19"),
        RefusedLine("{\"a\":\"b\tc\"}", "control character in a string at byte 7"),
        RefusedLine("{\"a\":\"b\u{0}c\"}", "control character in a string at byte 7"),
        RefusedLine("{\"a\":\"\u{1f}\"}", "control character in a string at byte 6"),
        RefusedLine("{\"a\u{1}\":1}", "control character in a string at byte 3"),
        RefusedLine(#"{"a":'b'}"#, "expected a value at byte 5"),
    ]

    static let malformedValues = [
        RefusedLine(#"{"a":01}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":-01}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":-}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":1.}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":1.e5}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":1e}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":1e+}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":.5}"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":+1}"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":0x10}"#, "expected ',' or '}' at byte 6"),
        RefusedLine(#"{"a":1_000}"#, "expected ',' or '}' at byte 6"),
        RefusedLine(#"{"a":NaN}"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":Infinity}"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":-Infinity}"#, "malformed number at byte 5"),
        RefusedLine(#"{"a":True}"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":tru}"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":nul"#, "expected a value at byte 5"),
        RefusedLine(#"{"a":truex}"#, "expected ',' or '}' at byte 9"),
        RefusedLine(#"{"a":[1,]}"#, "the array is not well-formed, or nested more than 100 levels deep, at byte 5"),
        RefusedLine(#"{"a":[1"#, "the array is not well-formed, or nested more than 100 levels deep, at byte 5"),
        RefusedLine(#"{"a":[1}"#, "the array is not well-formed, or nested more than 100 levels deep, at byte 5"),
        RefusedLine(#"{"a":[{"b":1]}"#, "the array is not well-formed, or nested more than 100 levels deep, at byte 5"),
        RefusedLine(#"{"a":[{b:1}]}"#, "the array is not well-formed, or nested more than 100 levels deep, at byte 5"),
        RefusedLine(
            #"{"a":\#(String(repeating: "[", count: 101) + String(repeating: "]", count: 101))}"#,
            "the array is not well-formed, or nested more than 100 levels deep, at byte 5"),
    ]

    static let notUTF8 = [
        RefusedLine(bytes: around([0xff]), "invalid UTF-8 at byte 6", message: #"{"a":"\xff"}"#),
        RefusedLine(bytes: around([0xc3]), "invalid UTF-8 at byte 6", message: #"{"a":"\xc3"}"#),
        RefusedLine(bytes: around([0xc0, 0x80]), "invalid UTF-8 at byte 6", message: #"{"a":"\xc0\x80"}"#),
        RefusedLine(
            bytes: around([0xed, 0xa0, 0x80]), "invalid UTF-8 at byte 6", message: #"{"a":"\xed\xa0\x80"}"#),
        RefusedLine(
            bytes: around(Array("é".utf8) + [0xf4, 0x90, 0x80, 0x80]), "invalid UTF-8 at byte 8",
            message: #"{"a":"é\xf4\x90\x80\x80"}"#),
        RefusedLine(bytes: Array("  ".utf8) + around([0x80]), "invalid UTF-8 at byte 8", message: #"  {"a":"\x80"}"#),
    ]

    private static func around(_ bytes: [UInt8]) -> [UInt8] { Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8) }

    private static func nested(_ levels: Int) -> String {
        String(repeating: #"{"a":"#, count: levels) + "1" + String(repeating: "}", count: levels)
    }

    private static func nestedName(_ levels: Int) -> String {
        Array(repeating: "a", count: levels).joined(separator: ".")
    }

    private static func flat(_ fields: Int) -> String {
        "{" + (0..<fields).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    }
}
