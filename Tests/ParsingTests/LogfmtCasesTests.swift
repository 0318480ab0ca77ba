import FuzzSupport
import Parsing
import Records
import Testing

/// Lines of logfmt as Go's and other libraries write it.
struct LogfmtCasesTests {
    @Test(arguments: records)
    func aRecord(_ line: AcceptedLine) {
        for rows in Reparsing.threeTimes(Array(line.line.utf8)) {
            #expect(rows == [ParsedRow(time: Reparsing.receivedAt, fields: line.fields)])
        }
    }

    @Test(arguments: refused)
    func keptWhole(_ line: RefusedLine) {
        for rows in Reparsing.threeTimes(line.line) { #expect(rows == [line.row]) }
    }

    static let records = [
        AcceptedLine("a=1", ["a": number("1")]),
        AcceptedLine("a=1 b=-2.5e3 c=x d=true e=false f=null", [
            "a": number("1"), "b": number("-2.5e3"), "c": string("x"), "d": bool(true), "e": bool(false),
            "f": string("null"),
        ]),
        AcceptedLine("a=01 b=1. c=1e d=-  e=truex f=12ms g=0x1f h=1,5", [
            "a": string("01"), "b": string("1."), "c": string("1e"), "d": string("-"), "e": string("truex"),
            "f": string("12ms"), "g": string("0x1f"), "h": string("1,5"),
        ]),
        AcceptedLine(#"a="hello world" b="" c="1" d="\"q\" \\ \n\t\u00e9\uD83D\uDE00""#, [
            "a": string("hello world"), "b": string(""), "c": string("1"), "d": string("\"q\" \\ \n\té😀"),
        ]),
        AcceptedLine("a= b= c=", ["a": string(""), "b": string(""), "c": string("")]),
        AcceptedLine("a==b c=d=e url=http://h/?q=1&r=2", [
            "a": string("=b"), "c": string("d=e"), "url": string("http://h/?q=1&r=2"),
        ]),
        AcceptedLine("a=1 cached retry b=2 done", [
            "a": number("1"), "cached": bool(true), "retry": bool(true), "b": number("2"), "done": bool(true),
        ]),
        AcceptedLine("a=1 b a", ["a": bool(true), "b": bool(true)]),
        AcceptedLine("a=x b b b=2", ["a": string("x"), "b": number("2")]),
        AcceptedLine("a=1 w1 w2 w3 w4 w5 w6 w7 w8", [
            "a": number("1"), "w1": bool(true), "w2": bool(true), "w3": bool(true), "w4": bool(true),
            "w5": bool(true), "w6": bool(true), "w7": bool(true), "w8": bool(true),
        ]),
        AcceptedLine("  a=1\tb=2   c=3  \r", ["a": number("1"), "b": number("2"), "c": number("3")]),
        AcceptedLine(#"a=b"c" d=[1,2] e={"x":1}"#, [
            "a": string(#"b"c""#), "d": string("[1,2]"), "e": string(#"{"x":1}"#),
        ]),
        AcceptedLine("http.status=200 http/path=/a @x=1 a-b=2 ns:k=3", [
            "http.status": number("200"), "http/path": string("/a"), "@x": number("1"), "a-b": number("2"),
            "ns:k": number("3"),
        ]),
        AcceptedLine("a=1 größe=é", ["a": number("1"), "größe": string("é")]),
        AcceptedLine(#"level=info msg="GET /cart" duration=12.3ms err=nil"#, [
            "level": string("info"), "message": string("GET /cart"), "duration": string("12.3ms"),
            "err": string("nil"),
        ]),
        AcceptedLine(#"at=error code=H12 desc="Request timeout" method=GET path="/" status=503 bytes=0"#, [
            "at": string("error"), "code": string("H12"), "desc": string("Request timeout"),
            "method": string("GET"), "path": string("/"), "status": number("503"), "bytes": number("0"),
        ]),
        // A word that is called like a field with a meaning is a field like any other.
        AcceptedLine("a=1 time", ["a": number("1"), "time_2": bool(true)]),
        AcceptedLine("msg=a message", ["msg": string("a"), "message": bool(true)]),
        AcceptedLine("a=1 start_time_unix_nano", ["a": number("1"), "start_time_unix_nano": bool(true)]),
        AcceptedLine("a=\(String(repeating: "v", count: 5_000)) b=1", [
            "a": string(String(repeating: "v", count: 5_000)), "b": number("1"),
        ]),
    ]

    static let refused = [
        RefusedLine("a=1 =b", "expected a key at byte 4"),
        RefusedLine(#"a="b"#, "the quoted value is not closed, or has a malformed escape, at byte 2"),
        RefusedLine(#"a="\x""#, "the quoted value is not closed, or has a malformed escape, at byte 2"),
        RefusedLine(#"a="b"c d=1"#, "expected a space after the quoted value at byte 5"),
        RefusedLine(#"a=1 b"c"=2"#, "unexpected quote in a key at byte 5"),
        RefusedLine(#"a=1 "b c""#, "expected a key at byte 4"),
        RefusedLine("a=1\u{0}b=2", "control character at byte 3"),
        RefusedLine("a=1 b=\u{1b}[31mred\u{1b}[0m", "control character at byte 6"),
        RefusedLine("  a=1 =b", "expected a key at byte 6"),
        RefusedLine(
            (0...1_000).map { "k\($0)=1" }.joined(separator: " "), "more than 1000 fields"),
        RefusedLine(
            "a=1 \(String(repeating: "k", count: 1_025))=1", "a field name is longer than 1024 bytes at byte 4"),
        RefusedLine(bytes: Array("a=".utf8) + [0xff], "invalid UTF-8 at byte 2", message: #"a=\xff"#),
        RefusedLine(bytes: [0xfe, 0xff, 0x61], "invalid UTF-8 at byte 0", message: #"\xfe\xffa"#),
    ]

    /// A shape whose last step is a bare key must not take the start of a longer word for it.
    @Test func aBareKeyIsAWholeWord() {
        var parser = LineParser()
        let lines = "a=1 foo foo\na=1 foo foox\na=1 foo=2 foo\na=1 fo foo\n"
        let rows = parser.rows(Array(lines.utf8), receivedAt: 42)
        #expect(
            rows.map { $0.fields.mapValues(\.text) } == [
                ["a": "1", "foo": "true"], ["a": "1", "foo": "true", "foox": "true"], ["a": "1", "foo": "true"],
                ["a": "1", "fo": "true", "foo": "true"],
            ])
    }
}
