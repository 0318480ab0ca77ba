import LogsQL

extension Filter.Range {
    func plan() -> any FilterPlan {
        guard let lower = lower.number, let upper = upper.number else { return NothingFilter() }
        let range = NumberRange(
            lower: NumericValue(lower), includesLower: includesLower, upper: NumericValue(upper),
            includesUpper: includesUpper)
        return NumericFilter(field: storedField, otherwise: range) { range.contains($0) }
    }
}

/// The text is a number between two others.
private struct NumberRange: TextPredicate {
    let lower: NumericValue
    let includesLower: Bool
    let upper: NumericValue
    let includesUpper: Bool

    @inline(__always)
    func contains(_ value: NumericValue) -> Bool {
        (includesLower ? lower <= value : lower < value) && (includesUpper ? value <= upper : value < upper)
    }

    func matches(_ text: Span<UInt8>) -> Bool { NumericValue(text).map(contains) ?? false }
}
