import FuzzSupport
import Parsing
import Records
import Testing

/// What becomes of a line depends on that line alone.
struct DefinitionStateTests {
    /// A shape is learned by its keys, a definition chosen by values: a `null` must not switch the definition off.
    @Test func aMissingValueDoesNotHideTheDefinitionFromLaterLines() throws {
        let set = try DefinitionText.set(
            "format: json\nmatch: {fields: [log, time]}\nset: {s: t}\nredact: [{find: email}]")
        let without = #"{"log":null,"time":"2023-01-29T09:20:29Z"}"# + "\n"
        let with = #"{"log":"ann@shop.example","time":"2023-01-29T09:20:29Z"}"# + "\n"
        let rows = set.rows(without + without + without + with)
        #expect(rows.last?.fields == ["log": string("[email]"), "s": string("t")])
    }

    @Test func anOptionalPartThatIsNotThereLeavesTheTime() throws {
        let set = try DefinitionText.set("extract: 'n <time> start<[ end <_:time>]> ok'")
        #expect(set.rows("n 2023-01-29T09:20:29Z start ok").map { Timestamp.text($0.time) } == ["2023-01-29T09:20:29Z"])
    }

    @Test func aLevelIsNamedWhicheverPatternCapturesIt() throws {
        let set = try DefinitionText.set("extract: ['a <level> <m>', 'b <level:word> <m>']")
        for line in ["a WARNING x", "b WARNING x"] {
            #expect(set.rows(line).map { $0.fields["level"]?.text } == ["warn"], "\(line)")
        }
    }

    @Test func aPinnedDefinitionOfJSONWantsItsFields() throws {
        let set = try DefinitionText.set("format: json\nmatch: {fields: [k]}\nset: {s: t}")
        #expect(
            set.rows(#"{"a":1}"#, by: .definition("test")).map { $0.fields.mapValues(\.text) } == [
                ["message": #"{"a":1}"#, "parse_error": "a field is missing that the parser 'test' is for"]
            ])
    }

    @Test func aFieldCalledTimeTextIsNoTime() throws {
        let set = try DefinitionText.set("format: json\nmatch: {fields: [k]}\ntime: {formats: ['%d.%m.%Y']}")
        var parser = LineParser(parsers: set)
        let rows = parser.rows(Array(#"{"k":1,"time_text":"29.01.2023"}"#.utf8), receivedAt: 42)
        #expect(rows == [ParsedRow(time: 42, fields: ["k": number("1"), "time_text": string("29.01.2023")])])
        #expect(parser.counters.unreadableTimes == 0)
        #expect(set.rows(#"{"k":1,"time":"30.01.2023"}"#).map { Timestamp.text($0.time) } == ["2023-01-30T00:00:00Z"])
    }

    @Test func blankLinesBetweenRecordsArePartOfNone() throws {
        let set = try DefinitionText.set("extract: 'n <m>'\nmultiline: {}")
        #expect(set.rows("n a\n\n  b\n\n\nn c\n\n").map { $0.fields["m"]?.text } == ["a\n\n  b", "c"])
    }

    @Test func redactionKnowsLevelsAndTimes() throws {
        let set = try DefinitionText.set("extract: 'n <m>'\nredact: [{find: 'user <u:level>'}, {find: 'at <t:time>'}]")
        #expect(
            set.rows("n user error at 2023-01-29T09:20:29Z x").map { $0.fields["m"]?.text }
                == ["user [redacted] at [redacted] x"])
    }

    /// Work that grows with the square of the line would not end here.
    @Test(arguments: ["<u:word>@corp", "key=<v>;", "<v>;"])
    func redactionOfALongLineEnds(find: String) throws {
        let set = try DefinitionText.set("extract: 'n <m>'\nredact: [{find: '\(find)'}]")
        let line = "n " + String(repeating: "key=-.", count: 80_000)
        #expect(set.rows(line).count == 1)
    }
}
