import Kernels
import LogsQL

extension Filter.PhraseSequence {
    func plan() -> any FilterPlan {
        let phrases = phrases.filter { !$0.isEmpty }.map { PhrasePredicate($0, isPrefix: false) }
        return phrases.isEmpty ? EveryRow() : TextFilter(field: storedField, predicate: SequencePredicate(phrases))
    }
}

/// The text contains some phrases, one after the other.
private struct SequencePredicate: TextPredicate {
    private let phrases: [PhrasePredicate]
    let words: [[UInt64]]

    init(_ phrases: [PhrasePredicate]) {
        self.phrases = phrases
        words = [phrases.flatMap { $0.words.joined() }]
    }

    var required: ByteSearch? { phrases.first?.required }

    func matches(_ text: Span<UInt8>) -> Bool {
        var place = 0
        for phrase in phrases {
            guard let end = phrase.end(in: text, from: place) else { return false }
            place = end
        }
        return true
    }
}
