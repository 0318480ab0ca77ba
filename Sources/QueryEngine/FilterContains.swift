import Kernels
import LogsQL

extension Filter.Contains {
    func plan(_ context: StageContext) throws -> any FilterPlan {
        let texts = try context.texts(phrases)
        if case .query = phrases, texts.count > context.limits.subqueryPhrasesMax {
            throw QueryFailure(
                "cannot search for more than \(context.limits.subqueryPhrasesMax) phrases: the query in "
                    + "\(quantifier.rawValue)(…) gives \(texts.count) values; filter for fewer in it, or put a limit into it")
        }
        switch quantifier {
        case .any: return anyPhrase(texts, storedField, context.control)
        case .all:
            let plans = texts.filter { !$0.isEmpty }.map { PhrasePredicate($0, isPrefix: false) }
                .map { TextFilter(field: storedField, predicate: $0) }
            return plans.isEmpty ? EveryRow() : AllOf(plans)
        }
    }
}

extension Filter.CommonCase {
    func plan(_ control: QueryControl) -> any FilterPlan {
        isExact ? ExactFilter(field: storedField, texts: spellings) : anyPhrase(spellings, storedField, control)
    }
}

private func anyPhrase(_ texts: [String], _ field: String, _ control: QueryControl) -> any FilterPlan {
    TextFilter(field: field, predicate: AnyPhrasePredicate(texts, control))
}

/// The text contains one of some phrases; the empty one, if it is empty itself.
private struct AnyPhrasePredicate: TextPredicate {
    private let phrases: [PhrasePredicate]
    private let matchesEmpty: Bool
    private let control: QueryControl
    let words: [[UInt64]]

    /// Of more phrases than this it is not worth while to ask for each, but to look whether the query is over.
    private static let fewPhrases = 100

    init(_ texts: [String], _ control: QueryControl) {
        phrases = texts.filter { !$0.isEmpty }.map { PhrasePredicate($0, isPrefix: false) }
        matchesEmpty = texts.contains("")
        self.control = control
        words = matchesEmpty || phrases.count > Self.fewPhrases ? [[]] : phrases.flatMap(\.words)
    }

    var required: ByteSearch? { phrases.count == 1 && !matchesEmpty ? phrases[0].required : nil }

    func matches(_ text: Span<UInt8>) throws -> Bool {
        if phrases.count > Self.fewPhrases { try control.check() }
        guard text.count > 0 else { return matchesEmpty }
        return phrases.contains { $0.matches(text) }
    }
}
