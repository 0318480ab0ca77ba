import Kernels
import LogsQL

extension Filter.Substring {
    func plan() -> any FilterPlan {
        TextFilter(field: storedField, predicate: SubstringPredicate(Array(text.utf8)))
    }
}

/// The text contains some bytes.
struct SubstringPredicate: TextPredicate {
    private let search: ByteSearch
    let words: [[UInt64]]

    /// - Parameter needle: not empty.
    init(_ needle: [UInt8]) {
        search = ByteSearch(needle)
        words = [wordHashes(needle, startsWord: false, endsWord: false)]
    }

    var required: ByteSearch? { search }

    func matches(_ text: Span<UInt8>) -> Bool { search.first(in: text, range: 0..<text.count) != nil }
}
