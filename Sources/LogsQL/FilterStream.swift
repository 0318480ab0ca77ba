extension Filter {
    /// `{app="cart", env=~"prod|stage"}`: conditions on fields, as Prometheus selects series by labels.
    ///
    /// Every field may be a label here. A field that is missing has the empty text.
    public struct Stream: Sendable, Hashable, CustomStringConvertible {
        public enum Relation: String, Sendable, Hashable, CaseIterable {
            case equal = "="
            case notEqual = "!="
            /// The regular expression matches the whole value.
            case matches = "=~"
            case doesNotMatch = "!~"
            case isOneOf = "in"
            case isNoneOf = "not_in"
        }

        public struct Label: Sendable, Hashable, CustomStringConvertible {
            /// The field, as written.
            public var name: String
            public var relation: Relation
            /// One, but for `in` and `not_in`.
            public var values: [String]

            public init(_ name: String, _ relation: Relation, _ values: [String]) {
                self.name = name
                self.relation = relation
                self.values = values
            }

            public var description: String {
                let name = CanonicalText.quotedIfNeeded(name)
                switch relation {
                case .isOneOf, .isNoneOf:
                    return "\(name) \(relation.rawValue) (\(values.map(CanonicalText.quoted).joined(separator: ", ")))"
                default: return name + relation.rawValue + CanonicalText.quoted(values.first ?? "")
                }
            }
        }

        /// All conditions of one of these hold. One of them is empty only if it is the only one.
        public let alternatives: [[Label]]

        /// - Parameter alternatives: conditions of which all hold; with none, every record fulfils them.
        public init(_ alternatives: [[Label]]) {
            self.alternatives = alternatives.allSatisfy { !$0.isEmpty } && !alternatives.isEmpty ? alternatives : [[]]
        }

        public var description: String {
            let texts = alternatives.map { $0.map(\.description).joined(separator: ", ") }
            return "{\(texts.joined(separator: " or "))}"
        }

        var names: [String] { alternatives.joined().map(\.name) }
    }
}

extension Parser {
    private static let what = "stream selector"

    /// `{…}`
    mutating func parseStream(field: String?) throws(QueryError) -> Filter {
        guard field == nil || field == "_stream" else {
            throw fail(Parser.what, "it cannot be about a field; write it alone, or _stream:{…}")
        }
        try expect(symbol: "{", in: Parser.what)
        if accept(symbol: "}") { return .stream(Filter.Stream([[]])) }
        var alternatives: [[Filter.Stream.Label]] = []
        repeat {
            var labels: [Filter.Stream.Label] = []
            repeat { labels.append(try parseStreamLabel()) } while accept(symbol: ",")
            alternatives.append(labels)
        } while accept(keyword: "or")
        guard accept(symbol: "}") else { throw unexpected(in: Parser.what, expected: "',', 'or' or '}'") }
        return .stream(Filter.Stream(alternatives))
    }

    private mutating func parseStreamLabel() throws(QueryError) -> Filter.Stream.Label {
        let start = token.range.lowerBound
        let name = try parseText(.label, in: Parser.what, expected: "a field name")
        guard !name.isEmpty else { throw fail(Parser.what, "a field name cannot be empty", at: start) }
        let isSymbol = token.kind == .symbol
        guard let relation = Filter.Stream.Relation(rawValue: isSymbol ? token.text : token.text.lowercased()),
            token.kind == .symbol || token.kind == .word
        else { throw unexpected(in: Parser.what, expected: "=, !=, =~, !~, in or not_in") }
        advance()
        if isSymbol {
            let value = try parseText(.label, in: Parser.what, expected: "a value after '\(relation.rawValue)'")
            return Filter.Stream.Label(name, relation, [value])
        }
        if token.isSymbol("("), following.isSymbol("*") {
            advance()
            advance()
            try expect(symbol: ")", in: Parser.what)
            return Filter.Stream.Label(name, relation == .isOneOf ? .matches : .doesNotMatch, [".*"])
        }
        return Filter.Stream.Label(name, relation, try parseArguments(of: Parser.what, expected: "a value"))
    }
}
