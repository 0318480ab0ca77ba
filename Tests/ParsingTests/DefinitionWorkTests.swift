import FuzzSupport
import Records
import Testing

@testable import Parsing

/// What a definition does with a record after its captures, part by part and in the order of docs/PARSERS.md.
struct DefinitionWorkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let body: String
        let line: String
        let fields: [String: FieldValue]
        var time: String?

        init(_ body: String, _ line: String, _ fields: [String: FieldValue], time: String? = nil) {
            self.body = body
            self.line = line
            self.fields = fields
            self.time = time
        }

        var testDescription: String { "\(body.replacing("\n", with: "; ")) on \(line)" }
    }

    @Test(arguments: missing + times + names + levels + inner)
    func gives(_ example: Case) throws {
        let rows = try DefinitionText.set(example.body).rows(example.line)
        #expect(rows.map(\.fields) == [example.fields])
        #expect(rows.map { Timestamp.text($0.time) } == [example.time ?? "2023-01-29T00:00:00Z"])
    }

    static let missing = [
        Case("extract: 'n <a:word> <b>'\nmissing: ['-', '']", "n - ", [:]),
        Case("extract: 'n <a:word> <b>'\nmissing: ['-', '']", "n -- x", ["a": string("--"), "b": string("x")]),
        Case("extract: 'n <a:word> <b>'\nmissing: '-'", "n x ", ["a": string("x"), "b": string("")]),
        Case("format: json\nmatch: {fields: [k]}\nmissing: ['-']", #"{"k":"-","a":"-","b":"x"}"#, ["b": string("x")]),
    ]

    static let times = [
        Case("extract: '<time> <m>'", "2023-01-29T09:20:29+01:00 x", ["m": string("x")], time: "2023-01-29T08:20:29Z"),
        Case(
            "extract: '<time> <m>'\ntime: {zone: '-05:30'}", "2023-01-29 09:20:29 x", ["m": string("x")],
            time: "2023-01-29T14:50:29Z"),
        // The first format that fits is taken.
        Case(
            "extract: '<time> <m>'\ntime: {formats: ['%d.%m.%Y', '%m.%d.%Y']}", "02.03.2023 x", ["m": string("x")],
            time: "2023-03-02T00:00:00Z"),
        Case(
            "extract: '<time> <m>'\ntime: {formats: ['%d.%m.%Y', '%m.%d.%Y']}", "02.13.2023 x", ["m": string("x")],
            time: "2023-02-13T00:00:00Z"),
        Case(
            "format: json\nmatch: {fields: [k]}\ntime: {field: at, formats: '%H:%M %d.%m.%Y'}",
            #"{"k":1,"at":"09:20 29.01.2023"}"#, ["k": number("1")], time: "2023-01-29T09:20:00Z"),
        Case(
            "format: json\nmatch: {fields: [k]}\ntime: {formats: '%H:%M %d.%m.%Y'}",
            #"{"k":1,"ts":"09:20 29.01.2023"}"#, ["k": number("1")], time: "2023-01-29T09:20:00Z"),
        // A day may be padded with a space at the start of the line, too.
        Case(
            "extract: '<time> <m>'\ntime: {formats: '%e.%m.%Y'}", " 2.03.2023 x", ["m": string("x")],
            time: "2023-03-02T00:00:00Z"),
        // What cannot be read stays.
        Case(
            "format: json\nmatch: {fields: [k]}\ntime: {field: at}", #"{"k":1,"at":"soon"}"#,
            ["k": number("1"), "at": string("soon")]),
        Case(
            "format: json\nmatch: {fields: [k]}\ntime: {formats: '%Y'}", #"{"k":1,"time":"2023 or so"}"#,
            ["k": number("1"), "time_text": string("2023 or so")]),
    ]

    static let names = [
        Case("extract: 'n <a:word> <b>'\nrename: {a: c}\ndrop: [b]", "n x y", ["c": string("x")]),
        Case("extract: 'n <a:word> <b>'\nrename: {a: b}", "n x y", ["b": string("x")]),
        Case("extract: 'n <a:word>'\nrename: {z: a}\ndrop: [y]", "n x", ["a": string("x")]),
        Case(
            "extract: 'n <a:word>'\nset: {a: no, b: 7, c: '7', d: true}", "n x",
            ["a": string("x"), "b": number("7"), "c": string("7"), "d": bool(true)]),
        // A value that is missing or dropped leaves room for the fixed one.
        Case("extract: 'n <a:word>'\nmissing: ['-']\nset: {a: yes}", "n -", ["a": string("yes")]),
        Case("extract: 'n <a:word>'\ndrop: a\nset: {a: b}", "n x", ["a": string("b")]),
    ]

    static let levels = [
        Case("extract: 'n <level:word>'", "n WARNING", ["level": string("warn")]),
        Case("extract: 'n <level:word>'", "n loud", ["level": string("loud")]),
        Case("extract: 'n <level>'\nlevel: {map: {L: info}}", "n l", ["level": string("info")]),
        Case("extract: 'n <level:word>'\nlevel: {map: {L: info, l: debug}}", "n l", ["level": string("debug")]),
        Case("extract: 'n <level>'\nlevel: {map: {LOG: info, INFO: notice}}", "n LOG", ["level": string("info")]),
        Case("extract: 'n <level>'\nlevel: {map: {LOG: info, INFO: notice}}", "n INFO", ["level": string("notice")]),
        Case(
            "extract: 'n <s:int>'\nlevel: {field: s, map: {'5*': error, '404': debug, '4*': warn, '*': info}}", "n 503",
            ["s": number("503"), "level": string("error")]),
        Case(
            "extract: 'n <s:int>'\nlevel: {field: s, map: {'5*': error, '404': debug, '4*': warn, '*': info}}", "n 404",
            ["s": number("404"), "level": string("debug")]),
        Case(
            "extract: 'n <s:int>'\nlevel: {field: s, map: {'5*': error, '404': debug, '4*': warn, '*': info}}", "n 405",
            ["s": number("405"), "level": string("warn")]),
        Case(
            "extract: 'n <s:int>'\nlevel: {field: s, map: {'5*': error, '404': debug, '4*': warn, '*': info}}", "n 200",
            ["s": number("200"), "level": string("info")]),
        Case("extract: 'n <s:int>'\nlevel: {field: s, map: {'5*': error}}", "n 200", ["s": number("200")]),
        // The longest beginning is taken.
        Case(
            "extract: 'n <s:word>'\nlevel: {field: s, map: {'ab*': error, 'a*': info, 'abc*': warn}}", "n ABCD",
            ["s": string("ABCD"), "level": string("warn")]),
        Case("extract: 'n <m:word>'\nset: {level: ERR}", "n x", ["m": string("x"), "level": string("error")]),
    ]

    static let inner = [
        Case(
            "extract: 'n <a:word> <b:word> <text>'\ninner: text", #"n x y {"a":1,"c":2}"#,
            ["a": number("1"), "b": string("y"), "c": number("2")]),
        Case(
            "extract: 'n <a:word> <text>'\ninner: text", "n x a=1 c=2", ["a": number("1"), "c": number("2")]),
        Case(
            "extract: 'n <a:word> <text>'\ninner: text", "n x just words",
            ["a": string("x"), "message": string("just words")]),
        Case(
            "extract: 'n <message:word> <text>'\ninner: text", "n x just words",
            ["message": string("x"), "text": string("just words")]),
        Case(
            "extract: 'n <message>'\ninner: message", "n ERROR: just words",
            ["message": string("ERROR: just words"), "level": string("error")]),
        Case("extract: 'n <message>'\ninner: message", #"n {"a":1"#, ["message": string(#"{"a":1"#)]),
        Case("extract: 'n <a:int>'\ninner: a", "n 7", ["a": number("7")]),
        // The definition itself fits the inner text, and that of the inner one, but there is an end to it.
        Case(
            "extract: 'n <message>'\ninner: message", "n n n n n n x", ["message": string("n n n x")]),
        Case(
            "extract: 'n <text>'\ninner: text", #"n {"time":"2023-01-29T09:20:29Z","m":"x"}"#, ["m": string("x")],
            time: "2023-01-29T09:20:29Z"),
    ]

    // MARK: Which definition

    private static let sources = """
        extract: 'n <a:word>'
        match: {sources: ["*/shop/*.log", "udp:?"]}
        """

    @Test(arguments: [
        ("/var/shop/a.log", true), ("/shop/.log", true), ("udp:7", true), ("udp:17", false), ("shop/a.log", false),
        ("/var/shop/a.log.1", false), ("", false), (nil, false),
    ] as [(String?, Bool)])
    func sourcesAreGlobs(source: String?, fits: Bool) throws {
        let rows = try DefinitionText.set(Self.sources).rows("n x", source: source)
        #expect(rows.map(\.fields) == [fits ? ["a": string("x")] : ["message": string("n x")]])
    }

    /// Definitions of format json, too, can be for certain sources, and then apply only there.
    @Test func sourcesHoldForJSON() throws {
        let set = try DefinitionText.set("format: json\nmatch: {fields: [k], sources: ['a*']}\nset: {s: t}")
        let line = #"{"k":1}"#
        #expect(set.rows(line, source: "abc").map(\.fields) == [["k": number("1"), "s": string("t")]])
        #expect(set.rows(line, source: "bcd").map(\.fields) == [["k": number("1")]])
        #expect(set.rows(line).map(\.fields) == [["k": number("1")]])
        #expect(set.rows(line, by: .definition("test")).map(\.fields) == [["k": number("1"), "s": string("t")]])
    }

    /// One parser gives the lines of each source what is theirs, though it remembers their shape.
    @Test func sourcesHoldForJSONOfAKnownShape() throws {
        let set = try DefinitionText.set("format: json\nmatch: {fields: [k], sources: ['a*']}\nset: {s: t}")
        var parser = LineParser(parsers: set)
        for _ in 0..<4 {
            for (name, fields) in [("abc", ["k": "1", "s": "t"]), ("bcd", ["k": "1"])] {
                _ = parser.parse(Array("{\"k\":1}\n".utf8), receivedAt: 0, source: LineSource(name: name))
                #expect(parser.takeBatch().parsedRows.map { $0.fields.mapValues(\.text) } == [fields])
            }
        }
    }

    @Test func theSmallerOrderIsTriedFirst() throws {
        let loose = try DefinitionText.definition(name: "a", "extract: 'n <loose>'\norder: 60")
        let first = try DefinitionText.definition(name: "b", "extract: 'n <b:int>'")
        let second = try DefinitionText.definition(name: "c", "extract: 'n <c:word>'")
        let ofSource = try DefinitionText.definition(
            name: "d", "extract: 'n <d:word>'\norder: 70\nmatch: {sources: x}")
        let set = try ParserSet([loose, ofSource, second, first])
        #expect(set.summaries.map(\.name) == ["b", "c", "a", "d"])
        #expect(set.rows("n 7").map(\.fields) == [["b": number("7")]])
        #expect(set.rows("n x").map(\.fields) == [["c": string("x")]])
        #expect(set.rows("n x y").map(\.fields) == [["loose": string("x y")]])
        #expect(set.rows("n 7", source: "x").map(\.fields) == [["d": string("7")]])
    }

    @Test func aLaterDefinitionReplacesOneOfTheSameName() throws {
        let old = try DefinitionText.definition("extract: 'n <old>'")
        let new = try DefinitionText.definition("extract: 'n <new>'")
        #expect(try ParserSet([old, new]).rows("n x").map(\.fields) == [["new": string("x")]])
    }

    @Test func whatAPinnedDefinitionDoesNotFitIsKeptWhole() throws {
        let set = try DefinitionText.set("extract: 'n <a:int>'")
        #expect(set.rows("n 7\nn x\n{\"a\":1}", by: .definition("test")).map { $0.fields.mapValues(\.text) } == [
            ["a": "7"],
            ["message": "n x", "parse_error": "the parser 'test' does not fit"],
            ["message": "{\"a\":1}", "parse_error": "the parser 'test' does not fit"],
        ])
        #expect(set.rows("n 7", by: .definition("none")).map { $0.fields.mapValues(\.text) } == [
            ["message": "n 7", "parse_error": "there is no parser 'none'"]
        ])
    }

    /// `match.programs` is for text inside of a record that says its program; other records do not get it.
    @Test func programsAreForInnerText() throws {
        let outer = try DefinitionText.definition(name: "outer", "extract: '<program:word>: <text>'\ninner: text")
        let sshd = try DefinitionText.definition(
            name: "sshd", "extract: 'user <user:word>'\nmatch: {programs: [sshd, ssh]}")
        let json = try DefinitionText.definition(
            name: "web", "format: json\nmatch: {programs: [web], fields: [k]}\nset: {s: t}")
        let set = try ParserSet([outer, sshd, json])
        #expect(set.rows("ssh: user ann").map(\.fields) == [["program": string("ssh"), "user": string("ann")]])
        #expect(set.rows("cron: user ann").map(\.fields) == [["program": string("cron"), "message": string("user ann")]])
        #expect(set.rows("user ann").map(\.fields) == [["message": string("user ann")]])
        #expect(
            set.rows(#"web: {"k":1}"#).map(\.fields) == [["program": string("web"), "k": number("1"), "s": string("t")]])
        #expect(set.rows(#"cron: {"k":1}"#).map(\.fields) == [["program": string("cron"), "k": number("1")]])
        #expect(set.rows(#"{"k":1}"#).map(\.fields) == [["k": number("1")]])
    }

    @Test func theTextInsideIsParsedByTheDefinitionsOfTheSource() throws {
        let outer = try DefinitionText.definition(name: "outer", "extract: 'n <text>'\ninner: text")
        let inner = try DefinitionText.definition(name: "inner", "extract: 'm <a:int>'\nmatch: {sources: shop}")
        let set = try ParserSet([outer, inner])
        #expect(set.rows("n m 7", source: "shop").map(\.fields) == [["a": number("7")]])
        #expect(set.rows("n m 7", source: "other").map(\.fields) == [["message": string("m 7")]])
    }
}
