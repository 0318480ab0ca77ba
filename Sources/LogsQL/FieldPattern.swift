/// Fields by name, or by the beginning of their names: `service`, `k8s.*`, `*`.
public enum FieldPattern: Sendable, Hashable, CustomStringConvertible {
    case name(String)
    case prefix(String)

    /// `*`
    public static let all = FieldPattern.prefix("")

    public func matches(_ name: String) -> Bool {
        switch self {
        case .name(let own): own == name
        case .prefix(let prefix): name.hasPrefix(prefix)
        }
    }

    public var description: String {
        switch self {
        case .name(let name): CanonicalText.quotedIfNeeded(name)
        case .prefix(""): "*"
        case .prefix(let prefix): CanonicalText.quotedIfNeeded(prefix) + "*"
        }
    }

    /// What matches both; nil if nothing can.
    func intersection(_ other: FieldPattern) -> FieldPattern? {
        switch (self, other) {
        case (.name(let name), _): other.matches(name) ? self : nil
        case (_, .name(let name)): matches(name) ? other : nil
        case (.prefix(let prefix), .prefix(let second)):
            prefix.hasPrefix(second) ? self : second.hasPrefix(prefix) ? other : nil
        }
    }
}

extension [FieldPattern] {
    var text: String { map(\.description).joined(separator: ", ") }
}

extension Parser {
    mutating func parseFieldPattern(in what: String) throws(QueryError) -> FieldPattern {
        if accept(symbol: "*") { return .all }
        let start = token.range.lowerBound
        let name = try parseText(.argument, in: what, expected: "a field name")
        if acceptTouchingStar() { return .prefix(name) }
        guard !name.isEmpty else { throw fail(what, "a field name cannot be empty", at: start) }
        return .name(name)
    }
}
