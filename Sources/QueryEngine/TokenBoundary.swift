import Kernels

/// Where words begin and end: a word is a run of letters, digits and `_` (VictoriaLogs, LogsQL, "Word").
enum TokenBoundary {
    /// Whether a word's character ends right before `index`.
    static func touches(before index: Int, in text: Span<UInt8>) -> Bool {
        guard index > 0 else { return false }
        let last = text[index - 1]
        if last < 0x80 { return WordCharacter.isWord(last) }
        var start = index - 1
        while start > 0, index - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
        return isToken(text.extracting(start..<index))
    }

    /// Whether a word's character begins at `index`.
    static func touches(after index: Int, in text: Span<UInt8>) -> Bool {
        guard index < text.count else { return false }
        let first = text[index]
        if first < 0x80 { return WordCharacter.isWord(first) }
        var end = index + 1
        while end < text.count, end - index < 4, text[end] & 0xC0 == 0x80 { end += 1 }
        return isToken(text.extracting(index..<end))
    }

    private static func isToken(_ encoded: Span<UInt8>) -> Bool {
        encoded.string.unicodeScalars.first.map(WordCharacter.isWord) ?? false
    }
}
