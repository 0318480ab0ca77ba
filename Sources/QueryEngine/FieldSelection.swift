import LogsQL
import Records

/// Which fields to take, by their stored names, and in which order.
struct FieldSelection: Sendable {
    /// Nil for all.
    private let patterns: [FieldPattern]?
    /// Whether the fields come in the order of the patterns; else as they are stored.
    private let ordered: Bool

    static let all = FieldSelection(patterns: nil, ordered: false)

    private init(patterns: [FieldPattern]?, ordered: Bool) {
        self.patterns = patterns
        self.ordered = ordered
    }

    /// What `fields a, b*` keeps.
    init(fields patterns: [FieldPattern]) {
        self.init(patterns: patterns == [.all] ? nil : patterns, ordered: true)
    }

    init(_ needed: NeededFields) {
        switch needed {
        case .all: self = .all
        case .only(let patterns): self.init(patterns: Array(patterns), ordered: false)
        }
    }

    /// The same, and then some by name.
    func adding(_ names: [String]) -> FieldSelection {
        guard let patterns, !names.isEmpty else { return self }
        return FieldSelection(patterns: patterns + names.map { .name($0) }, ordered: ordered)
    }

    /// What either takes, as it is stored.
    func union(_ other: FieldSelection) -> FieldSelection {
        guard let patterns, let others = other.patterns else { return .all }
        return FieldSelection(patterns: patterns + others, ordered: false)
    }

    var isAll: Bool { patterns == nil }

    func contains(_ name: String) -> Bool { patterns?.contains { $0.matches(stored: name) } ?? true }

    /// Whether a pattern is this name, not only the beginning of it.
    func isNamed(_ name: String) -> Bool { patterns?.contains(.name(name)) ?? false }

    /// The names among `names` that are selected, each once.
    func select(from names: [String]) -> [String] {
        guard let patterns else { return names }
        guard ordered else { return names.filter(contains) }
        var seen: Set<String> = []
        return patterns.flatMap { pattern in names.filter { pattern.matches(stored: $0) && seen.insert($0).inserted } }
    }

    func select(from record: Record) -> [Record.Field] {
        guard patterns != nil else { return record.fields }
        guard ordered else { return record.fields.filter { contains($0.name) } }
        return select(from: record.fields.map(\.name)).compactMap { name in record.fields.first { $0.name == name } }
    }
}

extension FieldPattern {
    /// Whether the pattern, as written in a query, takes the field that is stored as `name`.
    func matches(stored name: String) -> Bool {
        switch self {
        case .name(let own): FieldNames.canonical(query: own) == name
        case .prefix(let prefix): name.hasPrefix(prefix) || written(name).hasPrefix(prefix)
        }
    }

    /// `_time` and `_msg` for the fields that a query may call so.
    private func written(_ name: String) -> String {
        switch name {
        case FieldNames.time: "_time"
        case FieldNames.message: "_msg"
        default: name
        }
    }
}
