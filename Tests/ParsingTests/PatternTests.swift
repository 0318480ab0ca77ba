import Kernels
import Records
import Testing

@testable import Parsing

/// Patterns: what each type fits, and what stands around the captures.
struct PatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let line: String
        /// The captures that are there, as the line writes them; nil where the pattern does not fit.
        let captures: [String: String]?

        init(_ pattern: String, _ line: String, _ captures: [String: String]?) {
            self.pattern = pattern
            self.line = line
            self.captures = captures
        }

        var testDescription: String { "\(pattern) on \(line)" }
    }

    /// What the pattern captures of `record`, nil where it does not fit.
    private static func captures(
        _ pattern: String, _ record: Span<UInt8>, isPrefix: Bool = false
    ) throws -> [String: String]? {
        let syntax = try PatternSyntax(pattern)
        let compiled = LinePattern(
            syntax.pieces, slotCount: syntax.captures.count, formats: PlainText.standardFormats(zoneSeconds: 0),
            words: LevelMap([:]).words)
        var matcher = PatternMatcher()
        let fits = matcher.match(compiled, record, receivedAt: ParserSet.receivedAt, isPrefix: isPrefix)
        if fits, record.count > 0 { #expect(compiled.canBegin(with: record[0]), "\(pattern) is not tried at all") }
        guard fits else { return nil }
        var captures: [String: String] = [:]
        for (slot, capture) in syntax.captures.enumerated() {
            guard let range = matcher.capture(slot) else { continue }
            captures[capture.name] = record.extracting(range).text
        }
        return captures
    }

    @Test(arguments: literals + texts + words + numbers + addresses + quoteds + others + optionals)
    func fits(_ example: Case) throws {
        #expect(try Self.captures(example.pattern, Array(example.line.utf8).span) == example.captures)
    }

    /// What lies behind the end of the record changes nothing, however well it would go on with it.
    @Test(arguments: literals + texts + words + numbers + addresses + quoteds + others + optionals)
    func doesNotReadPastTheEnd(_ example: Case) throws {
        let line = Array(example.line.utf8)
        let missing = example.pattern + example.pattern
        for tail in [example.line, missing, "0", "a", "\"", " ", "]", ".1", ":1", "x\" y", "-", "\n"] {
            let input = line + Array(tail.utf8)
            let found = try Self.captures(example.pattern, input.span.extracting(0..<line.count))
            #expect(found == (try Self.captures(example.pattern, line.span)), "before \(tail)")
        }
    }

    /// The beginning of a line, too, is matched without a look at what follows it.
    @Test(arguments: literals + texts + words + numbers + addresses + quoteds + others + optionals)
    func aBeginningGivesTheSameInPlaceAndAlone(_ example: Case) throws {
        let line = Array(example.line.utf8)
        for count in 0..<line.count {
            let inPlace = try Self.captures(example.pattern, line.span.extracting(0..<count))
            #expect(inPlace == (try Self.captures(example.pattern, Array(line[..<count]).span)), "\(count) bytes")
        }
    }

    /// `isPrefix` asks whether a record begins as the pattern says: the rest is not looked at.
    @Test(arguments: literals + texts + words + numbers + addresses + quoteds + others + optionals)
    func whatFitsFitsAsAPrefix(_ example: Case) throws {
        guard let captures = example.captures else { return }
        #expect(try Self.captures(example.pattern, Array(example.line.utf8).span, isPrefix: true) == captures)
    }

    @Test(arguments: [
        Case("# Time: ", "# Time: 2023", [:]),
        Case("# Time: ", "# Time:", nil),
        Case("# Time: ", " # Time: ", nil),
        Case("<a:int>", "17 and more", ["a": "17"]),
        Case("<a:word> <b:word>", "x y z", ["a": "x", "b": "y"]),
        Case("<a:word> <b:word>", "x", nil),
        Case("<time> ", "2023-01-29T09:20:29Z tick", ["time": "2023-01-29T09:20:29Z"]),
        Case("<level> ", "ERROR: x", nil),
        Case("<a:int><[ <b:int>]>", "1 b", ["a": "1"]),
        Case("<a>", "all of it", ["a": "all of it"]),
    ])
    func aPrefixFits(_ example: Case) throws {
        #expect(try Self.captures(example.pattern, Array(example.line.utf8).span, isPrefix: true) == example.captures)
    }

    static let literals = [
        Case("abc", "abc", [:]),
        Case("abc", "abcd", nil),
        Case("abc", "ab", nil),
        Case("abc", "ABC", nil),
        Case("é🧵", "é🧵", [:]),
        Case("é", "e\u{301}", nil),
        Case("a<<b", "a<b", [:]),
        Case("a<<b", "a<<b", nil),
        Case("<<<a:int>>", "<13>", ["a": "13"]),
        Case("<<<a:int>>", "<13", nil),
        Case("<<<<", "<<", [:]),
        // One space is one space, two are one or more spaces or tabs.
        Case("a b", "a b", [:]),
        Case("a b", "a  b", nil),
        Case("a b", "a\tb", nil),
        Case("a  b", "a b", [:]),
        Case("a  b", "a \t  b", [:]),
        Case("a  b", "ab", nil),
        Case("a  b", "a\nb", nil),
        Case("a   b", "a b", [:]),
        Case("  a", "a", nil),
        Case("  a", "\ta", [:]),
        Case("a  ", "a   ", [:]),
        Case("a  ", "a", nil),
    ]

    static let texts = [
        Case("<a>", "x", ["a": "x"]),
        Case("<a>", "x y\tz\nw", ["a": "x y\tz\nw"]),
        Case("a<b>", "a", ["b": ""]),
        Case("<a>: <b>", "x: y: z", ["a": "x", "b": "y: z"]),
        Case("<a>: <b>", ": y", ["a": "", "b": "y"]),
        Case("<a>: <b>", "x:y :z", nil),
        Case("<a>: <b>", "x::: y", ["a": "x::", "b": "y"]),
        Case("<a>  <b>", "x \t y z", ["a": "x", "b": "y z"]),
        Case("<a>  <b>", "xy", nil),
        Case("<a:text>|<b>", "x|y", ["a": "x", "b": "y"]),
        // The first place where what follows stands is taken, and there is no going back.
        Case("<a>b", "abab", nil),
        Case("<_>|<b>", "x|y", ["b": "y"]),
        Case("<_>", "x", [:]),
        Case("<a>abc", "xababc", ["a": "xab"]),
    ]

    static let words = [
        Case("<a:word>", "x-y/z", ["a": "x-y/z"]),
        Case("<a:word>", "x y", nil),
        Case("<a:word>", "x\ty", nil),
        Case("<a:word>", "x ", nil),
        Case("<a:word> <b>", "é🧵 y", ["a": "é🧵", "b": "y"]),
        Case("<a:word> <b>", " y", nil),
        Case("a<b:word>", "a", nil),
        Case("<a:word>:<b:word>", "x:y:z", ["a": "x", "b": "y:z"]),
        Case("<a:word>:<b:word>", "x", nil),
        Case("<a:word>:<b:word>", "x :y", nil),
        // Not empty, so the literal that follows is looked for behind the first byte.
        Case("\"<a:word>\"", "\"\"", nil),
        Case("\"<a:word>\"", "\"x\"", ["a": "x"]),
        Case("<a:word>: <b>", "x:y: z", ["a": "x:y", "b": "z"]),
        Case("<a:word>: <b>", "x: y", ["a": "x", "b": "y"]),
        Case("<a:word>: <b>", "x y: z", nil),
        Case("<a:word>  <b:word>", "x   y", ["a": "x", "b": "y"]),
        Case("<a:word><b:int>", "x1", nil),
        Case("[<a:word>[<b:int>]]", "[sshd[17]]", ["a": "sshd", "b": "17"]),
    ]

    static let numbers = [
        Case("<a:int>", "0", ["a": "0"]),
        Case("<a:int>", "-17", ["a": "-17"]),
        Case("<a:int>", "00017", ["a": "00017"]),
        Case("<a:int>", "99999999999999999999999", ["a": "99999999999999999999999"]),
        Case("<a:int>", "+1", nil),
        Case("<a:int>", "-", nil),
        Case("<a:int>", "--1", nil),
        Case("<a:int>", "1.5", nil),
        Case("<a:int>", "1 ", nil),
        Case("<a:int>", "x", nil),
        Case("<a:int>", "", nil),
        Case("<a:int>.<b:int>", "1.5", ["a": "1", "b": "5"]),
        Case("<a:number>", "1.5", ["a": "1.5"]),
        Case("<a:number>", "-0.25", ["a": "-0.25"]),
        Case("<a:number>", "17", ["a": "17"]),
        Case("<a:number>", ".5", nil),
        Case("<a:number>", "1e5", nil),
        Case("<a:number>.", "17.", ["a": "17"]),
        Case("<a:number>.<b>", "1.5.x", ["a": "1.5", "b": "x"]),
        Case("<a:number>.", "1.5", nil),
        Case("<a:seconds>s", "0.120s", ["a": "0.120"]),
        Case("<a:milliseconds>", "x", nil),
        Case("<a:microseconds>µs", "7µs", ["a": "7"]),
        Case("<a:nanoseconds>", "-7", ["a": "-7"]),
        Case("<a:hex>", "0fA9", ["a": "0fA9"]),
        Case("<a:hex>", "0fg", nil),
        Case("<a:hex>", "-0f", nil),
        Case("<a:hex>g", "0fg", ["a": "0f"]),
        Case("0x<a:hex>", "0x", nil),
        Case("<<<a:priority>>", "<191>", ["a": "191"]),
    ]

    static let addresses = [
        Case("<a:ip>", "10.0.0.9", ["a": "10.0.0.9"]),
        Case("<a:ip>", "2001:db8::7", ["a": "2001:db8::7"]),
        Case("<a:ip>", "::1", ["a": "::1"]),
        Case("<a:ip>", "::", ["a": "::"]),
        Case("<a:ip>", "::ffff:10.0.0.9", ["a": "::ffff:10.0.0.9"]),
        Case("<a:ip>", "64:ff9b::10.0.0.9", ["a": "64:ff9b::10.0.0.9"]),
        Case("<a:ip>", "fe80::1", ["a": "fe80::1"]),
        Case("<a:ip>", "FE80::A", ["a": "FE80::A"]),
        Case("<a:ip>:<b:int>", "10.0.0.9:80", ["a": "10.0.0.9", "b": "80"]),
        Case("<a:ip>: <b>", "10.0.0.9: x", ["a": "10.0.0.9", "b": "x"]),
        Case("[<a:ip>]:<b:int>", "[::1]:80", ["a": "::1", "b": "80"]),
        Case("<a:ip> <b>", "10.0.0.9 a.b", ["a": "10.0.0.9", "b": "a.b"]),
        Case("<a:ip>, <b:ip>", "10.0.0.9, 2001:db8::7", ["a": "10.0.0.9", "b": "2001:db8::7"]),
        Case("<a:ip>", "10.0.0.9:80", nil),
        Case("<a:ip>", "shop.example", nil),
        Case("<a:ip>", "g::1", nil),
        Case("<a:ip>", "10.0.0.9x", nil),
        Case("<a:ip>", "10.0.0.9a", nil),
        Case("<a:ip>", "-", nil),
        Case("<a:ip>", "", nil),
        // An address has three dots, or two colons at least.
        Case("<a:ip>", "10.0.0", nil),
        Case("<a:ip>", "17", nil),
        Case("<a:ip>", "cafe", nil),
        Case("<a:ip> <b>", "1.5 s", nil),
        Case("<a:ip>", "12:30", nil),
    ]

    static let quoteds = [
        Case("<a:quoted>", #""x y""#, ["a": "x y"]),
        Case("<a:quoted>", #""""#, ["a": ""]),
        Case("<a:quoted>", #""x \" y""#, ["a": #"x \" y"#]),
        Case("<a:quoted>", #""x\\""#, ["a": #"x\\"#]),
        Case("<a:quoted>", #""x\\\"""#, ["a": #"x\\\""#]),
        Case("<a:quoted>", #""x\""#, nil),
        Case("<a:quoted>", #""x"#, nil),
        Case("<a:quoted>", #"""#, nil),
        Case("<a:quoted>", "x", nil),
        Case("<a:quoted>", #""x" "#, nil),
        Case("<a:quoted> <b:quoted>", #""x" "y""#, ["a": "x", "b": "y"]),
        Case("<a:quoted> <b:quoted>", #""x\"" "\"y""#, ["a": #"x\""#, "b": #"\"y"#]),
        Case("<a:quoted>,<b>", #""x,y",z"#, ["a": "x,y", "b": "z"]),
        Case("<_:quoted><b>", #""x"y"#, ["b": "y"]),
    ]

    static let others = [
        Case("<time>", "2023-01-29T09:20:29Z", ["time": "2023-01-29T09:20:29Z"]),
        Case("<time> <a>", "2023-01-29 09:20:29,123 x", ["time": "2023-01-29 09:20:29,123", "a": "x"]),
        Case("<at:time>", "1674984029", ["at": "1674984029"]),
        Case("<time>", "2023-01-29", nil),
        Case("<time>", "2023-13-29T09:20:29Z", nil),
        Case("<time>", "soon", nil),
        Case("<level>: <a>", "ERROR: x", ["level": "ERROR", "a": "x"]),
        Case("<level>: <a>", "Warning: x", ["level": "Warning", "a": "x"]),
        Case("<level>: <a>", "ERRORS: x", nil),
        Case("<level>: <a>", "Error7: x", nil),
        Case("<severity:level>", "fatal", ["severity": "fatal"]),
        Case("<level>", "", nil),
        Case("<level>", "W", nil),
        Case("<a:structured_data>", "-", ["a": "-"]),
        Case("<a:structured_data>", "[x]", ["a": "[x]"]),
        Case("<a:structured_data> <b>", #"[x y="1"][z] m"#, ["a": #"[x y="1"][z]"#, "b": "m"]),
        Case("<a:structured_data> <b>", #"[x y="]\"]"] m"#, ["a": #"[x y="]\"]"]"#, "b": "m"]),
        Case("<a:structured_data>", #"[x y="1]"#, nil),
        Case("<a:structured_data>", #"[x y="\"#, nil),
        Case("<a:structured_data>", "[x", nil),
        Case("<a:structured_data>", "[", nil),
        Case("<a:structured_data>", "x", nil),
        Case("<a:structured_data>", "", nil),
        Case("<a:pairs>", "b=1 c=2", ["a": "b=1 c=2"]),
        Case("x<a:cef_extension>", "xb=1 c=2", ["a": "b=1 c=2"]),
    ]

    static let optionals = [
        Case("a<[b]>c", "abc", [:]),
        Case("a<[b]>c", "ac", [:]),
        Case("a<[b]>c", "abbc", nil),
        Case("<[x]>y", "xy", [:]),
        Case("<[x]>y", "y", [:]),
        Case("<[x]>y", "x", nil),
        Case("<[x]>", "x", [:]),
        Case("<a:int><[ <b:int>]>", "1 2", ["a": "1", "b": "2"]),
        Case("<a:int><[ <b:int>]>", "1", ["a": "1"]),
        Case("<a:int><[ <b:int>]>", "1 x", nil),
        Case("<a:int><[ <b:int>]> <c>", "1 x", ["a": "1", "c": "x"]),
        // What an optional part has captured before it turned out not to be there is forgotten.
        Case("<a:int><[ <b:int>/<c:int>]> <d>", "1 2 3", ["a": "1", "d": "2 3"]),
        Case("<a:int><[ <b:int>/<c:int>]> <d>", "1 2/3 4", ["a": "1", "b": "2", "c": "3", "d": "4"]),
        Case("<a:int><[ <b:int>]><[ <c:word>]>", "1 x", ["a": "1", "c": "x"]),
        Case("<a:int><[ <b:int>]><[ <c:word>]>", "1 2 x", ["a": "1", "b": "2", "c": "x"]),
        Case("<a:quoted><[ (<b>)]><[ [<c>]]>", #""x" [z]"#, ["a": "x", "c": "z"]),
        Case("<[<time> ]><a>", "2023-01-29T09:20:29Z x", ["time": "2023-01-29T09:20:29Z", "a": "x"]),
        Case("<[<time> ]><a>", "x", ["a": "x"]),
        Case("<[  ]>x", "   x", [:]),
        Case("<[  ]>x", "x", [:]),
    ]
}
