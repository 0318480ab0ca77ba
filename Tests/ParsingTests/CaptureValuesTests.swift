import FuzzSupport
import Records
import Testing

@testable import Parsing

/// What becomes of the text of a capture: its kind, its value, and the fields that it opens into.
struct CaptureValuesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let line: String
        let fields: [String: FieldValue]

        init(_ pattern: String, _ line: String, _ fields: [String: FieldValue]) {
            self.pattern = pattern
            self.line = line
            self.fields = fields
        }

        var testDescription: String { "\(pattern) on \(line)" }
    }

    @Test(arguments: [
        Case("n <a:int>", "n 17", ["a": number("17")]),
        Case("n <a:int>", "n -17", ["a": number("-17")]),
        // As JSON writes numbers; what it does not, stays text.
        Case("n <a:int>", "n 007", ["a": string("007")]),
        Case("n <a:number>", "n 0.50", ["a": number("0.50")]),
        Case("n <a:word>", "n 17", ["a": string("17")]),
        Case("n <a>", "n true", ["a": string("true")]),
        Case("n <a:hex>", "n 17", ["a": string("17")]),
        Case("n <a:quoted>", #"n "x \"y\" \\ \n \x22""#, ["a": string("x \"y\" \\ \n \\x22")]),
        Case("n <a:quoted>", #"n "x""#, ["a": string("x")]),
        Case("n <a:seconds>", "n 0.120", ["a": number("120000000")]),
        Case("n <a:seconds>", "n 2", ["a": number("2000000000")]),
        Case("n <a:seconds>", "n 0.0000000004", ["a": number("0")]),
        Case("n <a:milliseconds>", "n 1203.045", ["a": number("1203045000")]),
        Case("n <a:microseconds>", "n 1.5", ["a": number("1500")]),
        Case("n <a:nanoseconds>", "n 17", ["a": number("17")]),
        Case("n <a:milliseconds>", "n -1.5", ["a": number("-1500000")]),
        Case("n <a:level>", "n WARNING", ["a": string("warn")]),
        Case("n <level>", "n Err", ["level": string("error")]),
        Case("<<<pri:priority>>x", "<13>x", ["level": string("notice"), "facility": string("user")]),
        Case("<<<pri:priority>>x", "<0>x", ["level": string("emergency"), "facility": string("kern")]),
        Case("<<<pri:priority>>x", "<191>x", ["level": string("debug"), "facility": string("local7")]),
        Case("<<<pri:priority>>x", "<192>x", [:]),
        Case("n <sd:structured_data>", "n -", [:]),
        Case(
            "n <sd:structured_data>", #"n [x@1 a="1" b="\"]\\"][y c=""]"#,
            ["sd.x@1.a": string("1"), "sd.x@1.b": string("\"]\\"), "sd.y.c": string("")]),
        Case("n <p:pairs>", #"n a=1 b="x y" c"#, ["a": number("1"), "b": string("x y"), "c": bool(true)]),
        Case("n <p:pairs>", "n msg=x level=INFO", ["message": string("x"), "level": string("info")]),
        Case(
            "n <e:cef_extension>", #"n src=10.0.0.9 msg=a \= b c\nd act=x"#,
            ["src": string("10.0.0.9"), "msg": string("a = b c\nd"), "act": string("x")]),
    ])
    func becomes(_ example: Case) throws {
        let set = try DefinitionText.set("extract: \(DefinitionText.quoted(example.pattern))")
        let rows = set.rows(example.line)
        #expect(rows == [ParsedRow(time: ParserSet.receivedAt, fields: example.fields)])
        // As the second and third line of a batch, behind one of another kind.
        let later = set.rows("{\"x\":1}\n" + example.line + "\n" + example.line).map(\.texts)
        #expect(Array(later.dropFirst()) == (rows + rows).map(\.texts))
    }

    /// Numbers that a sender may write however large, small or negative it likes.
    @Test(arguments: [
        Case("n <a:seconds>", "n 99999999999999999999", ["a": number("99999999999999999999")]),
        Case("n <a:seconds>", "n -99999999999999999999", ["a": number("-99999999999999999999")]),
        Case("n <a:nanoseconds>", "n -99999999999999999999", ["a": number("-99999999999999999999")]),
        Case("<<<pri:priority>>x", "<-1>x", [:]),
        Case("<<<pri:priority>>x", "<-8>x", [:]),
        Case("<<<pri:priority>>x", "<-9223372036854775808>x", [:]),
        Case("<<<pri:priority>>x", "<99999999999999999999>x", [:]),
        // Too large for a duration, and no JSON number either.
        Case("n <a:seconds>", "n 0099999999999999999999", ["a": string("0099999999999999999999")]),
    ])
    func hostileNumbersDoNoHarm(_ example: Case) throws {
        let set = try DefinitionText.set("extract: \(DefinitionText.quoted(example.pattern))")
        #expect(set.rows(example.line) == [ParsedRow(time: ParserSet.receivedAt, fields: example.fields)])
    }

    /// The time of the record is that of `<time>`, whatever other times the line has.
    @Test(arguments: [
        "<time> <_:time> x", "<_:time> <time> x", "<time> <[<_:time>]> x", "<time> <[<_:time>!]><_:word> x",
    ])
    func timesThatAreNotKeptAreNotTheTime(pattern: String) throws {
        let set = try DefinitionText.set("extract: \(DefinitionText.quoted(pattern))")
        let (kept, other) = ("2023-01-29T09:20:29Z", "2001-01-01T00:00:00Z")
        let line = pattern.hasPrefix("<_") ? "\(other) \(kept) x" : "\(kept) \(other) x"
        #expect(set.rows(line).map { Timestamp.text($0.time) } == [kept])
        #expect(set.rows(line).map(\.fields) == [[:]])
    }

    /// A field of the record cannot be called as its time is: the name of a parameter comes with the line.
    @Test(arguments: [
        Case("n <e:cef_extension>", "n time=x", ["time_2": string("x")]),
        Case("n <p:pairs>", "n time=x", ["time_text": string("x")]),
    ])
    func aFieldIsNotCalledTime(_ example: Case) throws {
        let set = try DefinitionText.set("extract: \(DefinitionText.quoted(example.pattern))")
        let fields = set.rows(example.line).first?.fields ?? [:]
        #expect(fields["time"] == nil)
        #expect(fields == example.fields)
    }

    /// What is captured as pairs and is none is not lost.
    @Test func pairsThatAreNoneAreKept() throws {
        let set = try DefinitionText.set("extract: 'n <p:pairs>'")
        for text in ["a=\"x", "= y", "a=1 \"b\"", "w1 w2 w3 w4 w5 w6 w7 w8 w9"] {
            let row = try #require(set.rows("n \(text)").first)
            #expect(row.fields.values.contains { $0.text.contains(text) }, "\(text) gives \(row)")
        }
    }
}
