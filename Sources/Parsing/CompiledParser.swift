import ConfigurationFiles
import Kernels
import Records

/// A definition made ready to run.
final class CompiledParser: Sendable {
    struct Pattern: Sendable {
        let pattern: LinePattern
        let captures: [PatternSyntax.Capture]
    }

    /// How pieces of lines of text are joined.
    struct TextPieces: Sendable {
        struct Slots: Sendable {
            /// The text that is joined.
            let text: Int
            let streams: [Int]
        }

        /// For each pattern what it captures; nil where that is not all that a piece has.
        let slots: [Slots?]
    }

    let definition: ParserDefinition
    /// Those of `extract`, then those of pieces of lines.
    let patterns: [Pattern]
    /// The same, to be tried in order; numbered by their places.
    let list: PatternList
    /// The number of the first pattern of lines that go on; that of no pattern where none does.
    let firstPiece: Int
    /// For text: how pieces are joined, nil where there are none.
    let textPieces: TextPieces?
    /// What a record of several lines begins with; nil: what `patterns` fit.
    let start: LinePattern?
    let timeFormats: [TimeFormat]
    let levels: LevelMap
    let redactions: [Redaction]
    /// Whether a record can have fields that no capture names.
    let hasUnnamedFields: Bool
    /// Whether there is work between the captures and the level.
    let changesFields: Bool
    /// Whether records are lines that follow one another.
    let isMultiline: Bool
    /// Whether a record is an entry of the journal, whose fields say where it ends.
    let isJournalExport: Bool

    /// - Throws: `ConfigurationError` for a pattern, time format or zone that is not well-formed.
    init(_ definition: ParserDefinition, redactionKey: RedactionKey) throws(ConfigurationError) {
        self.definition = definition
        func located<Value>(
            _ part: ParserDefinition.Located, _ body: (String) throws(SyntaxError) -> Value
        ) throws(ConfigurationError) -> Value {
            do throws(SyntaxError) {
                return try body(part.text)
            } catch {
                throw ConfigurationError(file: definition.file, line: part.line, reason: error.reason)
            }
        }
        let time = definition.time
        let zone = try time.zone.map { zone throws(ConfigurationError) in try located(zone, TimeSyntax.zoneSeconds) } ?? 0
        var formats: [TimeFormat] = []
        for format in time.formats {
            formats.append(
                try located(format) { text throws(SyntaxError) in try TimeSyntax.compile(text, zoneSeconds: zone) })
        }
        if formats.isEmpty { formats = PlainText.standardFormats(zoneSeconds: zone) }
        timeFormats = formats
        let levels = LevelMap(definition.level.map)
        self.levels = levels
        let words = levels.words
        func compile(_ text: String) throws(SyntaxError) -> Pattern {
            let syntax = try PatternSyntax(text)
            return Pattern(
                pattern: LinePattern(
                    syntax.pieces, slotCount: syntax.captures.count, formats: formats, words: words),
                captures: syntax.captures)
        }
        var patterns: [Pattern] = []
        for pattern in definition.extract { patterns.append(try located(pattern, compile)) }
        let partial = definition.multiline?.partial
        firstPiece = partial == nil ? .max : patterns.count
        for pattern in partial?.extract ?? [] { patterns.append(try located(pattern, compile)) }
        self.patterns = patterns
        list = PatternList(patterns.enumerated().map { ($1.pattern, false, 0, $0) })
        textPieces = try partial.flatMap { partial throws(ConfigurationError) in
            try Self.textPieces(partial, patterns, definition)
        }
        start = try definition.multiline?.start.map { start throws(ConfigurationError) in
            try located(start, compile).pattern
        }
        var redactions: [Redaction] = []
        for rule in definition.redact {
            redactions.append(
                try located(rule.find) { text throws(SyntaxError) in
                    try Redaction(
                        find: text, method: rule.method, fields: rule.fields, key: redactionKey, formats: formats, words: words)
                })
        }
        self.redactions = redactions
        isMultiline = definition.multiline != nil && partial == nil
        isJournalExport = isMultiline && patterns.contains { $0.captures.map(\.meaning) == [.journalExport] }
        let hasTimeField = definition.format == .json && !time.formats.isEmpty || time.field != FieldNames.time
        let hasUnnamedFields = definition.format == .json
            || patterns.contains { pattern in
                pattern.captures.contains { [.structuredData, .pairs, .cefExtension, .journalExport].contains($0.meaning) }
            }
        self.hasUnnamedFields = hasUnnamedFields
        changesFields = hasUnnamedFields || hasTimeField || !definition.rename.isEmpty || !definition.drop.isEmpty
            || !definition.set.isEmpty
    }

    private static func textPieces(
        _ partial: ParserDefinition.Partial, _ patterns: [Pattern], _ definition: ParserDefinition
    ) throws(ConfigurationError) -> TextPieces? {
        guard definition.format == .text else { return nil }
        let slots = patterns.map { pattern -> TextPieces.Slots? in
            func slot(_ name: String) -> Int? {
                pattern.captures.firstIndex { $0.name == name && $0.meaning == .text }
            }
            let streams = partial.streams.compactMap(slot)
            guard let text = slot(partial.field), streams.count == partial.streams.count else { return nil }
            return TextPieces.Slots(text: text, streams: streams)
        }
        for (pattern, slots) in zip(partial.extract, slots.suffix(partial.extract.count)) where slots == nil {
            let names = ([partial.field] + partial.streams).map { "'\($0)'" }.joined(separator: " and ")
            throw ConfigurationError(
                file: definition.file, line: pattern.line, reason: "a pattern of pieces must capture \(names) as text")
        }
        return TextPieces(slots: slots)
    }

    var name: String { definition.name }

    /// What a record of this parser begins with: its start, or one of its patterns.
    func beginnings(owner: Int) -> [(pattern: LinePattern, isPrefix: Bool, owner: Int, number: Int)] {
        if let start { return [(start, true, owner, -1)] }
        return patterns.enumerated().map { ($1.pattern, false, owner, $0) }
    }

    /// Whether the definition is tried for any source and at the top of a line.
    var isGeneral: Bool { definition.match.sources.isEmpty && definition.match.programs.isEmpty }
}
