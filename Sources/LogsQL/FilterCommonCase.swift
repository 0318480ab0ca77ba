extension Filter {
    /// `contains_common_case(Error)`, `equals_common_case("Not Found")`: the field contains one of some phrases, or is
    /// one, in the usual cases: as written, all in capitals, or with any of its capitals made small.
    public struct CommonCase: FilterLeaf {
        public var field: String?
        public var phrases: [String]
        /// Whether the field is to be one of the phrases, not only to contain it.
        public var isExact: Bool

        /// Capitals in a phrase; one with more is refused, for each doubles the phrases to search for.
        public static let capitalsMax = 10
        /// Bytes of all spellings; phrases with more are refused.
        public static let spellingBytesMax = 1 << 20

        public init(field: String? = nil, _ phrases: [String], isExact: Bool) {
            self.field = field
            self.phrases = phrases
            self.isExact = isExact
        }

        public var condition: String {
            "\(isExact ? "equals_common_case" : "contains_common_case")(\(CanonicalText.list(phrases)))"
        }

        public var filter: Filter { .commonCase(self) }

        /// All texts that count, each once.
        public var spellings: [String] {
            var spellings: Set<String> = []
            for phrase in phrases {
                spellings.insert(phrase.mapScalars { $0.upper })
                var begun = [String.UnicodeScalarView()]
                for scalar in phrase.unicodeScalars {
                    let count = begun.count
                    if CommonCase.isCapital(scalar) { begun += begun }
                    for index in begun.indices { begun[index].append(index < count ? scalar : scalar.lower) }
                }
                spellings.formUnion(begun.map { String($0) })
            }
            return spellings.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }

        static func isCapital(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .uppercaseLetter }
    }
}

extension String {
    fileprivate func mapScalars(_ change: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        String(String.UnicodeScalarView(unicodeScalars.map(change)))
    }
}

extension Unicode.Scalar {
    fileprivate var upper: Unicode.Scalar { single(properties.uppercaseMapping) }
    fileprivate var lower: Unicode.Scalar { single(properties.lowercaseMapping) }

    /// What it becomes, if that is one scalar.
    private func single(_ mapping: String) -> Unicode.Scalar {
        mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first ?? self : self
    }
}

extension Parser {
    /// `(phrase, …)` after `contains_common_case` or `equals_common_case`.
    mutating func parseCommonCase(field: String?, isExact: Bool) throws(QueryError) -> Filter {
        let what = (isExact ? "equals_common_case" : "contains_common_case") + "(…)"
        var bytes = 0
        let phrases = try parseParenthesised(in: what) { (parser) throws(QueryError) in
            let start = parser.token.range.lowerBound
            let phrase = try parser.parseText(.argument, in: what, expected: "a word or phrase")
            let capitals = phrase.unicodeScalars.count(where: Filter.CommonCase.isCapital)
            guard capitals <= Filter.CommonCase.capitalsMax else {
                throw parser.fail(
                    what, "a phrase has more than \(Filter.CommonCase.capitalsMax) capitals; write some of them small, or use i(…)",
                    at: start)
            }
            bytes += phrase.utf8.count << capitals
            guard bytes <= Filter.CommonCase.spellingBytesMax else {
                throw parser.fail(what, "the phrases have too many spellings; write fewer, or fewer capitals", at: start)
            }
            return phrase
        }
        return .commonCase(Filter.CommonCase(field: field, phrases, isExact: isExact))
    }
}
