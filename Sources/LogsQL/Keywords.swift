/// Words that mean something unquoted, so that the printer quotes them when they are meant as text.
enum Keywords {
    /// Whether `word`, whatever its case, could be taken for part of the language. Quoting too much is harmless.
    static func isReserved(_ word: String) -> Bool { reserved.contains(word.lowercased()) }

    private static let reserved: Set<String> = Set(
        [
            "and", "or", "not", "as", "by", "if", "asc", "desc", "limit", "offset", "with", "hits", "now", "options", "day_range",
            "week_range", "not_in",
        ]
            + Filter.functionNames
            + Pipe.forms.flatMap(\.names) + StatsFunction.names)

    /// The closest of `candidates` within two edits of `word`, and half of its letters, for "did you mean".
    static func suggestion(for word: String, among candidates: [String]) -> String? {
        let word = Array(word.lowercased().utf8)
        guard (2...32).contains(word.count) else { return nil }
        let near = candidates.map { ($0, editDistance(word, Array($0.utf8))) }.filter { $0.1 <= 2 && $0.1 * 2 <= word.count }
        return near.min { $0.1 < $1.1 }?.0
    }

    /// Insertions, deletions and substitutions from one text to the other (Wagner and Fischer 1974).
    static func editDistance(_ source: [UInt8], _ target: [UInt8]) -> Int {
        var previous = Array(0...target.count)
        for (row, byte) in source.enumerated() {
            var current = [row + 1]
            for (column, other) in target.enumerated() {
                current.append(
                    min(previous[column + 1] + 1, current[column] + 1, previous[column] + (byte == other ? 0 : 1)))
            }
            previous = current
        }
        return previous[target.count]
    }
}
