import Kernels
import Records

/// Texts longer than this are no names, and are not remembered.
private let memoBytesMax = 64

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

    let parser: CompiledParser
    let captures: [CapturePlan]
    /// For each pattern, the captures that do not just go to a column.
    let specials: [[Special]]
    let level: Int
    /// The column that the level is made from.
    let levelSource: Int
    /// For each pattern, whether it captures that as a level.
    let capturesLevel: [Bool]
    let inner: Int?
    /// The columns of `match.fields`, nil for the time.
    let required: [Int?]
    /// The column of the text that pieces of lines are joined in, nil where there are none.
    let joinedText: Int?
    /// For JSON: how pieces of lines are told, nil where there are none.
    let jsonPieces: JSONPieces?
    /// Names of levels by their texts, those that came last.
    private var levelMemo = [(text: [UInt8], name: [UInt8]?)](repeating: ([], nil), count: 64)

    init(_ parser: CompiledParser, _ builder: inout BatchBuilder) {
        var captures: [CapturePlan] = []
        var specials: [[Special]] = []
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
                    others.append(Special(slot: slot, capture: capture, column: column))
                }
            }
            captures.append(CapturePlan(pattern: pattern.pattern, steps: steps, missing: parser.definition.missing))
            specials.append(others)
        }
        self.parser = parser
        self.captures = captures
        self.specials = specials
        level = builder.column(named: FieldNames.level)
        let levelField = parser.definition.level.field
        levelSource = builder.column(named: levelField)
        capturesLevel = parser.patterns.map { pattern in
            pattern.captures.contains { $0.name == levelField && $0.meaning == .level }
        }
        inner = parser.definition.inner.map { builder.column(named: $0) }
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

    /// The name of the level that `text` writes, nil where it is none that is known.
    func levelName(_ text: Span<UInt8>, _ levels: LevelMap) -> [UInt8]? {
        guard text.count <= memoBytesMax else { return levels.name(text.text).map { Array($0.utf8) } }
        let place = Int(truncatingIfNeeded: hash64(text)) & (levelMemo.count - 1)
        let memo = levelMemo[place]
        if !text.isEmpty, text.equals(memo.text) { return memo.name }
        let name = levels.name(text.text).map { Array($0.utf8) }
        levelMemo[place] = (text.bytes(0..<text.count), name)
        return name
    }
}

/// The candidates of programs, those that came last.
struct ProgramMemo {
    private struct Entry {
        let program: [UInt8]
        let source: String?
        let candidates: ParserSet.Candidates
    }

    private var entries = [Entry?](repeating: nil, count: 64)

    mutating func candidates(_ program: Span<UInt8>, source: String?, _ set: ParserSet) -> ParserSet.Candidates {
        guard program.count <= memoBytesMax else { return set.candidates(program: nil, source: source) }
        let place = Int(truncatingIfNeeded: hash64(program)) & (entries.count - 1)
        if let entry = entries[place], entry.source == source, program.equals(entry.program) { return entry.candidates }
        let candidates = set.candidates(program: program.text, source: source)
        entries[place] = Entry(program: program.bytes(0..<program.count), source: source, candidates: candidates)
        return candidates
    }
}
