import Kernels
import Records

// The line inside of a line, such as that of a container's log.

extension LineParser {
    /// Lines within lines within lines: deeper ones stay text.
    static let innerDepthMax = 3

    /// Parses the text of a field in its turn.
    mutating func takeInner(_ column: Int, _ context: RecordContext, depth: Int) {
        guard let field = builder.draft.field(column), field.kind == ValueKind.string else { return }
        // The draft changes while its text is read.
        var whole: [UInt8] = []
        swap(&whole, &innerTexts[depth])
        defer { swap(&whole, &innerTexts[depth]) }
        builder.draft.copy(field, to: &whole)
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
        var place = CandidatePlace()
        while let entry = nextFitting(candidates, record, context, after: &place) {
            let plan = plan(of: entry.owner)
            var pattern: Int? = entry.number
            if entry.number >= 0 {
                putCaptures(record, plan, pattern: entry.number)
            } else {
                // Only its beginning has fitted so far.
                pattern = draft(plan, record, context)
            }
            guard let pattern else { continue }
            finishDraft(plan, context, pattern: pattern, depth: depth)
            return
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
}
