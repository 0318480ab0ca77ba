import Kernels
import Records

/// Column numbers of one generation of a builder that all parsers use.
struct CommonColumns {
    let message: Int
    let level: Int
    let program: Int
    let facility: Int
    let timeText: Int
    let startTime: Int

    init(_ builder: inout BatchBuilder) {
        message = builder.column(named: FieldNames.message)
        level = builder.column(named: FieldNames.level)
        program = builder.column(named: FieldNames.program)
        facility = builder.column(named: FieldNames.facility)
        timeText = builder.column(named: FieldNames.timeText)
        startTime = builder.column(named: FieldNames.startTime)
    }
}

/// What a parser needs for every record, with the column numbers of one generation of a builder.
final class ParserPlan {
    struct Special {
        let slot: Int
        let capture: PatternSyntax.Capture
        let column: Int
        /// Of the name of the capture, for names within it.
        let nameNode: Int
    }

    /// What tells pieces of lines of JSON.
    final class JSONPieces {
        /// The column of the text that is joined.
        let text: Int
        let streams: [Int]
        /// What the text of a line ends with that does not go on.
        let until: [UInt8]
        /// Globs of the fields that a piece can have; nil for any.
        private let only: [String]?
        /// Whether a piece can have the column, nil where that is not known yet.
        private var isAllowed: [Bool?] = []

        init(text: Int, streams: [Int], until: [UInt8], only: [String]?) {
            self.text = text
            self.streams = streams
            self.until = until
            self.only = only
        }

        /// Whether a piece can have the field of that column.
        func allows(_ column: Int, named name: @autoclosure () -> String) -> Bool {
            guard let only else { return true }
            while column >= isAllowed.count { isAllowed.append(nil) }
            if let isAllowed = isAllowed[column] { return isAllowed }
            let isAllowed = Glob.matches(only, name())
            self.isAllowed[column] = isAllowed
            return isAllowed
        }
    }

    /// A rule of redaction: for these columns, or for all but the exempt ones.
    struct RedactionPlan {
        let rule: Redaction
        let columns: [Int]?
        let exempt: [Int]

        func covers(_ column: Int) -> Bool { columns?.contains(column) ?? !exempt.contains(column) }
    }

    /// The number of the parser in its set.
    let index: Int
    let parser: CompiledParser
    let captures: [CapturePlan]
    let missing: MissingTexts
    /// For each pattern, the captures that do not just go to a column.
    let specials: [[Special]]
    let level: Int
    /// The column that the level is made from.
    let levelSource: Int
    /// For each pattern, whether it captures that as a level.
    let capturesLevel: [Bool]
    let inner: Int?
    let renamed: [(from: Int, to: Int)]
    let dropped: [Int]
    let set: [(column: Int, value: ParserDefinition.SampleValue)]
    /// Where the text of the time is.
    let timeText: Int
    let redactions: [RedactionPlan]
    /// The columns of `match.fields`, nil for the time.
    let required: [Int?]
    /// The column of the text that pieces of lines are joined in, nil where there are none.
    let joinedText: Int?
    /// For JSON: how pieces of lines are told, nil where there are none.
    let jsonPieces: JSONPieces?

    init(_ index: Int, _ parser: CompiledParser, _ builder: inout BatchBuilder) {
        var captures: [CapturePlan] = []
        var specials: [[Special]] = []
        let missing = MissingTexts(parser.definition.missing)
        for pattern in parser.patterns {
            var steps: [CapturePlan.Step] = []
            var others: [Special] = []
            for (slot, capture) in pattern.captures.enumerated() {
                let column = builder.column(named: capture.name)
                switch capture.meaning {
                case .text: steps.append(.text(column: column))
                case .number: steps.append(.number(column: column))
                case .quoted: steps.append(.quoted(column: column))
                case .time: steps.append(.other)
                default:
                    steps.append(.other)
                    let node = builder.nameNode(Array(capture.name.utf8).span)
                    others.append(Special(slot: slot, capture: capture, column: column, nameNode: node))
                }
            }
            captures.append(CapturePlan(pattern: pattern.pattern, steps: steps, missing: missing))
            specials.append(others)
        }
        self.index = index
        self.parser = parser
        self.captures = captures
        self.missing = missing
        self.specials = specials
        level = builder.column(named: FieldNames.level)
        let levelField = parser.definition.level.field
        levelSource = builder.column(named: levelField)
        capturesLevel = parser.patterns.map { pattern in
            pattern.captures.contains { $0.name == levelField && $0.meaning == .level }
        }
        renamed = parser.definition.rename.map { (builder.column(named: $0.from), builder.column(named: $0.to)) }
        dropped = parser.definition.drop.map { builder.column(named: $0) }
        set = parser.definition.set.map { (builder.column(named: $0.name), $0.value) }
        let timeField = parser.definition.time.field
        timeText = builder.column(named: timeField == FieldNames.time ? FieldNames.timeText : timeField)
        inner = parser.definition.inner.map { builder.column(named: $0) }
        redactions = parser.redactions.map { rule in
            RedactionPlan(
                rule: rule, columns: rule.fields.map { $0.map { builder.column(named: $0) } },
                exempt: rule.fields == nil ? FieldNames.identifiers.map { builder.column(named: $0) } : [])
        }
        let partial = parser.definition.multiline?.partial
        let isJSON = parser.definition.format == .json
        func column(_ field: String) -> Int {
            builder.column(named: isJSON ? FieldNames.aliases[field] ?? field : field)
        }
        joinedText = partial.map { column($0.field) }
        jsonPieces = partial.flatMap { partial in
            partial.until.map { until in
                JSONPieces(
                    text: column(partial.field), streams: partial.streams.map(column), until: Array(until.utf8),
                    only: partial.only)
            }
        }
        required = parser.definition.match.fields.map { field in
            let name = FieldNames.aliases[field] ?? field
            return name == FieldNames.time ? nil : builder.column(named: name)
        }
    }
}

/// Names of levels by the texts that write them, those that came last.
struct LevelMemo {
    private struct Entry {
        let parser: Int
        let text: ShortText
        let level: Int?
    }

    /// Names that levels have become.
    private(set) var names: [[UInt8]] = []
    private var entries = [Entry?](repeating: nil, count: 256)

    /// The level that `text` writes for a parser, a place in `names`; nil where it is none that is known.
    mutating func level(_ text: Span<UInt8>, _ plan: ParserPlan) -> Int? {
        guard let short = ShortText(text) else { return level(named: plan.parser.levels.name(text.text)) }
        let place = (short.place(of: entries.count) &+ plan.index) & (entries.count - 1)
        if let entry = entries[place], entry.text == short, entry.parser == plan.index { return entry.level }
        let level = level(named: plan.parser.levels.name(text.text))
        entries[place] = Entry(parser: plan.index, text: short, level: level)
        return level
    }

    private mutating func level(named name: String?) -> Int? {
        guard let bytes = name.map({ Array($0.utf8) }) else { return nil }
        if let level = names.firstIndex(of: bytes) { return level }
        names.append(bytes)
        return names.count - 1
    }
}

/// The candidates of programs of one source, those that came last.
struct ProgramMemo {
    private var source: String?
    private var entries = [(program: ShortText, candidates: ParserSet.Candidates)?](repeating: nil, count: 64)

    mutating func candidates(_ program: Span<UInt8>, source: String?, _ set: ParserSet) -> ParserSet.Candidates {
        guard let short = ShortText(program) else { return set.candidates(program: program.text, source: source) }
        if source != self.source {
            self.source = source
            for place in entries.indices { entries[place] = nil }
        }
        let place = short.place(of: entries.count)
        if let entry = entries[place], entry.program == short { return entry.candidates }
        let candidates = set.candidates(program: program.text, source: source)
        entries[place] = (short, candidates)
        return candidates
    }
}
