import LogsQL

extension Filter.LengthRange {
    func plan() -> any FilterPlan {
        TextFilter(field: storedField, predicate: LengthPredicate(lower: lower, upper: upper))
    }
}

private struct LengthPredicate: TextPredicate {
    let lower: Int
    let upper: Int

    func matches(_ text: Span<UInt8>) -> Bool {
        // A scalar has four bytes at most.
        guard text.count >= lower, text.count / 4 <= upper else { return false }
        var count = 0
        for index in 0..<text.count where text[index] & 0xC0 != 0x80 { count += 1 }
        return count >= lower && count <= upper
    }
}
