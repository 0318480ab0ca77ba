import Kernels
import LogsQL
import Records

extension Filter.Exact {
    func plan() -> any FilterPlan { ExactFilter(field: storedField, texts: [text]) }
}

extension Filter.ExactPrefix {
    func plan() -> any FilterPlan {
        TextFilter(field: storedField, predicate: ExactPrefixPredicate(prefix: Array(text.utf8)))
    }
}

private struct ExactPrefixPredicate: TextPredicate {
    let prefix: [UInt8]
    var words: [[UInt64]] { [wordHashes(prefix, endsWord: false)] }
    func matches(_ text: Span<UInt8>) -> Bool { text.hasPrefix(prefix) }
}

/// Rows whose value is one of some texts. Numbers and ids are compared as they are kept.
struct ExactFilter: FilterPlan {
    private let field: String
    private let textFilter: TextFilter<OneOfPredicate>
    private let matchesEmpty: Bool
    private let integers: Set<Int64>
    /// By their lengths.
    private let ids: [Int: ByteInterner]

    init(field: String, texts: [String]) {
        self.field = field
        textFilter = TextFilter(field: field, predicate: OneOfPredicate(texts))
        matchesEmpty = texts.contains("")
        integers = Set(texts.compactMap { text in Int64(text).flatMap { String($0) == text ? $0 : nil } })
        ids = texts.compactMap(Hex.bytes).reduce(into: [:]) { ids, id in
            ids[id.count, default: ByteInterner()].insert(id.span)
        }
    }

    var isCheap: Bool { true }

    func mayMatch(_ block: Block) throws -> Bool { try textFilter.mayMatch(block) }

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        let column = try block.column(field)
        let present = candidates.intersection(column.validity)
        let found: Bitmap
        switch column.values {
        case .int64(let values): found = equal(values, present)
        case .hex(let width, let bytes): found = equal(bytes, width, present)
        default: return try textFilter.rows(of: block, among: candidates)
        }
        guard matchesEmpty else { return found }
        var result = found
        result.formUnion(candidates.subtracting(present))
        return result
    }

    private func equal(_ values: [Int64], _ rows: Bitmap) -> Bitmap {
        if integers.isEmpty { return .none(rows.count) }
        if integers.count == 1, let wanted = integers.first { return Kernels.rows(rows, with: values, in: wanted...wanted) }
        return rows.filter { integers.contains(values[$0]) }
    }

    private func equal(_ bytes: [UInt8], _ width: Int, _ rows: Bitmap) -> Bitmap {
        guard let wanted = ids[width] else { return .none(rows.count) }
        let bytes = bytes.span
        return rows.filter { row in wanted.code(of: bytes.extracting(row * width..<(row + 1) * width)) != nil }
    }
}

/// The text is one of a set.
struct OneOfPredicate: TextPredicate {
    private let first: [UInt8]?
    private let rest: ByteInterner
    let words: [[UInt64]]

    /// Of more texts than this it is not worth while to ask for each.
    private static let textsMax = 100

    init(_ texts: [String]) {
        let all = texts.map { Array($0.utf8) }
        words = all.count > Self.textsMax ? [[]] : all.map { wordHashes($0) }
        first = all.first
        var interner = ByteInterner()
        for text in all.dropFirst() { interner.insert(text.span) }
        rest = interner
    }

    func matches(_ text: Span<UInt8>) -> Bool {
        guard let first else { return false }
        return text.equals(first) || (rest.count > 0 && rest.code(of: text) != nil)
    }
}
