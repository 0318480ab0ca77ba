import Kernels
import Records

// What definitions do with a row draft, whether it was captured from text or is a JSON object.

extension LineParser {
    /// The first definition of format json whose fields the draft has all.
    mutating func matchingJSONParser(_ candidates: ParserSet.Candidates) -> ParserPlan? {
        for index in candidates.json {
            let plan = plan(of: index)
            if hasAllFields(plan) { return plan }
        }
        return nil
    }

    mutating func hasAllFields(_ plan: ParserPlan) -> Bool {
        let timeText = common.timeText
        for column in plan.required {
            let hasField = column.map { builder.draft.has($0) } ?? (builder.draft.time != nil || builder.draft.has(timeText))
            guard hasField else { return false }
        }
        return true
    }

    /// Whether lines of these keys may be for a definition when their values are other ones, such as no `null`: their
    /// shape must not be learned, since a walk along it asks no definition.
    mutating func isShapeOfDefinition(_ candidates: ParserSet.Candidates) -> Bool {
        let startTime = common.startTime
        return candidates.json.contains { index in
            plan(of: index).required.allSatisfy { column in
                column.map { builder.draftHasKey($0) } ?? (builder.draftHasTimeKey || builder.draftHasKey(startTime))
            }
        }
    }

    /// Does with the draft what the definition says, in the order that docs/PARSERS.md names.
    mutating func finishDraft(_ plan: ParserPlan, _ context: RecordContext, pattern: Int? = nil, depth: Int = 1) {
        let parser = plan.parser
        if parser.changesFields { changeFields(plan, context) }
        // A level that was captured as one has its name already.
        let isNamed = pattern.map { plan.capturesLevel[$0] } ?? false
        if !isNamed, let source = builder.draft.field(plan.levelSource),
            let level = builder.draft.withText(source, { levels.level($0, plan) })
        {
            builder.draft.put(levels.names[level], column: plan.level, kind: ValueKind.string)
        }
        if let inner = plan.inner, depth < Self.innerDepthMax { takeInner(inner, context, depth: depth + 1) }
        for redaction in plan.redactions { redact(redaction) }
    }

    private mutating func changeFields(_ plan: ParserPlan, _ context: RecordContext) {
        let parser = plan.parser
        // Captures have been looked at; fields that came without one have not.
        if parser.hasUnnamedFields { builder.draft.removeMissing(plan.missing) }
        readTime(plan, context)
        for (from, to) in plan.renamed { builder.draft.move(from, to: to) }
        for column in plan.dropped { builder.draft.remove(column) }
        for (column, value) in plan.set where !builder.draft.has(column) { put(value.text, column: column, kind: value.kind) }
    }

    private mutating func readTime(_ plan: ParserPlan, _ context: RecordContext) {
        let parser = plan.parser
        let time = parser.definition.time
        let isOwnField = time.field == FieldNames.time
        // The captures of text have read it.
        guard !isOwnField || parser.definition.format == .json && !time.formats.isEmpty else { return }
        guard !isOwnField || builder.draftHasUnreadableTime, let field = builder.draft.field(plan.timeText) else { return }
        let read = builder.draft.withText(field) { Self.readTime($0, parser.timeFormats, context) }
        if let time = read {
            builder.draft.time = time
            builder.draft.remove(plan.timeText)
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

    private mutating func redact(_ redaction: ParserPlan.RedactionPlan) {
        for index in 0..<builder.draft.count {
            let field = builder.draft[index]
            guard redaction.covers(field.column),
                let text = builder.draft.withText(field, { redaction.rule.apply($0) })
            else { continue }
            builder.draft.put(text.span, column: field.column, kind: ValueKind.string)
        }
    }
}
