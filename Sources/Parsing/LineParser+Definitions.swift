import Kernels
import Records

// Records that definitions describe: which one fits, what it captures, and what is done with that.

/// Column numbers of one generation of a builder that all parsers use.
struct CommonColumns {
    let message: Int
    let level: Int
    let program: Int
    let facility: Int
    let timeText: Int

    init(_ builder: inout BatchBuilder) {
        message = builder.column(named: FieldNames.message)
        level = builder.column(named: FieldNames.level)
        program = builder.column(named: FieldNames.program)
        facility = builder.column(named: FieldNames.facility)
        timeText = builder.column(named: FieldNames.timeText)
    }
}

/// What a parser needs for every record, with the column numbers of one generation of a builder.
final class ParserPlan {
    struct Special {
        let slot: Int
        let capture: PatternSyntax.Capture
        let column: Int
    }

    let captures: [CapturePlan]
    /// For each pattern, the captures that do not just go to a column.
    let specials: [[Special]]
    let level: Int
    /// The column that the level is made from; nil where the captures of levels have done that.
    let levelSource: Int?
    let inner: Int?
    /// The columns of `match.fields`, nil for the time.
    let required: [Int?]
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
        self.captures = captures
        self.specials = specials
        level = builder.column(named: FieldNames.level)
        let levelField = parser.definition.level.field
        let isCaptured = parser.patterns.contains { pattern in
            pattern.captures.contains { $0.name == levelField && $0.meaning == .level }
        }
        levelSource = isCaptured ? nil : builder.column(named: levelField)
        inner = parser.definition.inner.map { builder.column(named: $0) }
        required = parser.definition.match.fields.map { field in
            let name = FieldNames.aliases[field] ?? field
            return name == FieldNames.time ? nil : builder.column(named: name)
        }
    }

    /// The name of the level that `text` writes, nil where it is none that is known.
    func levelName(_ text: Span<UInt8>, _ levels: LevelMap) -> [UInt8]? {
        let place = Int(truncatingIfNeeded: hash64(text)) & (levelMemo.count - 1)
        let memo = levelMemo[place]
        if !text.isEmpty, text.equals(memo.text) { return memo.name }
        let name = levels.name(text.text).map { Array($0.utf8) }
        levelMemo[place] = (text.bytes(0..<text.count), name)
        return name
    }
}

extension LineParser {
    /// Lines within lines within lines: deeper ones stay text.
    private static let innerDepthMax = 3

    // MARK: Text

    /// Takes a line that is neither JSON nor logfmt: by the first definition that fits, else as plain text.
    mutating func takeText(_ input: Span<UInt8>, _ line: Range<Int>, _ context: RecordContext) -> Taken {
        let first = line.lowerBound..<line.lowerBound + input.extracting(line).keptCount(atMost: line.count)
        let text = input.extracting(first)
        var listIndex = 0
        while let list = context.candidates.list(listIndex, byte: text[0]) {
            listIndex += 1
            var start = 0
            while let found = matcher.firstMatch(in: list, from: start, text, receivedAt: context.receivedAt) {
                let entry = list.entries[found]
                if !set.parsers[entry.owner].isMultiline {
                    putCaptures(text, plan(of: entry.owner), pattern: entry.number, set.parsers[entry.owner])
                    finishDraft(entry.owner, context)
                    builder.commitDraft(receivedAt: context.receivedAt)
                    return .upTo(line.upperBound)
                }
                if let taken = takeLines(input, line, by: entry.owner, isPinned: false, context) { return taken }
                start = found + 1
            }
        }
        draftPlainText(text, context.receivedAt)
        builder.commitDraft(receivedAt: context.receivedAt)
        return .upTo(line.upperBound)
    }

    mutating func takePinned(
        _ input: Span<UInt8>, _ line: Range<Int>, _ index: Int, _ context: RecordContext
    ) throws(LineError) -> Taken {
        let parser = set.parsers[index]
        let text = input.extracting(line.lowerBound..<line.lowerBound + input.extracting(line).keptCount(atMost: line.count))
        if parser.isMultiline {
            if begins(parser, text, context), let taken = takeLines(input, line, by: index, isPinned: true, context) {
                return taken
            }
        } else if draft(index, text, context) {
            finishDraft(index, context)
            builder.commitDraft(receivedAt: context.receivedAt)
            return .upTo(line.upperBound)
        }
        throw LineError("the parser '\(parser.name)' does not fit")
    }

    // MARK: Records of several lines

    /// Takes the record that begins with `line`, and the lines that go on with it; nil where the parser does not fit.
    private mutating func takeLines(
        _ input: Span<UInt8>, _ line: Range<Int>, by index: Int, isPinned: Bool, _ context: RecordContext
    ) -> Taken? {
        let parser = set.parsers[index]
        let first = line.lowerBound..<line.lowerBound + input.extracting(line).keptCount(atMost: line.count)
        let isWholeAlone = parser.start == nil || fits(parser, input.extracting(first), context)
        let (end, isOpen) = recordEnd(input, line, parser, isPinned: isPinned, isWholeAlone: isWholeAlone, context)
        if isOpen, !context.isFinal { return .open(parser.definition.multiline?.timeout ?? 0) }
        let record = line.lowerBound..<line.lowerBound + input.extracting(line.lowerBound..<end).keptCount(atMost: end)
        if !draft(index, input.extracting(record), context) {
            // What follows the first line is more of its message then.
            guard draft(index, input.extracting(first), context) else { return nil }
            append(input.extracting(first.upperBound..<record.upperBound), to: common.message)
        }
        finishDraft(index, context)
        builder.commitDraft(receivedAt: context.receivedAt)
        return .upTo(end)
    }

    private mutating func begins(_ parser: CompiledParser, _ line: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard line.count > 0 else { return false }
        if let start = parser.start {
            return start.canBegin(with: line[0])
                && matcher.match(start, line, receivedAt: context.receivedAt, isPrefix: true)
        }
        return fits(parser, line, context)
    }

    private mutating func fits(_ parser: CompiledParser, _ line: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard line.count > 0 else { return false }
        for pattern in parser.patterns where pattern.pattern.canBegin(with: line[0]) {
            if matcher.match(pattern.pattern, line, receivedAt: context.receivedAt) { return true }
        }
        return false
    }

    /// Where the record ends that begins with `line`, and whether more lines of it may follow the input.
    ///
    /// - Parameter isWholeAlone: whether the line could be a record; if not, the next one belongs to it in any case.
    private mutating func recordEnd(
        _ input: Span<UInt8>, _ line: Range<Int>, _ parser: CompiledParser, isPinned: Bool, isWholeAlone: Bool,
        _ context: RecordContext
    ) -> (end: Int, isOpen: Bool) {
        let bytesMax = parser.definition.multiline?.bytes ?? 0
        var end = line.upperBound
        while end + 1 < input.count {
            let next = end + 1..<lineEnd(input, from: end + 1)
            let mustContinue = !isWholeAlone && end == line.upperBound
            guard next.upperBound - line.lowerBound <= bytesMax,
                continues(parser, input.extracting(next), isPinned: isPinned || mustContinue, context)
            else { return (end, false) }
            end = next.upperBound
        }
        return (end, end - line.lowerBound < bytesMax)
    }

    /// Whether a line goes on with a record of `parser` rather than beginning one of its own.
    private mutating func continues(
        _ parser: CompiledParser, _ line: Span<UInt8>, isPinned: Bool, _ context: RecordContext
    ) -> Bool {
        let text = line.extracting(..<line.keptCount(atMost: line.count))
        guard firstInvalidUTF8(text) == nil, !begins(parser, text, context) else { return false }
        if isPinned || text.isBlank || text[0] <= 0x20 { return true }
        let isJSON = text[0] == UInt8(ascii: "{") && text[text.count - 1] == UInt8(ascii: "}")
        guard !isJSON, !text.startsWithPair else { return false }
        var listIndex = 0
        while let list = context.candidates.list(listIndex, byte: text[0]) {
            listIndex += 1
            if matcher.firstMatch(in: list, from: 0, text, receivedAt: context.receivedAt) != nil { return false }
        }
        return true
    }

    private mutating func append(_ text: Span<UInt8>, to column: Int) {
        let before = builder.draft.bytes(column) ?? []
        builder.draft.put((before + text.bytes(0..<text.count)).span, column: column, kind: ValueKind.string)
    }

    // MARK: Captures

    /// Adds what the first fitting pattern of a parser captures to the draft; false where none fits.
    private mutating func draft(_ index: Int, _ record: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard record.count > 0 else { return false }
        let plan = plan(of: index)
        for number in plan.captures.indices {
            let captures = plan.captures[number]
            guard captures.pattern.canBegin(with: record[0]),
                matcher.match(captures.pattern, record, receivedAt: context.receivedAt)
            else { continue }
            putCaptures(record, plan, pattern: number, set.parsers[index])
            return true
        }
        return false
    }

    /// Adds what the pattern that fitted last has captured.
    private mutating func putCaptures(
        _ record: Span<UInt8>, _ plan: ParserPlan, pattern: Int, _ parser: CompiledParser
    ) {
        builder.draftCaptures(matcher, record, plan.captures[pattern])
        for special in plan.specials[pattern] {
            if let range = matcher.capture(special.slot) { put(record.extracting(range), special, parser, plan) }
        }
    }

    private mutating func put(
        _ text: Span<UInt8>, _ special: ParserPlan.Special, _ parser: CompiledParser, _ plan: ParserPlan
    ) {
        let name = special.capture.name
        switch special.capture.meaning {
        case .level:
            if let level = plan.levelName(text, parser.levels) {
                builder.draft.put(level.span, column: special.column, kind: ValueKind.string)
            } else {
                builder.draft.put(text, column: special.column, kind: ValueKind.string)
            }
        case .duration(let unit):
            let nanoseconds = ((Double(text.text) ?? .infinity) * unit).rounded()
            if abs(nanoseconds) < 9e18 {
                put(String(Int64(nanoseconds)), column: special.column, kind: ValueKind.number)
            } else {
                let kind = isJSONNumber(text) ? ValueKind.number : ValueKind.string
                builder.draft.put(text, column: special.column, kind: kind)
            }
        case .priority:
            guard let number = text.smallNumber, number < 192 else { return }
            let level = LevelNames.syslog[number % 8]
            let facility = LevelNames.facilities[number / 8]
            builder.draft.put(level.span, column: plan.level, kind: ValueKind.string)
            builder.draft.put(facility.span, column: common.facility, kind: ValueKind.string)
        case .structuredData:
            let isWhole = StructuredData.parameters(text) { putNamed("\(name).\($0)", $1) }
            if !isWhole { builder.draft.put(text, column: special.column, kind: ValueKind.string) }
        case .cefExtension: StructuredData.extensionPairs(text) { putNamed($0, $1) }
        case .pairs:
            let before = builder.draft.snapshot()
            builder.beginInnerLine()
            guard !builder.draftLogfmt(text, 0..<text.count) else { return }
            builder.draft.restore(before)
            builder.draft.put(text, column: special.column, kind: ValueKind.string)
        case .text, .number, .quoted, .time: break
        }
    }

    private mutating func put(_ text: String, column: Int, kind: UInt8 = ValueKind.string) {
        builder.draft.put(Array(text.utf8).span, column: column, kind: kind)
    }

    /// A field whose name came with the record.
    private mutating func putNamed(_ name: String, _ value: [UInt8]) {
        guard name.utf8.count <= Limits.fieldNameBytesMax, builder.draft.count < Limits.fieldsPerRecordMax else { return }
        // The time of the row has no column.
        let column = builder.column(named: name == FieldNames.time ? FieldNames.secondTime : name)
        builder.draft.put(value.span, column: column, kind: ValueKind.string)
    }

    /// All of the line is the message; its time and level are where they usually are.
    mutating func draftPlainText(_ text: Span<UInt8>, _ receivedAt: Int64) {
        builder.draft.put(text, column: common.message, kind: ValueKind.string)
        builder.draft.time = PlainText.time(text, receivedAt: receivedAt)
        if let level = PlainText.level(text) { put(level, column: common.level) }
    }

    // MARK: JSON

    /// The first definition of format json whose fields the draft has all.
    mutating func matchingJSONParser(_ candidates: ParserSet.Candidates) -> Int? {
        for index in candidates.json where hasAll(plan(of: index).required) { return index }
        return nil
    }

    private mutating func hasAll(_ required: [Int?]) -> Bool {
        for column in required {
            let hasField = column.map { builder.draft.has($0) }
                ?? (builder.draft.time != nil || builder.draft.has(common.timeText))
            guard hasField else { return false }
        }
        return true
    }

    // MARK: After the captures

    /// Does with the draft what the definition says, in the order that docs/PARSERS.md names.
    mutating func finishDraft(_ index: Int, _ context: RecordContext, depth: Int = 1) {
        let parser = set.parsers[index]
        if parser.changesFields { changeFields(parser, context) }
        let plan = plan(of: index)
        if let levelSource = plan.levelSource, let source = builder.draft.field(levelSource),
            let name = builder.draft.withText(source, { plan.levelName($0, parser.levels) })
        {
            builder.draft.put(name.span, column: plan.level, kind: ValueKind.string)
        }
        if let inner = plan.inner, depth < Self.innerDepthMax { takeInner(inner, context, depth: depth + 1) }
        for redaction in parser.redactions { redact(redaction) }
    }

    private mutating func changeFields(_ parser: CompiledParser, _ context: RecordContext) {
        let definition = parser.definition
        if parser.hasUnnamedFields { dropMissing(definition.missing) }
        readTime(parser, context)
        for (from, to) in definition.rename {
            builder.draft.move(builder.column(named: from), to: builder.column(named: to))
        }
        for name in definition.drop { builder.draft.remove(builder.column(named: name)) }
        for (name, value) in definition.set {
            let column = builder.column(named: name)
            if !builder.draft.has(column) { put(value.text, column: column, kind: value.kind) }
        }
    }

    /// Drops what came without a capture of its own.
    private mutating func dropMissing(_ values: [String]) {
        var index = 0
        while index < builder.draft.count {
            let field = builder.draft[index]
            let isMissing = field.kind == ValueKind.string
                && builder.draft.withText(field) { text in values.contains { text.equals($0) } }
            if isMissing { builder.draft.remove(field.column) } else { index += 1 }
        }
    }

    private mutating func readTime(_ parser: CompiledParser, _ context: RecordContext) {
        let time = parser.definition.time
        let isOwnField = time.field == FieldNames.time
        // The captures of text have read it.
        guard !isOwnField || parser.definition.format == .json && !time.formats.isEmpty else { return }
        let column = builder.column(named: isOwnField ? FieldNames.timeText : time.field)
        guard let field = builder.draft.field(column) else { return }
        let read = builder.draft.withText(field) { Self.readTime($0, parser.timeFormats, context) }
        if let time = read {
            builder.draft.time = time
            builder.draft.remove(column)
            if isOwnField { countReadableTime() }
        } else if !isOwnField {
            countUnreadableTime()
        }
    }

    private static func readTime(_ text: Span<UInt8>, _ formats: [TimeFormat], _ context: RecordContext) -> Int64? {
        for format in formats {
            if let (time, end) = format.read(text, from: 0, receivedAt: context.receivedAt), end == text.count { return time }
        }
        return nil
    }

    /// Parses the text of a field in its turn.
    private mutating func takeInner(_ column: Int, _ context: RecordContext, depth: Int) {
        guard let field = builder.draft.field(column), field.kind == ValueKind.string else { return }
        let whole = builder.draft.bytes(field)
        let text = whole.span
        let end = text.trimmedCount
        let start = text.leadingSpaceCount
        guard start < end else { return }
        let candidates = innerCandidates(context)
        let isJSON = text[start] == UInt8(ascii: "{")
        if isJSON || text.extracting(start..<end).startsWithPair {
            let outer = builder.draft.snapshot()
            builder.draft.remove(column)
            builder.beginInnerLine()
            if isJSON ? builder.draftJSON(text, start..<end) : builder.draftLogfmt(text, start..<end) {
                if isJSON, let parser = matchingJSONParser(candidates) {
                    finishDraft(parser, context, depth: depth)
                }
                return
            }
            builder.draft.restore(outer)
        }
        builder.draft.remove(column)
        let record = text.extracting(0..<end)
        var listIndex = 0
        while let list = candidates.list(listIndex, byte: record[0]) {
            listIndex += 1
            var next = 0
            while let found = matcher.firstMatch(in: list, from: next, record, receivedAt: context.receivedAt) {
                let entry = list.entries[found]
                next = found + 1
                if entry.number >= 0 {
                    putCaptures(record, plan(of: entry.owner), pattern: entry.number, set.parsers[entry.owner])
                } else if !draft(entry.owner, record, context) {
                    continue
                }
                finishDraft(entry.owner, context, depth: depth)
                return
            }
        }
        keepInner(record, column)
    }

    /// An inner text in no known format: the message, if there is no other.
    private mutating func keepInner(_ text: Span<UInt8>, _ column: Int) {
        let common = common
        let target = builder.draft.has(common.message) ? column : common.message
        builder.draft.put(text, column: target, kind: ValueKind.string)
        if !builder.draft.has(common.level), let name = PlainText.level(text) { put(name, column: common.level) }
    }

    private mutating func redact(_ redaction: Redaction) {
        let named = redaction.fields.map { names in names.map { builder.column(named: $0) } }
        let exempt = named == nil ? FieldNames.identifiers.map { builder.column(named: $0) } : []
        for index in 0..<builder.draft.count {
            let field = builder.draft[index]
            guard named?.contains(field.column) ?? !exempt.contains(field.column),
                let text = builder.draft.withText(field, { redaction.apply($0) })
            else { continue }
            builder.draft.put(text.span, column: field.column, kind: ValueKind.string)
        }
    }
}
