import Kernels
import Records

// Long lines that their writer has cut to pieces, each in a line of its own: joined, and then parsed as the line that
// they were. The record has the fields and the time of the first piece, and stands where the last one stood.

extension LineParser {
    /// Takes a line that the matcher has just fitted, if it is a piece of a longer one.
    ///
    /// - Returns: nil for any other line; the captures are then as before.
    mutating func takeTextPiece(
        _ input: Span<UInt8>, _ line: Range<Int>, by plan: ParserPlan, pattern: Int, _ context: RecordContext
    ) -> Taken? {
        let parser = plan.parser
        let goesOn = pattern >= parser.firstPiece
        guard goesOn || !openLines.isEmpty, let slots = parser.textPieces?.slots[pattern],
            let captured = matcher.capture(slots.text)
        else { return nil }
        let record = input.withoutCarriageReturn(line)
        let start = record.lowerBound + captured.lowerBound
        var end = record.lowerBound + captured.upperBound
        // What stands at the end of a piece may stand within the line.
        if end == record.upperBound { end = line.upperBound }
        let stream = slots.streams.map { slot in
            matcher.capture(slot).map { input.extracting(record).bytes($0) } ?? []
        }
        return join(
            Piece(
                line: withNewline(line, input), parser: plan.index, pattern: pattern, stream: stream,
                text: input.bytes(start..<end), prefixCount: start - line.lowerBound, goesOn: goesOn),
            input, context)
    }

    /// Takes a line that is no UTF-8, if it may be a piece that begins or ends within a character.
    mutating func takeBrokenPiece(
        _ input: Span<UInt8>, _ line: Range<Int>, invalidAt: Int, _ context: RecordContext
    ) -> Taken? {
        let text = input.extracting(input.withoutCarriageReturn(line))
        guard text.count > 0 else { return nil }
        var found: (parser: Int, pattern: Int)?
        switch context.source.parser {
        case .auto:
            found = firstFitting(context.candidates, text, context).map { ($0.owner, $0.number) }
        case .definition:
            guard let index = context.pinned else { return nil }
            found = fittingPattern(of: set.parsers[index], text, context).map { (index, $0) }
        case .json, .logfmt, .text: return nil
        }
        guard let found, let pieces = set.parsers[found.parser].textPieces, let slots = pieces.slots[found.pattern],
            let captured = matcher.capture(slots.text), captured.lowerBound <= invalidAt
        else { return nil }
        return takeTextPiece(input, line, by: plan(of: found.parser), pattern: found.pattern, context)
    }

    /// Takes a JSON object, which is in the draft, if it is a piece of a longer line.
    ///
    /// - Parameter counts: those from before the draft.
    /// - Returns: nil for any other line; the draft is then as before.
    mutating func takeJSONPiece(
        _ input: Span<UInt8>, _ object: Range<Int>, by plan: ParserPlan, since counts: DraftCounts, _ context: RecordContext
    ) -> Taken? {
        guard let pieces = plan.jsonPieces, let field = builder.draft.field(pieces.text),
            field.kind == ValueKind.string
        else { return nil }
        let goesOn = builder.draft.withText(field) { !$0.ends(with: pieces.until) }
        guard goesOn || !openLines.isEmpty, hasOnlyFields(of: pieces) else { return nil }
        let piece = Piece(
            line: withNewline(object, input), parser: plan.index, pattern: nil,
            stream: pieces.streams.map { builder.draft.bytes($0) ?? [] }, text: builder.draft.bytes(field),
            prefixCount: 0, goesOn: goesOn)
        return join(piece, input, context, since: counts)
    }

    private func hasOnlyFields(of pieces: ParserPlan.JSONPieces) -> Bool {
        // The fields that only other writers have come last.
        for index in (0..<builder.draft.count).reversed() {
            let column = builder.draft[index].column
            guard pieces.allows(column, named: builder.name(ofColumn: column)) else { return false }
        }
        return true
    }

    private func withNewline(_ line: Range<Int>, _ input: Span<UInt8>) -> Range<Int> {
        line.lowerBound..<min(line.upperBound + 1, input.count)
    }

    // MARK: Open lines

    /// Adds a piece to its line, and makes a record of that if it is whole.
    ///
    /// - Returns: nil for a whole line; draft and captures are then as before.
    private mutating func join(
        _ piece: Piece, _ input: Span<UInt8>, _ context: RecordContext, since counts: DraftCounts? = nil
    ) -> Taken? {
        var place = openLines.firstIndex { $0.goesOn(in: piece) }
        guard piece.goesOn || place != nil else { return nil }
        if let counts { giveUpDraft(since: counts) }
        let bytesMax = set.parsers[piece.parser].definition.multiline?.bytes ?? 0
        if let found = place, openLines[found].bytes + piece.line.count > bytesMax {
            endOpenLine(found, input, context, .cut(bytesMax: bytesMax))
            place = nil
        }
        guard piece.goesOn else {
            guard let place else {
                redraft(piece.line, input, parser: piece.parser, pattern: piece.pattern, context)
                return nil
            }
            var whole = openLines.remove(at: place)
            whole.append(piece)
            commit(whole, input, context, gap: nil)
            return .piece(piece.line.upperBound - 1)
        }
        if let place {
            openLines[place].append(piece)
        } else {
            if openLines.count == Limits.openLinesMax { endOpenLine(0, input, context, .tooManyOpen) }
            openLines.append(OpenLine(piece))
        }
        return .piece(piece.line.upperBound - 1)
    }

    /// Makes a record of what has come of a line.
    mutating func endOpenLine(_ index: Int, _ input: Span<UInt8>, _ context: RecordContext, _ gap: OpenLine.Gap) {
        commit(openLines.remove(at: index), input, context, gap: gap)
    }

    private mutating func commit(
        _ line: OpenLine, _ input: Span<UInt8>, _ context: RecordContext, gap: OpenLine.Gap?
    ) {
        var text = line.text.span
        if let index = firstInvalidUTF8(text) {
            let start = line.first.lowerBound
            let whole = input.bytes(start..<start + line.prefixCount) + line.text
            let error = LineError("invalid UTF-8", at: line.prefixCount + index)
            keepWhole(whole.span, reason: gap?.reason ?? error.reason, receivedAt: context.receivedAt)
            if gap != nil { countCutLine() }
            return
        }
        redraft(line.first, input, parser: line.parser, pattern: line.pattern, context)
        let plan = plan(of: line.parser)
        if let pattern = line.pattern {
            putCaptures(input.extracting(textRange(of: line.first, input)), plan, pattern: pattern)
            text = text.extracting(text.withoutCarriageReturn(0..<text.count))
        }
        if let column = plan.joinedText {
            // As the captures of a whole line; fields of JSON are looked at later.
            let isMissing = line.pattern != nil && plan.parser.definition.missing.contains { text.equals($0) }
            if isMissing {
                builder.draft.remove(column)
            } else {
                builder.draft.put(text, column: column, kind: ValueKind.string)
            }
        }
        finishDraft(plan, context, pattern: line.pattern)
        if let gap {
            put(gap.reason, column: builder.column(named: FieldNames.parseError))
            countCutLine()
        }
        builder.commitDraft(receivedAt: context.receivedAt)
        countJoined(isCut: gap != nil)
    }

    /// Brings back draft or captures of a line that has been taken apart before.
    private mutating func redraft(
        _ line: Range<Int>, _ input: Span<UInt8>, parser: Int, pattern: Int?, _ context: RecordContext
    ) {
        builder.beginDraft()
        if let pattern {
            let text = input.extracting(textRange(of: line, input))
            _ = matcher.match(set.parsers[parser].patterns[pattern].pattern, text, receivedAt: context.receivedAt)
        } else {
            _ = builder.draftJSON(input, withoutNewline(line, input))
        }
    }

    private func textRange(of line: Range<Int>, _ input: Span<UInt8>) -> Range<Int> {
        input.withoutCarriageReturn(withoutNewline(line, input))
    }

    private func withoutNewline(_ line: Range<Int>, _ input: Span<UInt8>) -> Range<Int> {
        let hasNewline = input[line.upperBound - 1] == UInt8(ascii: "\n")
        return line.lowerBound..<line.upperBound - (hasNewline ? 1 : 0)
    }
}
