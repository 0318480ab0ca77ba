import CScan

/// What is done with the captures of a pattern: most go straight to a column.
public final class CapturePlan: Sendable {
    public enum Step: Sendable {
        /// The text as it is.
        case text(column: Int)
        /// A number, where the text is one as JSON writes them.
        case number(column: Int)
        /// The text of a string in double quotes, without its backslash escapes.
        case quoted(column: Int)
        /// Left to the caller, or the time, which is no column.
        case other
    }

    public let pattern: LinePattern
    let steps: [Step]
    let missing: MissingTexts

    public init(pattern: LinePattern, steps: [Step], missing: MissingTexts) {
        precondition(steps.count == pattern.slotCount)
        self.pattern = pattern
        self.steps = steps
        self.missing = missing
    }
}

extension BatchBuilder {
    /// Adds what `matcher` captured from `record` to the draft, as `plan` says.
    public mutating func draftCaptures(_ matcher: borrowing PatternMatcher, _ record: Span<UInt8>, _ plan: CapturePlan) {
        precondition(matcher.slotCount == plan.steps.count)
        if let time = matcher.time { draft.time = time }
        record.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            plan.steps.withUnsafeBufferPointer { steps in
                for slot in 0..<steps.count {
                    let (start, end) = matcher.slots[slot]
                    guard start >= 0 else { continue }
                    precondition(end <= buffer.count)
                    let text = UnsafeBufferPointer(start: base + start, count: end - start)
                    guard !plan.missing.contains(text) else { continue }
                    switch steps[slot] {
                    case .text(let column): draft.put(text, column: column, kind: ValueKind.string)
                    case .number(let column):
                        draft.put(text, column: column, kind: isJSONNumber(text) ? ValueKind.number : ValueKind.string)
                    case .quoted(let column): putUnescaped(text, column)
                    case .other: break
                    }
                }
            }
        }
    }

    /// Gives `column` a text without its backslash escapes.
    @inline(__always)
    mutating func putUnescaped(_ text: UnsafeBufferPointer<UInt8>, _ column: Int) {
        guard let base = text.baseAddress, lockstitch_find(base, UInt8(ascii: "\\"), text.count) != nil else {
            draft.put(text, column: column, kind: ValueKind.string)
            return
        }
        draft.put(bytesMax: text.count, column: column, kind: ValueKind.string) { unescape(text, to: $0) }
    }
}

/// Whether the text is a number as JSON writes them (RFC 8259, section 6).
func isJSONNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    func digits() -> Int {
        let start = index
        while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        return index - start
    }
    if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
    let first = index
    let whole = digits()
    guard whole > 0, whole == 1 || text[first] != UInt8(ascii: "0") else { return false }
    if index < text.count, text[index] == UInt8(ascii: ".") {
        index += 1
        guard digits() > 0 else { return false }
    }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
        index += 1
        if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
        guard digits() > 0 else { return false }
    }
    return index == text.count
}

/// The same over a span.
public func isJSONNumber(_ text: Span<UInt8>) -> Bool { text.withUnsafeBufferPointer { isJSONNumber($0) } }

/// Writes a text without its backslash escapes, and returns how many bytes that takes. `\xNN` and what else is unknown stay.
private func unescape(_ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var written = 0
    var index = 0
    while index < text.count {
        let next = index + 1 < text.count ? text[index + 1] : 0
        switch text[index] == UInt8(ascii: "\\") ? next : 0 {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "]"):
            target[written] = next
            index += 1
        case UInt8(ascii: "n"):
            target[written] = 0x0a
            index += 1
        case UInt8(ascii: "t"):
            target[written] = 0x09
            index += 1
        case UInt8(ascii: "r"):
            target[written] = 0x0d
            index += 1
        default:
            target[written] = text[index]
        }
        written += 1
        index += 1
    }
    return written
}
