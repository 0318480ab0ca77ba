extension Filter {
    /// `pattern_match("user=<N>, ip=<IP4>")`: the field contains text with placeholders, or is such text.
    public struct PatternMatch: FilterLeaf {
        /// Where in the field the pattern is to stand.
        public enum Placement: String, Sendable, Hashable, CaseIterable {
            case anywhere = "pattern_match"
            case full = "pattern_match_full"
            case prefix = "pattern_match_prefix"
            case suffix = "pattern_match_suffix"
        }

        public enum Placeholder: String, Sendable, Hashable, CaseIterable {
            /// Decimal digits, or an even number of hexadecimal ones, four at least.
            case number = "<N>"
            case uuid = "<UUID>"
            case ipv4 = "<IP4>"
            /// `10:20:30`, with or without a fraction after a point or comma.
            case time = "<TIME>"
            /// `2025-10-20` or `2025/10/20`
            case date = "<DATE>"
            /// A date and a time, with or without a zone.
            case dateTime = "<DATETIME>"
            /// A word, or text in quotes.
            case word = "<W>"
        }

        public enum Part: Sendable, Hashable {
            case text(String)
            case placeholder(Placeholder)
        }

        public var field: String?
        public var placement: Placement
        public var pattern: String

        public init(field: String? = nil, _ placement: Placement, _ pattern: String) {
            self.field = field
            self.placement = placement
            self.pattern = pattern
        }

        public var condition: String { "\(placement.rawValue)(\(CanonicalText.quoted(pattern)))" }
        public var filter: Filter { .patternMatch(self) }

        /// The pattern cut at its placeholders. Other text in `<…>` stands for itself; no two texts stand side by side.
        public var parts: [Part] {
            var parts: [Part] = []
            var text = ""
            var rest = pattern[...]
            while let next = rest.first {
                if let placeholder = Placeholder.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
                    if !text.isEmpty { parts.append(.text(text)) }
                    text = ""
                    parts.append(.placeholder(placeholder))
                    rest = rest.dropFirst(placeholder.rawValue.count)
                } else {
                    text.append(next)
                    rest = rest.dropFirst()
                }
            }
            return text.isEmpty ? parts : parts + [.text(text)]
        }
    }
}

extension Parser {
    mutating func parsePatternMatch(
        _ placement: Filter.PatternMatch.Placement, field: String?
    ) throws(QueryError) -> Filter {
        let pattern = try parseArgument(of: placement.rawValue + "(…)", expected: "a pattern in quotes")
        return .patternMatch(Filter.PatternMatch(field: field, placement, pattern))
    }
}
