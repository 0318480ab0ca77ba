import Kernels
import Records

// Lines that are neither JSON nor logfmt: which definition fits, and where a record of several lines ends.

extension LineParser {
    /// Takes a line that is neither JSON nor logfmt: by the first definition that fits, else as plain text.
    mutating func takeText(_ input: Span<UInt8>, _ line: Range<Int>, _ context: RecordContext) -> Taken {
        let first = input.withoutCarriageReturn(line)
        let text = input.extracting(first)
        var place = CandidatePlace()
        while let entry = nextFitting(context.candidates, text, context, after: &place) {
            let plan = plan(of: entry.owner)
            if plan.parser.isMultiline {
                if let taken = takeLines(input, line, by: plan, isPinned: false, context) { return taken }
                continue
            }
            if entry.number >= plan.parser.firstPiece || !openLines.isEmpty,
                let taken = takeTextPiece(input, line, by: plan, pattern: entry.number, context)
            {
                return taken
            }
            putCaptures(text, plan, pattern: entry.number)
            finishDraft(plan, context, pattern: entry.number)
            builder.commitDraft(receivedAt: context.receivedAt)
            return .upTo(line.upperBound)
        }
        draftPlainText(text, context.receivedAt)
        builder.commitDraft(receivedAt: context.receivedAt)
        return .upTo(line.upperBound)
    }

    mutating func takePinned(
        _ input: Span<UInt8>, _ line: Range<Int>, _ index: Int, _ context: RecordContext
    ) throws(LineError) -> Taken {
        let plan = plan(of: index)
        let parser = plan.parser
        let text = input.extracting(input.withoutCarriageReturn(line))
        if parser.isMultiline {
            if begins(parser, text, context), let taken = takeLines(input, line, by: plan, isPinned: true, context) {
                return taken
            }
        } else if let pattern = fittingPattern(of: parser, text, context) {
            if let taken = takeTextPiece(input, line, by: plan, pattern: pattern, context) { return taken }
            putCaptures(text, plan, pattern: pattern)
            finishDraft(plan, context, pattern: pattern)
            builder.commitDraft(receivedAt: context.receivedAt)
            return .upTo(line.upperBound)
        }
        throw LineError("the parser '\(parser.name)' does not fit")
    }

    // MARK: Records of several lines

    /// Whether a line that could be logfmt begins an entry of the journal.
    mutating func beginsJournalEntry(_ line: Span<UInt8>, _ context: RecordContext) -> Bool {
        guard let index = set.journalExport, line[0] == UInt8(ascii: "_") else { return false }
        return begins(set.parsers[index], line, context)
    }

    /// Takes the record that begins with `line`, and the lines that go on with it; nil where the parser does not fit.
    private mutating func takeLines(
        _ input: Span<UInt8>, _ line: Range<Int>, by plan: ParserPlan, isPinned: Bool, _ context: RecordContext
    ) -> Taken? {
        let parser = plan.parser
        let first = input.withoutCarriageReturn(line)
        let isWholeAlone = parser.start == nil || fits(parser, input.extracting(first), context)
        guard
            let (end, textEnd, isOpen) = parser.isJournalExport
                ? journalEntryEnd(input, line, parser, context)
                : recordEnd(input, line, parser, isPinned: isPinned, isWholeAlone: isWholeAlone, context)
        else { return nil }
        if isOpen, context.mayGoOn(after: input.count) { return .open(parser.definition.multiline?.timeout ?? 0) }
        let record = input.withoutCarriageReturn(line.lowerBound..<textEnd)
        var pattern = draft(plan, input.extracting(record), context)
        if pattern == nil {
            // What follows the first line is more of its message then.
            pattern = draft(plan, input.extracting(first), context)
            guard pattern != nil else { return nil }
            append(input.extracting(first.upperBound..<record.upperBound), to: common.message)
        }
        finishDraft(plan, context, pattern: pattern)
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
        fittingPattern(of: parser, line, context) != nil
    }

    /// Where the record ends that begins with `line`, where its last line does that is not blank, and whether more lines
    /// of it may follow the input.
    ///
    /// - Parameter isWholeAlone: whether the line could be a record; if not, the next one belongs to it in any case.
    private mutating func recordEnd(
        _ input: Span<UInt8>, _ line: Range<Int>, _ parser: CompiledParser, isPinned: Bool, isWholeAlone: Bool,
        _ context: RecordContext
    ) -> (end: Int, textEnd: Int, isOpen: Bool) {
        let bytesMax = parser.definition.multiline?.bytes ?? 0
        var end = line.upperBound
        var textEnd = end
        while end + 1 < input.count {
            let next = end + 1..<lineEnd(input, from: end + 1)
            let mustContinue = !isWholeAlone && end == line.upperBound
            guard next.upperBound - line.lowerBound <= bytesMax,
                continues(parser, input.extracting(next), isPinned: isPinned || mustContinue, context)
            else { return (end, textEnd, false) }
            end = next.upperBound
            if !input.extracting(next).isBlank { textEnd = end }
        }
        return (end, textEnd, end - line.lowerBound < bytesMax)
    }

    /// As `recordEnd`, for an entry of the journal; nil where that is not well-formed.
    private func journalEntryEnd(
        _ input: Span<UInt8>, _ line: Range<Int>, _ parser: CompiledParser, _ context: RecordContext
    ) -> (end: Int, textEnd: Int, isOpen: Bool)? {
        let start = line.lowerBound
        let bytesMax = parser.definition.multiline?.bytes ?? 0
        let part = input.extracting(start..<min(input.count, start + bytesMax))
        var hasTime = false
        let end = JournalExport.walk(part, from: 0) { name, _ in
            if part.extracting(name).equals(JournalExport.time) { hasTime = true }
        }
        switch end {
        case .at(let blank): return hasTime ? (start + blank, start + blank - 1, false) : nil
        case .open(let isBetweenFields) where start + part.count == input.count:
            guard context.mayGoOn(after: input.count) || (isBetweenFields && hasTime) else { return nil }
            let textEnd = input[input.count - 1] == UInt8(ascii: "\n") ? input.count - 1 : input.count
            return (textEnd, textEnd, true)
        case .open, .malformed: return nil
        }
    }

    /// Whether a line goes on with a record of `parser` rather than beginning one of its own.
    private mutating func continues(
        _ parser: CompiledParser, _ line: Span<UInt8>, isPinned: Bool, _ context: RecordContext
    ) -> Bool {
        let text = line.extracting(line.withoutCarriageReturn(0..<line.count))
        guard firstInvalidUTF8(text) == nil, !begins(parser, text, context) else { return false }
        if isPinned || text.isBlank || text[0] <= 0x20 { return true }
        let isJSON = text[0] == UInt8(ascii: "{") && text[text.count - 1] == UInt8(ascii: "}")
        guard !isJSON, !text.startsWithPair else { return false }
        return firstFitting(context.candidates, text, context) == nil
    }

    private mutating func append(_ text: Span<UInt8>, to column: Int) {
        let before = builder.draft.bytes(column) ?? []
        builder.draft.put((before + text.bytes(0..<text.count)).span, column: column, kind: ValueKind.string)
    }
}
