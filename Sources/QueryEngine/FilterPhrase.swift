import Kernels
import LogsQL
import Records

extension Filter.Phrase {
    func plan() -> any FilterPlan { phrasePlan(storedField, text, isPrefix: false, ignoresCase: ignoresCase) }
}

extension Filter.Prefix {
    func plan() -> any FilterPlan { phrasePlan(storedField, text, isPrefix: true, ignoresCase: ignoresCase) }
}

private func phrasePlan(_ field: String, _ text: String, isPrefix: Bool, ignoresCase: Bool) -> any FilterPlan {
    if ignoresCase {
        let phrase = PhrasePredicate(text.lowercased(), isPrefix: isPrefix)
        return CaselessFilter(field: field, folded: phrase)
    }
    return TextFilter(field: field, predicate: PhrasePredicate(text, isPrefix: isPrefix))
}

/// The text contains a phrase whose first and last words are whole words there; of a prefix, only the first.
///
/// An end of the phrase that is no part of a word may touch anything (VictoriaLogs, LogsQL, "Phrase filter").
struct PhrasePredicate: TextPredicate {
    private let search: ByteSearch
    private let checksStart: Bool
    private let checksEnd: Bool
    let words: [[UInt64]]

    /// - Parameter text: not empty.
    init(_ text: String, isPrefix: Bool) {
        let needle = Array(text.utf8)
        words = [wordHashes(needle, endsWord: !isPrefix)]
        search = ByteSearch(needle)
        checksStart = TokenBoundary.touches(after: 0, in: needle.span)
        checksEnd = !isPrefix && TokenBoundary.touches(before: needle.count, in: needle.span)
    }

    var required: ByteSearch? { search }

    func matches(_ text: Span<UInt8>) -> Bool { end(in: text, from: 0) != nil }

    /// Where the first match ends that begins at `from` or later; nil if there is none.
    func end(in text: Span<UInt8>, from: Int) -> Int? {
        var from = from
        while let start = search.first(in: text, range: from..<text.count) {
            let end = start + search.needle.count
            if !(checksStart && TokenBoundary.touches(before: start, in: text)),
                !(checksEnd && TokenBoundary.touches(after: end, in: text))
            {
                return end
            }
            from = start + 1
        }
        return nil
    }
}

/// A predicate on the text in lower case.
struct CaselessPredicate<Folded: TextPredicate>: TextPredicate {
    let folded: Folded

    func matches(_ text: Span<UInt8>) throws -> Bool {
        var lower: [UInt8] = []
        lower.reserveCapacity(text.count)
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x80 else { return try folded.matches(Array(text.string.lowercased().utf8).span) }
            lower.append(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte)
        }
        return try folded.matches(lower.span)
    }
}

/// Rows whose text in lower case fulfils a predicate. A block of plain ASCII is folded as a whole.
private struct CaselessFilter<Folded: TextPredicate>: FilterPlan {
    private let field: String
    private let onFolded: TextFilter<Folded>
    private let onText: TextFilter<CaselessPredicate<Folded>>

    init(field: String, folded: Folded) {
        self.field = field
        onFolded = TextFilter(field: field, predicate: folded)
        onText = TextFilter(field: field, predicate: CaselessPredicate(folded: folded))
    }

    func mayMatch(_ block: Block) throws -> Bool { try onFolded.mayMatch(block) }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        let column = try block.column(field)
        guard case .text(let vector) = column.values, let lower = Self.folded(vector.bytes) else {
            return try onText.rows(of: column, among: candidates)
        }
        let text = TextVector(bytes: lower, starts: vector.starts, ends: vector.ends)
        let folded = ColumnVector(
            values: .text(text), kind: column.kind, validity: column.validity, count: column.count)
        return try onFolded.rows(of: folded, among: candidates)
    }

    /// The bytes in lower case, nil unless all are ASCII.
    private static func folded(_ bytes: [UInt8]) -> [UInt8]? {
        var all: UInt8 = 0
        let lower = bytes.map { byte in
            all |= byte
            return byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
        }
        return all < 0x80 ? lower : nil
    }
}
