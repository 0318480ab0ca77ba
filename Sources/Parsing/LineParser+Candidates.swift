import Kernels

// Which of the patterns of definitions fits a text.

extension LineParser {
    /// A place among candidates, from which the search goes on.
    struct CandidatePlace {
        fileprivate var list = 0
        fileprivate var entry = 0
    }

    /// The next pattern that fits a text, in the order of the candidates; the matcher has its captures.
    ///
    /// - Parameter text: one byte at least.
    mutating func nextFitting(
        _ candidates: ParserSet.Candidates, _ text: Span<UInt8>, _ context: RecordContext, after place: inout CandidatePlace
    ) -> PatternList.Entry? {
        while let list = candidates.list(place.list, byte: text[0]) {
            if let found = matcher.firstMatch(in: list, from: place.entry, text, receivedAt: context.receivedAt) {
                place.entry = found + 1
                return list.entries[found]
            }
            place.list += 1
            place.entry = 0
        }
        return nil
    }

    /// The first pattern that fits a text; the matcher has its captures.
    mutating func firstFitting(
        _ candidates: ParserSet.Candidates, _ text: Span<UInt8>, _ context: RecordContext
    ) -> PatternList.Entry? {
        var place = CandidatePlace()
        return nextFitting(candidates, text, context, after: &place)
    }

    /// The number of the first pattern of a parser that fits; the matcher has its captures.
    mutating func fittingPattern(of parser: CompiledParser, _ line: Span<UInt8>, _ context: RecordContext) -> Int? {
        matcher.firstMatch(in: parser.list, from: 0, line, receivedAt: context.receivedAt)
    }
}
