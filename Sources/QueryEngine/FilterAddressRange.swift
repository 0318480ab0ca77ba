import LogsQL

extension Filter.AddressRange {
    func plan() -> any FilterPlan {
        switch bounds {
        case .v4(let first, let last):
            TextFilter(field: storedField, predicate: AddressPredicate(first: first, last: last))
        case .v6(let first, let last):
            TextFilter(field: storedField, predicate: LongAddressPredicate(first: first, last: last))
        }
    }
}

/// The text is an IPv4 address between two others, ends included.
struct AddressPredicate: TextPredicate {
    let first: UInt32
    let last: UInt32

    func matches(_ text: Span<UInt8>) -> Bool {
        IPAddress.v4(text).map { $0 >= first && $0 <= last } ?? false
    }
}

/// The text is an IPv6 address between two others, ends included.
private struct LongAddressPredicate: TextPredicate {
    let first: UInt128
    let last: UInt128

    func matches(_ text: Span<UInt8>) -> Bool {
        IPAddress.v6(text).map { $0 >= first && $0 <= last } ?? false
    }
}

extension AddressPredicate {
    /// Nil if no address is in the range.
    init?(lower: UInt32, includesLower: Bool, upper: UInt32, includesUpper: Bool) {
        guard includesLower || lower < .max, includesUpper || upper > 0 else { return nil }
        self.init(first: includesLower ? lower : lower + 1, last: includesUpper ? upper : upper - 1)
    }
}
