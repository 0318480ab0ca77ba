extension Filter {
    /// `seq(error, "open file")`: the field contains these words and phrases in this order.
    public struct PhraseSequence: FilterLeaf {
        public var field: String?
        /// Empty ones are in every field.
        public var phrases: [String]

        public init(field: String? = nil, _ phrases: [String]) {
            self.field = field
            self.phrases = phrases
        }

        public var condition: String { "seq(\(CanonicalText.list(phrases)))" }
        public var filter: Filter { .sequence(self) }
    }
}

extension Parser {
    mutating func parseSequence(field: String?) throws(QueryError) -> Filter {
        .sequence(Filter.PhraseSequence(field: field, try parseArguments(of: "seq(…)", expected: "a word or phrase")))
    }
}
