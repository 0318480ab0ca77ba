import Kernels
import Records

// What the pattern of a definition captures, into the row draft.

extension LineParser {
    /// Adds what the first fitting pattern of a parser captures to the draft, and returns its number; nil where none fits.
    mutating func draft(_ plan: ParserPlan, _ record: Span<UInt8>, _ context: RecordContext) -> Int? {
        guard let number = fittingPattern(of: plan.parser, record, context) else { return nil }
        putCaptures(record, plan, pattern: number)
        return number
    }

    /// Adds what the pattern that fitted last has captured.
    mutating func putCaptures(_ record: Span<UInt8>, _ plan: ParserPlan, pattern: Int) {
        builder.draftCaptures(matcher, record, plan.captures[pattern])
        for special in plan.specials[pattern] {
            if let range = matcher.capture(special.slot) { put(record.extracting(range), special, plan) }
        }
    }

    private mutating func put(
        _ text: Span<UInt8>, _ special: ParserPlan.Special, _ plan: ParserPlan
    ) {
        switch special.capture.meaning {
        case .level:
            if !putLevel(text, plan, column: special.column) {
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
            builder.draft.put(LevelNames.syslog[number % 8], column: plan.level, kind: ValueKind.string)
            builder.draft.put(LevelNames.facilities[number / 8], column: common.facility, kind: ValueKind.string)
        case .structuredData:
            let isWhole = StructuredData.parameters(text) { id, name, value in
                let element = builder.nameNode(text.extracting(id), within: special.nameNode)
                let node = builder.nameNode(text.extracting(name), within: element)
                builder.draftNamed(node, text.extracting(value), isEscaped: true)
            }
            if !isWhole { builder.draft.put(text, column: special.column, kind: ValueKind.string) }
        case .journalExport:
            _ = JournalExport.walk(text, from: 0) { name, value in
                let node = builder.nameNode(text.extracting(name))
                let value = text.extracting(value)
                if firstInvalidUTF8(value) == nil {
                    builder.draftNamed(node, value, isEscaped: false)
                } else {
                    builder.draftNamed(node, value.escapingInvalidUTF8().span, isEscaped: false)
                }
            }
        case .cefExtension:
            StructuredData.extensionPairs(text) { name, value in
                let name = Array(name.utf8)
                builder.draftNamed(builder.nameNode(name.span), value.span, isEscaped: false)
            }
        case .pairs:
            let before = builder.draft.snapshot()
            builder.beginInnerLine()
            guard !builder.draftLogfmt(text, 0..<text.count) else { return }
            builder.draft.restore(before)
            builder.draft.put(text, column: special.column, kind: ValueKind.string)
        case .text, .number, .quoted, .time: break
        }
    }

    mutating func put(_ text: String, column: Int, kind: UInt8 = ValueKind.string) {
        builder.draft.put(Array(text.utf8).span, column: column, kind: kind)
    }

    /// Gives `column` the name of the level that `text` writes; false where it is none that is known.
    mutating func putLevel(_ text: Span<UInt8>, _ plan: ParserPlan, column: Int) -> Bool {
        guard let level = levels.level(text, plan) else { return false }
        builder.draft.put(levels.names[level], column: column, kind: ValueKind.string)
        return true
    }

    /// All of the line is the message; its time and level are where they usually are.
    mutating func draftPlainText(_ text: Span<UInt8>, _ receivedAt: Int64) {
        builder.draft.put(text, column: common.message, kind: ValueKind.string)
        builder.draft.time = PlainText.time(text, receivedAt: receivedAt)
        if let level = PlainText.level(text) { put(level, column: common.level) }
    }
}
