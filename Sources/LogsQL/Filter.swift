/// A condition on one log record: what stands before the first pipe of a query, and after `filter` and `if`.
///
/// A leaf with no field is about the message, `_msg`. The parser keeps field names as they are written.
///
/// To add a filter: a file `FilterX.swift` with the leaf and how to parse it, its case and its line in `leaf` here, and
/// its name in `FilterFunctions.swift` if it is written as a function.
public indirect enum Filter: Sendable, Hashable {
    /// `*`: every record.
    case all
    /// `a b`: all of at least two filters.
    case and([Filter])
    /// `a or b`: any of at least two filters.
    case or([Filter])
    /// `!a`
    case not(Filter)

    case phrase(Phrase)
    case prefix(Prefix)
    case substring(Substring)
    case exact(Exact)
    case exactPrefix(ExactPrefix)
    case present(Present)
    case empty(Empty)
    case regexp(Regexp)
    case patternMatch(PatternMatch)
    case oneOf(OneOf)
    case contains(Contains)
    case commonCase(CommonCase)
    case sequence(PhraseSequence)
    case jsonArrayContainsAny(JSONArrayContainsAny)
    case comparison(Comparison)
    case fieldComparison(FieldComparison)
    case range(Range)
    case stringRange(StringRange)
    case lengthRange(LengthRange)
    case addressRange(AddressRange)
    case valueType(ValueType)
    case time(Time)
    case cycle(Cycle)
    /// `foo*:bar`: a leaf that any of several fields may fulfil.
    case anyField(AnyField)
    /// `{app="cart"}`
    case stream(Stream)

    /// The filter itself, if it is about one field.
    public var leaf: (any FilterLeaf)? {
        switch self {
        case .all, .and, .or, .not, .anyField, .stream: nil
        case .phrase(let leaf): leaf
        case .prefix(let leaf): leaf
        case .substring(let leaf): leaf
        case .exact(let leaf): leaf
        case .exactPrefix(let leaf): leaf
        case .present(let leaf): leaf
        case .empty(let leaf): leaf
        case .regexp(let leaf): leaf
        case .patternMatch(let leaf): leaf
        case .oneOf(let leaf): leaf
        case .contains(let leaf): leaf
        case .commonCase(let leaf): leaf
        case .sequence(let leaf): leaf
        case .jsonArrayContainsAny(let leaf): leaf
        case .comparison(let leaf): leaf
        case .fieldComparison(let leaf): leaf
        case .range(let leaf): leaf
        case .stringRange(let leaf): leaf
        case .lengthRange(let leaf): leaf
        case .addressRange(let leaf): leaf
        case .valueType(let leaf): leaf
        case .time(let leaf): leaf
        case .cycle(let leaf): leaf
        }
    }
}

/// A filter that looks at one field.
public protocol FilterLeaf: Sendable, Hashable, CustomStringConvertible {
    /// The field as written; nil for the message.
    var field: String? { get set }
    /// Canonical LogsQL of what the field is to fulfil, without the field.
    var condition: String { get }
    /// Fields that it looks at beside `field`.
    var otherFields: [String] { get }
    /// The leaf as a filter.
    var filter: Filter { get }
}

extension FilterLeaf {
    public var otherFields: [String] { [] }

    public var description: String { CanonicalText.field(field) + condition }
}

extension Filter: CustomStringConvertible {
    /// Canonical LogsQL that parses to an equal filter: conditions side by side for `and`, lower-case `or`, `!`, parentheses only where needed.
    public var description: String {
        switch self {
        case .all: "*"
        case .and(let filters): Filter.join(filters, by: " ")
        case .or(let filters): Filter.join(filters, by: " or ")
        case .not(let filter): "!" + filter.grouped
        case .anyField(let any): any.description
        case .stream(let stream): stream.description
        default: leaf?.description ?? ""
        }
    }

    private static func join(_ filters: [Filter], by separator: String) -> String {
        let keepsAnd = separator == " or "
        return filters.map { filter in
            if case .and = filter, keepsAnd { return filter.description }
            return filter.grouped
        }.joined(separator: separator)
    }

    /// In parentheses if it is made of several.
    private var grouped: String {
        switch self {
        case .and, .or: "(\(self))"
        default: description
        }
    }
}

extension Filter {
    /// The fields the filter looks at, as written; `_msg` for those without one.
    public var referencedFields: Set<FieldPattern> {
        switch self {
        case .all: []
        case .and(let filters), .or(let filters): filters.reduce(into: []) { $0.formUnion($1.referencedFields) }
        case .not(let filter): filter.referencedFields
        case .anyField(let any): any.referencedFields
        case .stream(let stream): Set(stream.names.map { .name($0) })
        default: Set(leaf.map { leaf in ([leaf.field ?? "_msg"] + leaf.otherFields).map { .name($0) } } ?? [])
        }
    }

    /// The same conditions with `change` made to each part that is not made of others.
    func mapLeaves(_ change: (Filter) -> Filter) -> Filter {
        switch self {
        case .and(let filters): .and(filters.map { $0.mapLeaves(change) })
        case .or(let filters): .or(filters.map { $0.mapLeaves(change) })
        case .not(let filter): .not(filter.mapLeaves(change))
        default: change(self)
        }
    }

    /// The earliest and latest time that a matching record can have, in nanoseconds since 1970, ends included. Nil if none can match.
    ///
    /// A bound for pruning: it looks through `and` and `or`, and takes a negation for "any time".
    public func timeBounds(now: Int64) -> ClosedRange<Int64>? {
        switch self {
        case .time(let time): time.resolve(now: now)
        case .and(let filters): Filter.intersection(filters, now)
        case .or(let filters): Filter.hull(filters, now)
        default: .min ... .max
        }
    }

    private static func intersection(_ filters: [Filter], _ now: Int64) -> ClosedRange<Int64>? {
        var (lower, upper) = (Int64.min, Int64.max)
        for filter in filters {
            guard let bounds = filter.timeBounds(now: now) else { return nil }
            (lower, upper) = (max(lower, bounds.lowerBound), min(upper, bounds.upperBound))
        }
        return lower <= upper ? lower...upper : nil
    }

    private static func hull(_ filters: [Filter], _ now: Int64) -> ClosedRange<Int64>? {
        let bounds = filters.compactMap { $0.timeBounds(now: now) }
        guard let lower = bounds.map(\.lowerBound).min(), let upper = bounds.map(\.upperBound).max() else { return nil }
        return lower...upper
    }
}
