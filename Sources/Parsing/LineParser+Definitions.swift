import Kernels
import Records

// Records that definitions describe: which one fits, what it captures, and what is done with that.

/// The column numbers that a parser needs for every record; valid for one generation of a builder.
final class ParserColumns {
    /// For each pattern, a column for each capture.
    let captures: [[Int]]
    let level: Int
    let levelSource: Int
    /// The columns of `match.fields`, nil for the time.
    let required: [Int?]

    init(_ parser: CompiledParser, _ builder: inout BatchBuilder) {
        var captures: [[Int]] = []
        for pattern in parser.patterns {
            captures.append(pattern.captures.map { builder.column(named: $0.name) })
        }
        self.captures = captures
        level = builder.column(named: FieldNames.level)
        levelSource = builder.column(named: parser.definition.level.field)
        required = parser.definition.match.fields.map { field in
            let name = FieldNames.aliases[field] ?? field
            return name == FieldNames.time ? nil : builder.column(named: name)
        }
    }
}

extension LineParser {
    /// Lines within lines within lines: deeper ones stay text.
    private static let innerDepthMax = 3

    // MARK: Text

    /// Takes a line that is neither JSON nor logfmt: by the first definition that fits, else as plain text.
    mutating func takeText(_ input: Span<UInt8>, _ line: Range<Int>, _ context: RecordContext) -> Taken {
        let text = input.extracting(line.lowerBound..<line.lowerBound + input.extracting(line).keptCount(atMost: line.count))
        for index in set.candidates(byte: text[0], program: nil, source: context.source.name) {
            if let taken = take(input, line, by: index, isPinned: false, context) { return taken }
        }
        draftPlainText(text, context.receivedAt)
        builder.commitDraft(receivedAt: context.receivedAt)
        return .upTo(line.upperBound)
    }

    mutating func takePinned(
        _ input: Span<UInt8>, _ line: Range<Int>, _ index: Int, _ context: RecordContext
    ) throws(LineError) -> Taken {
        if let taken = take(input, line, by: index, isPinned: true, context) { return taken }
        throw LineError("the parser '\(set.parsers[index].name)' does not fit")
    }

    /// Takes the record that begins with `line` by one parser; nil where that does not fit.
    private mutating func take(
        _ input: Span<UInt8>, _ line: Range<Int>, by index: Int, isPinned: Bool, _ context: RecordContext
    ) -> Taken? {
        let parser = set.parsers[index]
        let first = line.lowerBound..<line.lowerBound + input.extracting(line).keptCount(atMost: line.count)
        guard let multiline = parser.definition.multiline else {
            guard draft(index, input.extracting(first), context) else { return nil }
            finishDraft(index, context)
            builder.commitDraft(receivedAt: context.receivedAt)
            return .upTo(line.upperBound)
        }
        guard begins(parser, input.extracting(first), context) else { return nil }
        let isWholeAlone = parser.start == nil || fits(parser, input.extracting(first), context)
        let (end, isOpen) = recordEnd(input, line, parser, isPinned: isPinned, isWholeAlone: isWholeAlone, context)
        if isOpen, !context.isFinal { return .open(multiline.timeout) }
        let record = line.lowerBound..<line.lowerBound + input.extracting(line.lowerBound..<end).keptCount(atMost: end)
        if !draft(index, input.extracting(record), context) {
            // What follows the first line is more of its message then.
            guard draft(index, input.extracting(first), context) else { return nil }
            append(input.extracting(first.upperBound..<record.upperBound), to: builder.column(named: FieldNames.message))
        }
        finishDraft(index, context)
        builder.commitDraft(receivedAt: context.receivedAt)
        return .upTo(end)
    }

    private mutating func begins(_ parser: CompiledParser, _ line: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard line.count > 0 else { return false }
        if let start = parser.start {
            return start.firstBytes[Int(line[0])]
                && matcher.match(start, line, receivedAt: context.receivedAt, isPrefix: true)
        }
        return fits(parser, line, context)
    }

    private mutating func fits(_ parser: CompiledParser, _ line: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard line.count > 0 else { return false }
        for pattern in parser.patterns where pattern.pattern.firstBytes[Int(line[0])] {
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
        for index in set.candidates(byte: text[0], program: nil, source: context.source.name) {
            if begins(set.parsers[index], text, context) { return false }
        }
        return true
    }

    private mutating func append(_ text: Span<UInt8>, to column: Int) {
        let before = builder.draft.range(column).map { Array(builder.draft.bytes[$0]) } ?? []
        builder.draft.put((before + text.bytes(0..<text.count)).span, column: column, kind: ValueKind.string)
    }

    // MARK: Captures

    /// Adds what the first fitting pattern of a parser captures to the draft; false where none fits.
    private mutating func draft(_ index: Int, _ record: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard record.count > 0 else { return false }
        let parser = set.parsers[index]
        for (number, pattern) in parser.patterns.enumerated() where pattern.pattern.firstBytes[Int(record[0])] {
            guard matcher.match(pattern.pattern, record, receivedAt: context.receivedAt) else { continue }
            let columns = columnNumbers(of: index)
            for slot in pattern.captures.indices {
                guard let range = matcher.captures[slot] else { continue }
                put(
                    record.extracting(range), pattern.captures[slot], column: columns.captures[number][slot], parser,
                    levelColumn: columns.level)
            }
            return true
        }
        return false
    }

    private mutating func put(
        _ text: Span<UInt8>, _ capture: PatternSyntax.Capture, column: Int, _ parser: CompiledParser, levelColumn: Int
    ) {
        switch capture.meaning {
        case .text: builder.draft.put(text, column: column, kind: ValueKind.string)
        case .number:
            let kind = ValueText.isNumber(text) ? ValueKind.number : ValueKind.string
            builder.draft.put(text, column: column, kind: kind)
        case .quoted:
            if text.contains(UInt8(ascii: "\\")) {
                builder.draft.put(ValueText.unescaped(text).span, column: column, kind: ValueKind.string)
            } else {
                builder.draft.put(text, column: column, kind: ValueKind.string)
            }
        case .time: builder.draft.time = matcher.time
        case .level: put(parser.levels.name(text.text) ?? text.text, column: column)
        case .duration(let unit):
            let nanoseconds = ((Double(text.text) ?? 0) * unit).rounded()
            put(nanoseconds < 9e18 ? String(Int64(nanoseconds)) : text.text, column: column, kind: ValueKind.number)
        case .priority:
            guard let number = Int(text.text), number < 192 else { return }
            put(LevelNames.syslog[number % 8], column: levelColumn)
            put(LevelNames.facilities[number / 8], column: builder.column(named: "facility"))
        case .structuredData:
            StructuredData.parameters(text) { name, value in putNamed("\(capture.name).\(name)", value) }
        case .cefExtension: StructuredData.extensionPairs(text) { name, value in putNamed(name, value) }
        case .pairs:
            builder.beginInnerLine()
            _ = builder.draftLogfmt(text, 0..<text.count)
        }
    }

    private mutating func put(_ text: String, column: Int, kind: UInt8 = ValueKind.string) {
        builder.draft.put(Array(text.utf8).span, column: column, kind: kind)
    }

    /// A field whose name came with the record.
    private mutating func putNamed(_ name: String, _ value: [UInt8]) {
        guard name.utf8.count <= Limits.fieldNameBytesMax, builder.draft.fields.count < Limits.fieldsPerRecordMax else { return }
        builder.draft.put(value.span, column: builder.column(named: name), kind: ValueKind.string)
    }

    /// All of the line is the message; its time and level are where they usually are.
    mutating func draftPlainText(_ text: Span<UInt8>, _ receivedAt: Int64) {
        builder.draft.put(text, column: builder.column(named: FieldNames.message), kind: ValueKind.string)
        builder.draft.time = PlainText.time(text, receivedAt: receivedAt)
        if let level = PlainText.level(text) { put(level, column: builder.column(named: FieldNames.level)) }
    }

    // MARK: JSON

    /// The first definition of format json whose fields the draft has all.
    mutating func matchingJSONParser(program: String?) -> Int? {
        set.json.first { index in
            columnNumbers(of: index).required.allSatisfy { column in
                guard let column else {
                    return builder.draft.time != nil || builder.draft.has(builder.column(named: FieldNames.timeText))
                }
                return builder.draft.has(column)
            }
        }
    }

    // MARK: After the captures

    /// Does with the draft what the definition says, in the order that docs/PARSERS.md names.
    mutating func finishDraft(_ index: Int, _ context: RecordContext, depth: Int = 1) {
        let parser = set.parsers[index]
        let definition = parser.definition
        dropMissing(definition.missing)
        readTime(parser, context)
        for (from, to) in definition.rename {
            builder.draft.move(builder.column(named: from), to: builder.column(named: to))
        }
        for name in definition.drop { builder.draft.remove(builder.column(named: name)) }
        for (name, value) in definition.set {
            let column = builder.column(named: name)
            guard !builder.draft.has(column) else { continue }
            put(value.text, column: column, kind: value.isText ? ValueKind.string : ValueText.kind(value.text))
        }
        let columns = columnNumbers(of: index)
        if let range = builder.draft.range(columns.levelSource) {
            let text = String(decoding: builder.draft.bytes[range], as: UTF8.self)
            if let name = parser.levels.name(text) { put(name, column: columns.level) }
        }
        if let inner = definition.inner, depth < Self.innerDepthMax {
            takeInner(builder.column(named: inner), context, depth: depth + 1)
        }
        for redaction in parser.redactions { redact(redaction) }
    }

    private mutating func dropMissing(_ values: [String]) {
        guard !values.isEmpty else { return }
        let columns = builder.draft.fields.filter { field in
            let text = builder.draft.bytes.span.extracting(field.range)
            return field.kind == ValueKind.string && values.contains { text.equals($0) }
        }.map(\.column)
        for column in columns { builder.draft.remove(column) }
    }

    private mutating func readTime(_ parser: CompiledParser, _ context: RecordContext) {
        let time = parser.definition.time
        let isOwnField = time.field == FieldNames.time
        guard !(isOwnField && time.formats.isEmpty) else { return }
        let column = builder.column(named: isOwnField ? FieldNames.timeText : time.field)
        guard let range = builder.draft.range(column) else { return }
        if let time = readTime(range, parser.timeFormats, context) {
            builder.draft.time = time
            builder.draft.remove(column)
            if isOwnField { countReadableTime() }
        } else if !isOwnField {
            countUnreadableTime()
        }
    }

    private func readTime(_ range: Range<Int>, _ formats: [TimeFormat], _ context: RecordContext) -> Int64? {
        let text = builder.draft.bytes.span.extracting(range)
        for format in formats {
            if let (time, end) = format.read(text, from: 0, receivedAt: context.receivedAt), end == text.count { return time }
        }
        return nil
    }

    /// Parses the text of a field in its turn.
    private mutating func takeInner(_ column: Int, _ context: RecordContext, depth: Int) {
        guard builder.draft.kind(column) == ValueKind.string, let range = builder.draft.range(column) else { return }
        let whole = Array(builder.draft.bytes[range])
        let text = whole.span
        let end = text.trimmedCount
        let start = text.leadingSpaceCount
        guard start < end else { return }
        let programColumn = builder.column(named: FieldNames.program)
        let program = builder.draft.range(programColumn).map { String(decoding: builder.draft.bytes[$0], as: UTF8.self) }
        let outer = builder.draft
        builder.draft.remove(column)
        builder.beginInnerLine()
        let isJSON = text[start] == UInt8(ascii: "{")
        if isJSON, builder.draftJSON(text, start..<end) {
            if let parser = matchingJSONParser(program: program) { finishDraft(parser, context, depth: depth) }
            return
        }
        if !isJSON, text.extracting(start..<end).startsWithPair, builder.draftLogfmt(text, start..<end) { return }
        builder.draft = outer
        let record = text.extracting(0..<end)
        for index in set.candidates(byte: record[0], program: program, source: nil)
        where set.parsers[index].definition.format == .text {
            builder.draft.remove(column)
            if draft(index, record, context) {
                finishDraft(index, context, depth: depth)
                return
            }
            builder.draft = outer
        }
        keepInner(record, column)
    }

    /// An inner text in no known format: the message, if there is no other.
    private mutating func keepInner(_ text: Span<UInt8>, _ column: Int) {
        let message = builder.column(named: FieldNames.message)
        let level = builder.column(named: FieldNames.level)
        let target = builder.draft.has(message) ? column : message
        builder.draft.remove(column)
        builder.draft.put(text, column: target, kind: ValueKind.string)
        if !builder.draft.has(level), let name = PlainText.level(text) { put(name, column: level) }
    }

    private mutating func redact(_ redaction: Redaction) {
        let named = redaction.fields.map { names in names.map { builder.column(named: $0) } }
        let exempt = named == nil ? FieldNames.correlationIDs.map { builder.column(named: $0) } : []
        for field in builder.draft.fields where named?.contains(field.column) ?? !exempt.contains(field.column) {
            guard let text = redaction.apply(builder.draft.bytes.span.extracting(field.range)) else { continue }
            builder.draft.put(text.span, column: field.column, kind: ValueKind.string)
        }
    }
}
