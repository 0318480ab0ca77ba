import FuzzSupport

@testable import Parsing

/// A definition that is written in a test.
enum DefinitionText {
    /// The smallest definition there is, with `body` between its name and its samples.
    ///
    /// - Parameter body: what the definition does, starting on line 3.
    static func yaml(name: String = "test", _ body: String) -> String {
        "name: \(name)\ndescription: a test\n\(body)\nsamples: [{line: x, record: {}}]\n"
    }

    /// A set of one definition.
    static func set(name: String = "test", _ body: String, key: String = "secret") throws -> ParserSet {
        try ParserSet([try definition(name: name, body)], redactionKey: RedactionKey(secret: key))
    }

    static func definition(name: String = "test", _ body: String) throws -> ParserDefinition {
        try ParserDefinition(yaml: yaml(name: name, body), file: "\(name).yaml")
    }

    /// The text as a YAML scalar in single quotes.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}

extension ParserSet {
    /// 2023-01-29T00:00:00Z
    static let receivedAt: Int64 = 1_674_950_400_000_000_000

    /// The rows that `text` gives by a new parser. The kinds of values are exact where it is one row.
    func rows(
        _ text: String, by parser: PinnedParser = .auto, source: String? = nil, receivedAt: Int64 = receivedAt
    ) -> [ParsedRow] {
        rows(Array(text.utf8), by: parser, source: source, receivedAt: receivedAt)
    }

    func rows(
        _ bytes: [UInt8], by pinned: PinnedParser = .auto, source: String? = nil, receivedAt: Int64 = receivedAt
    ) -> [ParsedRow] {
        var parser = LineParser(parsers: self)
        let source = LineSource(parser: pinned, name: source)
        var rows: [ParsedRow] = []
        var progress = LineParser.Progress()
        repeat {
            progress = parser.parse(bytes, after: progress, receivedAt: receivedAt, source: source)
            rows += parser.takeBatch().parsedRows
        } while progress.isBatchFull
        return rows
    }
}
