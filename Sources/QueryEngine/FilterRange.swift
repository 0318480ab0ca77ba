import LogsQL

extension Filter.Range {
    func plan() -> any FilterPlan {
        if let lower = lower.address, let upper = upper.address {
            return addressPlan(
                storedField,
                AddressPredicate(
                    lower: lower, includesLower: includesLower, upper: upper, includesUpper: includesUpper))
        }
        guard let lower = lower.number, let upper = upper.number else { return NothingFilter() }
        let bounds = NumberBounds(
            lower: .init(NumericValue(lower), isIncluded: includesLower),
            upper: .init(NumericValue(upper), isIncluded: includesUpper))
        return NumericFilter(field: storedField, bounds: bounds)
    }
}

/// Numbers between two others, or on one side of one.
struct NumberBounds {
    struct End {
        let number: NumericValue
        let isIncluded: Bool

        init(_ number: NumericValue, isIncluded: Bool) {
            self.number = number
            self.isIncluded = isIncluded
        }
    }

    /// Nil for no bound.
    var lower: End?
    var upper: End?

    @inline(__always)
    func contain(_ value: NumericValue) -> Bool {
        if let lower, value < lower.number || (!lower.isIncluded && value == lower.number) { return false }
        if let upper, upper.number < value || (!upper.isIncluded && value == upper.number) { return false }
        return true
    }

    /// Whether a number from `low` to `high` may be within the bounds.
    func overlap(_ low: NumericValue, _ high: NumericValue) -> Bool {
        if let lower, high < lower.number || (!lower.isIncluded && high == lower.number) { return false }
        if let upper, upper.number < low || (!upper.isIncluded && low == upper.number) { return false }
        return true
    }

    /// The 64-bit integers within the bounds, nil where telling them apart takes `contain`.
    var integers: Range<Int128>? {
        guard let first = lower.map({ Self.first($0, atLeast: $0.isIncluded) }) ?? Int128(Int64.min),
            let end = upper.map({ Self.first($0, atLeast: !$0.isIncluded) }) ?? Int128(Int64.max) + 1
        else { return nil }
        return first..<max(first, end)
    }

    /// The least integer that is at least the number, or greater than it.
    private static func first(_ end: End, atLeast: Bool) -> Int128? {
        if let integer = end.number.integer { return Int128(integer) + (atLeast ? 0 : 1) }
        let value = end.number.value
        if value.magnitude >= 0x1p63 { return value < 0 ? Int128(Int64.min) : Int128(Int64.max) + 1 }
        return value.magnitude < 0x1p52 ? Int128(value.rounded(.up)) : nil
    }
}
