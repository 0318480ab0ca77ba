import ConfigurationFiles
import Testing

@testable import Parsing

/// What a definition is refused for: always with file, line and reason.
struct DefinitionErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let yaml: String
        let error: String
        var file = "folder/test.yaml"

        /// - Parameter body: from line 3 on, in place of the `extract` of a small definition.
        init(_ body: String, _ error: String) {
            yaml = DefinitionText.yaml(body)
            self.error = error
        }

        init(yaml: String, file: String = "folder/test.yaml", _ error: String) {
            self.yaml = yaml
            self.file = file
            self.error = error
        }

        var testDescription: String { error }
    }

    @Test(arguments: shape + values + patterns + times + parts)
    func isRefused(_ wrong: Case) {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try ParserSet([try ParserDefinition(yaml: wrong.yaml, file: wrong.file)])
        }
        #expect(error?.description == wrong.error)
    }

    /// The text that all of the wrong ones are made from is right.
    @Test func isAccepted() throws {
        let definition = try DefinitionText.definition("extract: <message>")
        #expect(try ParserSet([definition]).summaries.map(\.name) == ["test"])
    }

    static let shape = [
        Case(yaml: "", "folder/test.yaml:1: the file is empty"),
        Case(yaml: "# only a comment\n", "folder/test.yaml:1: the file is empty"),
        Case(yaml: "- name\n", "folder/test.yaml:1: a definition must be a mapping"),
        Case(yaml: "name: [\n", "folder/test.yaml:2: no valid YAML: did not find expected node content"),
        Case(
            yaml: "name: test\nextract: 'x\n",
            "folder/test.yaml:3: no valid YAML: found unexpected end of stream"),
        Case(
            yaml: "name: test\n\tdescription: x\n",
            "folder/test.yaml:2: no valid YAML: found a tab character that violates indentation"),
        // The place is that of the first.
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nextract: y\n",
            "folder/test.yaml:3: no valid YAML: the key 'extract' stands twice"),
        Case(
            "extract: x\nlevel:\n  field: a\n  map: {}\n  field: b",
            "folder/test.yaml:5: no valid YAML: the key 'field' stands twice"),
        Case(
            "extract: x\nextrakt: y",
            "folder/test.yaml:4: unknown key 'extrakt' in a definition; known are name, description, format, order, "
                + "match, extract, missing, time, level, set, inner, rename, drop, ids, redact, multiline, samples"),
        Case("extract: x\n[a]: y", "folder/test.yaml:4: a key of a definition must be plain text"),
        Case(yaml: "description: x\nsamples: []\n", "folder/test.yaml:1: the key 'name' is missing"),
        Case(yaml: "name: test\nsamples: []\n", "folder/test.yaml:1: the key 'description' is missing"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\n", "folder/test.yaml:1: the key 'samples' is missing"),
        Case("order: 7", "folder/test.yaml:1: the key 'extract' is missing"),
        Case(
            yaml: "# A comment.\n\nname: shop\ndescription: x\n",
            "folder/test.yaml:3: the definition 'shop' must be in a file 'shop.yaml', not 'test.yaml'"),
        Case(
            yaml: "name: json\ndescription: x\n", file: "json.yaml",
            "json.yaml:1: the name 'json' is that of a built-in parser"),
        Case(
            yaml: "name: auto\ndescription: x\n", file: "auto.yaml",
            "auto.yaml:1: the name 'auto' is that of a built-in parser"),
        Case(
            yaml: "name: my shop\ndescription: x\n", file: "my shop.yaml",
            "my shop.yaml:1: the name 'my shop' must be made of letters, digits and '-'"),
        Case(
            yaml: "name: ''\ndescription: x\n", file: ".yaml",
            ".yaml:1: the name '' must be made of letters, digits and '-'"),
    ]

    static let values = [
        Case(yaml: "name: {a: b}\n", "folder/test.yaml:1: expected text"),
        Case("extract: {a: b}", "folder/test.yaml:3: expected text"),
        Case("extract:\n  - x\n  - [y]", "folder/test.yaml:5: expected text"),
        Case("extract: x\nmissing: ['-', {}]", "folder/test.yaml:4: expected text"),
        Case("extract: x\ninner: [message]", "folder/test.yaml:4: expected text"),
        Case("extract: x\norder: first", "folder/test.yaml:4: order must be a whole number from 0 to 1000"),
        Case("extract: x\norder: -1", "folder/test.yaml:4: order must be a whole number from 0 to 1000"),
        Case("extract: x\norder: 1001", "folder/test.yaml:4: order must be a whole number from 0 to 1000"),
        Case("extract: x\norder: 1.5", "folder/test.yaml:4: order must be a whole number from 0 to 1000"),
        Case("extract: x\nformat: xml", "folder/test.yaml:4: 'xml' must be text or json"),
        Case("extract: x\nmatch: '*'", "folder/test.yaml:4: match must be a mapping"),
        Case(
            "extract: x\nmatch: {files: a}",
            "folder/test.yaml:4: unknown key 'files' in match; known are sources, programs, fields"),
        Case("extract: x\nset: a", "folder/test.yaml:4: set must be a mapping"),
        Case("extract: x\nset:\n  a: b\n  c: [d]", "folder/test.yaml:6: expected a value"),
        Case("extract: x\nrename: [a, b]", "folder/test.yaml:4: rename must be a mapping"),
        Case("extract: x\ndrop: {a: b}", "folder/test.yaml:4: expected text"),
        Case("extract: x\nlevel: error", "folder/test.yaml:4: level must be a mapping"),
        Case("extract: x\nlevel: {map: error}", "folder/test.yaml:4: level.map must be a mapping"),
        Case("extract: x\nlevel:\n  map:\n    E: [error]", "folder/test.yaml:6: expected text"),
        Case("extract: x\nlevel: {form: a}", "folder/test.yaml:4: unknown key 'form' in level; known are field, map"),
        Case("extract: x\ntime: rfc3339", "folder/test.yaml:4: time must be a mapping"),
        Case(
            "extract: x\ntime: {format: rfc3339}",
            "folder/test.yaml:4: unknown key 'format' in time; known are field, formats, zone"),
    ]

    private static let knownTypes =
        "known are cef_extension, hex, int, ip, journal_export, level, microseconds, milliseconds, nanoseconds, number, pairs, "
        + "priority, quoted, seconds, structured_data, text, time, word"

    static let patterns = [
        Case("extract: ''", "folder/test.yaml:3: the pattern is empty"),
        Case("extract: []", "folder/test.yaml:1: the key 'extract' is missing"),
        Case("extract: '<a:string>'", "folder/test.yaml:3: unknown type 'string' of 'a'; \(knownTypes)"),
        Case("extract: '<a:>'", "folder/test.yaml:3: unknown type '' of 'a'; \(knownTypes)"),
        Case("extract: '<a:int:word>'", "folder/test.yaml:3: unknown type 'int:word' of 'a'; \(knownTypes)"),
        Case("extract: 'a <b'", "folder/test.yaml:3: '<' is not closed by '>'"),
        Case("extract: 'a <'", "folder/test.yaml:3: '<' is not closed by '>'"),
        Case(
            "extract: '<>'",
            "folder/test.yaml:3: '<>' has no name that is made of letters, digits, '_', '.', '-' and '@'"),
        Case(
            "extract: '<a b>'",
            "folder/test.yaml:3: '<a b>' has no name that is made of letters, digits, '_', '.', '-' and '@'"),
        Case(
            "extract: '<é>'",
            "folder/test.yaml:3: '<é>' has no name that is made of letters, digits, '_', '.', '-' and '@'"),
        Case("extract: 'a<[b'", "folder/test.yaml:3: '<[' is not closed by ']>'"),
        Case("extract: 'a]>b'", "folder/test.yaml:3: ']>' closes no '<['"),
        Case("extract: 'a<[b]>c]>'", "folder/test.yaml:3: ']>' closes no '<['"),
        Case("extract: 'a<[]>'", "folder/test.yaml:3: the optional part is empty"),
        Case("extract: 'a<[b<[c]>]>'", "folder/test.yaml:3: optional parts cannot lie in one another"),
        Case(
            "extract: '<a><b>'",
            "folder/test.yaml:3: a text capture must be followed by a literal or the end; give it a type such as word"),
        Case(
            "extract: '<a><[ b]>'",
            "folder/test.yaml:3: a text capture must be followed by a literal or the end; give it a type such as word"),
        Case(
            "extract: '<_><b:int>'",
            "folder/test.yaml:3: a text capture must be followed by a literal or the end; give it a type such as word"),
        Case("extract: '<a> <b> <a:int>'", "folder/test.yaml:3: the pattern captures 'a' twice"),
        Case("extract: '<a:int><[ <a:int>]>'", "folder/test.yaml:3: the pattern captures 'a' twice"),
        Case("extract:\n  - '<a>'\n  # The second.\n  - '<a'", "folder/test.yaml:6: '<' is not closed by '>'"),
        Case(
            "extract: x\nmultiline: {start: '<a'}", "folder/test.yaml:4: '<' is not closed by '>'"),
    ]

    static let times = [
        Case(
            "extract: x\ntime: {formats: ['%Y', '%Q']}",
            "folder/test.yaml:4: unknown '%Q' in the time format; see docs/PARSERS.md, \"Times\""),
        Case(
            "extract: x\ntime:\n  formats:\n    - rfc3339\n    - '%Y-%k'",
            "folder/test.yaml:7: unknown '%k' in the time format; see docs/PARSERS.md, \"Times\""),
        Case("extract: x\ntime: {formats: '%Y%'}", "folder/test.yaml:4: the time format ends with a lone '%'"),
        Case("extract: x\ntime: {formats: ''}", "folder/test.yaml:4: the time format is empty"),
        Case(
            "extract: x\ntime: {zone: Europe/Berlin}",
            "folder/test.yaml:4: 'Europe/Berlin' is no zone: write UTC or an offset such as +01:00"),
        Case(
            "extract: x\ntime:\n  zone: '+1:00'",
            "folder/test.yaml:5: '+1:00' is no zone: write UTC or an offset such as +01:00"),
        Case(
            "extract: x\ntime: {zone: '+24:00'}",
            "folder/test.yaml:4: '+24:00' is no zone: write UTC or an offset such as +01:00"),
        Case(
            "extract: x\ntime: {zone: '+01:60'}",
            "folder/test.yaml:4: '+01:60' is no zone: write UTC or an offset such as +01:00"),
        Case(
            "extract: x\ntime: {zone: '+-100'}",
            "folder/test.yaml:4: '+-100' is no zone: write UTC or an offset such as +01:00"),
        Case(
            "extract: x\ntime: {zone: ''}",
            "folder/test.yaml:4: '' is no zone: write UTC or an offset such as +01:00"),
    ]

    static let parts = [
        Case("extract: x\nmultiline: 1s", "folder/test.yaml:4: multiline must be a mapping"),
        Case(
            "extract: x\nmultiline: {begin: x}",
            "folder/test.yaml:4: unknown key 'begin' in multiline; known are start, partial, timeout, bytes"),
        Case("extract: x\nmultiline: {timeout: 1}", "folder/test.yaml:4: '1' must be a time from 1ms to 60s"),
        Case("extract: x\nmultiline: {timeout: 0ms}", "folder/test.yaml:4: '0ms' must be a time from 1ms to 60s"),
        Case("extract: x\nmultiline: {timeout: 61s}", "folder/test.yaml:4: '61s' must be a time from 1ms to 60s"),
        Case("extract: x\nmultiline: {timeout: 1m}", "folder/test.yaml:4: '1m' must be a time from 1ms to 60s"),
        Case("extract: x\nmultiline: {timeout: 0.5s}", "folder/test.yaml:4: '0.5s' must be a time from 1ms to 60s"),
        Case("extract: x\nmultiline: {timeout: -1s}", "folder/test.yaml:4: '-1s' must be a time from 1ms to 60s"),
        Case(
            "extract: x\nmultiline: {timeout: 99999999999999999999s}",
            "folder/test.yaml:4: '99999999999999999999s' must be a time from 1ms to 60s"),
        Case("extract: x\nmultiline: {bytes: 1023}", "folder/test.yaml:4: '1023' must be a size from 1KiB to 1MiB"),
        Case("extract: x\nmultiline: {bytes: 0KiB}", "folder/test.yaml:4: '0KiB' must be a size from 1KiB to 1MiB"),
        Case("extract: x\nmultiline: {bytes: 2MiB}", "folder/test.yaml:4: '2MiB' must be a size from 1KiB to 1MiB"),
        Case("extract: x\nmultiline: {bytes: 64kB}", "folder/test.yaml:4: '64kB' must be a size from 1KiB to 1MiB"),
        Case("format: json", "folder/test.yaml:1: a definition of format json needs match.fields"),
        Case(
            "format: json\nmatch: {sources: a}",
            "folder/test.yaml:1: a definition of format json needs match.fields"),
        Case("format: json\nmatch: {fields: a}\nextract: x", "folder/test.yaml:5: extract is for format text"),
        Case(
            "format: json\nmatch: {fields: a}\nmultiline: {timeout: 1s}",
            "folder/test.yaml:5: multiline without partial is for format text"),
        Case("extract: x\nmultiline: {partial: P}", "folder/test.yaml:4: multiline.partial must be a mapping"),
        Case(
            "extract: x\nmultiline: {partial: {field: m, tag: P}}",
            "folder/test.yaml:4: unknown key 'tag' in multiline.partial; known are field, by, extract, until, only"),
        Case("extract: x\nmultiline: {partial: {extract: P}}", "folder/test.yaml:4: the key 'field' is missing"),
        Case(
            "extract: x\nmultiline: {start: x, partial: {field: m, extract: 'P <m>'}}",
            "folder/test.yaml:4: multiline has either 'start' or 'partial'"),
        Case(
            "extract: x\nmultiline: {partial: {field: m}}",
            "folder/test.yaml:4: multiline.partial needs extract, which lines fit that go on"),
        Case(
            "extract: x\nmultiline: {partial: {field: m, extract: 'P <m>', until: x}}",
            "folder/test.yaml:4: multiline.partial.until and only are for format json"),
        Case(
            "extract: x\nmultiline: {partial: {field: m, extract: 'P <m>', only: x}}",
            "folder/test.yaml:4: multiline.partial.until and only are for format json"),
        Case(
            "extract: x\nmultiline:\n  partial:\n    field: m\n    by: s\n    extract: ['P <s:word> <m>', 'Q <m>']",
            "folder/test.yaml:8: a pattern of pieces must capture 'm' and 's' as text"),
        Case(
            "extract: x\nmultiline: {partial: {field: m, extract: 'P <m:int>'}}",
            "folder/test.yaml:4: a pattern of pieces must capture 'm' as text"),
        Case(
            "extract: x\nmultiline: {partial: {field: m, extract: 'P <m'}}", "folder/test.yaml:4: '<' is not closed by '>'"),
        Case(
            "format: json\nmatch: {fields: a}\nmultiline: {partial: {field: a}}",
            "folder/test.yaml:5: multiline.partial needs until, what a line ends with"),
        Case(
            "format: json\nmatch: {fields: a}\nmultiline: {partial: {field: a, until: ''}}",
            "folder/test.yaml:5: multiline.partial.until is empty"),
        Case(
            "format: json\nmatch: {fields: a}\nmultiline: {partial: {field: a, until: x, extract: 'P <a>'}}",
            "folder/test.yaml:5: multiline.partial.extract is for format text"),
        Case("extract: x\nmatch: {fields: a}", "folder/test.yaml:4: match.fields is for format json"),
        Case("extract: x\nredact: email", "folder/test.yaml:4: redact must be a list"),
        Case("extract: x\nredact: [email]", "folder/test.yaml:4: redact must be a mapping"),
        Case("extract: x\nredact: [{by: mask}]", "folder/test.yaml:4: the key 'find' is missing"),
        Case("extract: x\nredact:\n  - {find: email, by: hide}", "folder/test.yaml:5: 'hide' must be mask or hash"),
        Case(
            "extract: x\nredact: [{find: email, on: a}]",
            "folder/test.yaml:4: unknown key 'on' in redact; known are find, by, in"),
        Case(
            "extract: x\nredact:\n  - find: mail",
            "folder/test.yaml:5: 'mail' is neither one of aws_key, bearer, card, email nor a pattern that captures "
                + "anything"),
        Case(
            "extract: x\nredact:\n  - find: 'a=<_>'",
            "folder/test.yaml:5: 'a=<_>' is neither one of aws_key, bearer, card, email nor a pattern that captures "
                + "anything"),
        Case("extract: x\nredact:\n  - find: 'a=<b'", "folder/test.yaml:5: '<' is not closed by '>'"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples: []\n",
            "folder/test.yaml:4: samples must be a list with one sample at least"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples: {line: x}\n",
            "folder/test.yaml:4: samples must be a list with one sample at least"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples:\n  - line: x\n",
            "folder/test.yaml:5: a sample has either 'record' or 'records'"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples:\n  - {line: x, record: {}, records: []}\n",
            "folder/test.yaml:5: a sample has either 'record' or 'records'"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples:\n  - record: {}\n",
            "folder/test.yaml:5: the key 'line' is missing"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples:\n  - {lines: x, record: {}}\n",
            "folder/test.yaml:5: unknown key 'lines' in a sample; known are line, record, records, program, source"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples:\n  - line: x\n    record: x\n",
            "folder/test.yaml:6: record must be a mapping"),
        Case(
            yaml: "name: test\ndescription: x\nextract: x\nsamples:\n  - line: x\n    records: {a: b}\n",
            "folder/test.yaml:6: records must be a list"),
    ]
}
