import LogsQL

extension Filter.StringRange {
    func plan() -> any FilterPlan {
        TextFilter(
            field: storedField, predicate: StringRangePredicate(lower: Array(lower.utf8), upper: Array(upper.utf8)))
    }
}

private struct StringRangePredicate: TextPredicate {
    let lower: [UInt8]
    let upper: [UInt8]

    func matches(_ text: Span<UInt8>) -> Bool {
        compareBytes(text, lower.span) >= 0 && compareBytes(text, upper.span) < 0
    }
}
