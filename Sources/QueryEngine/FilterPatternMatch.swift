import Kernels
import LogsQL

extension Filter.PatternMatch {
    func plan() -> any FilterPlan {
        TextFilter(field: storedField, predicate: PatternPredicate(self))
    }
}

/// Text with placeholders, as `collapse_nums` of VictoriaLogs makes it, stands somewhere in the text or is all of it.
///
/// Every placeholder takes the longest text it can; there is no going back.
private struct PatternPredicate: TextPredicate {
    private typealias Placement = Filter.PatternMatch.Placement

    private enum Part {
        case text([UInt8])
        case placeholder(Filter.PatternMatch.Placeholder)
    }

    private let parts: [Part]
    private let placement: Filter.PatternMatch.Placement
    /// Finds the pattern's first text, if it begins with one.
    private let first: ByteSearch?
    let required: ByteSearch?
    let words: [[UInt64]]

    init(_ filter: Filter.PatternMatch) {
        parts = filter.parts.map { part in
            switch part {
            case .text(let text): .text(Array(text.utf8))
            case .placeholder(let placeholder): .placeholder(placeholder)
            }
        }
        placement = filter.placement
        let texts = parts.compactMap { part in if case .text(let text) = part { text } else { nil } }
        if case .text(let text) = parts.first { first = ByteSearch(text) } else { first = nil }
        required = texts.max { $0.count < $1.count }.map(ByteSearch.init)
        words = [texts.flatMap { wordHashes($0, startsWord: false, endsWord: false) }]
    }

    func matches(_ text: Span<UInt8>) -> Bool {
        switch placement {
        case .full: return end(in: text, from: 0) == text.count
        case .prefix: return end(in: text, from: 0) != nil
        case .anywhere: return parts.isEmpty || matchesSomewhere(text) { _ in true }
        case .suffix: return parts.isEmpty || matchesSomewhere(text) { $0 == text.count }
        }
    }

    private func matchesSomewhere(_ text: Span<UInt8>, _ isEnd: (Int) -> Bool) -> Bool {
        var from = 0
        while let start = start(in: text, from: from) {
            if let end = end(in: text, from: start), isEnd(end) { return true }
            from = start + 1
        }
        return false
    }

    /// The next place where the pattern may begin.
    private func start(in text: Span<UInt8>, from: Int) -> Int? {
        if let first { return from <= text.count ? first.first(in: text, range: from..<text.count) : nil }
        guard case .placeholder(let placeholder) = parts.first else { return nil }
        return (from..<max(from, text.count)).first { index in
            placeholder == .word ? PatternText.wordMayBegin(text, at: index) : PatternText.numberMayBegin(text, at: index)
        }
    }

    private func end(in text: Span<UInt8>, from start: Int) -> Int? {
        var place = start
        for part in parts {
            switch part {
            case .text(let expected):
                guard text.count - place >= expected.count,
                    text.extracting(place..<place + expected.count).equals(expected)
                else { return nil }
                place += expected.count
            case .placeholder(let placeholder):
                guard let end = placeholder.end(in: text, from: place) else { return nil }
                place = end
            }
        }
        return place
    }
}

extension Filter.PatternMatch.Placeholder {
    fileprivate func end(in text: Span<UInt8>, from start: Int) -> Int? {
        switch self {
        case .number: PatternText.numberEnd(text, start)
        case .uuid: PatternText.numbersEnd(text, start, count: 5, separator: "-")
        case .ipv4: PatternText.numbersEnd(text, start, count: 4, separator: ".")
        case .time: PatternText.timeEnd(text, start)
        case .date: PatternText.dateEnd(text, start)
        case .dateTime: PatternText.dateTimeEnd(text, start)
        case .word: PatternText.wordEnd(text, start)
        }
    }
}

/// Numbers, times and words in text, by the rules of VictoriaLogs for `collapse_nums` and `pattern_match`.
enum PatternText {
    /// Whether a number can begin here: with a digit, at the start of a word or after a letter such as the `T` of a time
    /// and the `v` of a version.
    static func numberMayBegin(_ text: Span<UInt8>, at index: Int) -> Bool {
        guard isHexadecimal(text[index]) else { return false }
        return !TokenBoundary.touches(before: index, in: text) || "_TXxvshm".utf8.contains(text[index - 1])
    }

    /// Decimal digits, or an even number of hexadecimal ones, four at least, that end a word; a unit or `T` may stand
    /// after decimal ones.
    static func numberEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        var (end, isDecimal) = (start, true)
        while end < text.count, isHexadecimal(text[end]) {
            isDecimal = isDecimal && text[end] <= UInt8(ascii: "9")
            end += 1
        }
        guard isDecimal ? end > start : end - start >= 4 && (end - start).isMultiple(of: 2) else { return nil }
        let goesOn = TokenBoundary.touches(after: end, in: text)
        return !goesOn || isDecimal && "_TZsmhun".utf8.contains(text[end]) ? end : nil
    }

    static func numbersEnd(_ text: Span<UInt8>, _ start: Int, count: Int, separator: Unicode.Scalar) -> Int? {
        guard var end = numberEnd(text, start) else { return nil }
        for _ in 1..<count {
            guard end < text.count, text[end] == UInt8(ascii: separator), let next = numberEnd(text, end + 1) else {
                return nil
            }
            end = next
        }
        return end
    }

    static func timeEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        guard let end = numbersEnd(text, start, count: 3, separator: ":") else { return nil }
        guard end < text.count, text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: ",") else { return end }
        return numberEnd(text, end + 1) ?? end
    }

    static func dateEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        numbersEnd(text, start, count: 3, separator: "-") ?? numbersEnd(text, start, count: 3, separator: "/")
    }

    static func dateTimeEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        guard let date = dateEnd(text, start), date < text.count,
            text[date] == UInt8(ascii: "T") || text[date] == UInt8(ascii: " "), let end = timeEnd(text, date + 1)
        else { return nil }
        guard end < text.count else { return end }
        switch text[end] {
        case UInt8(ascii: "Z"): return end + 1
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return numbersEnd(text, end + 1, count: 2, separator: ":") ?? end
        default: return end
        }
    }

    /// Whether a word can begin here, or its rest.
    static func wordMayBegin(_ text: Span<UInt8>, at index: Int) -> Bool {
        text[index] & 0xC0 != 0x80 && TokenBoundary.touches(after: index, in: text)
    }

    /// A word, or text in quotes, in which a backslash keeps a quote from ending it.
    static func wordEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        guard start < text.count else { return nil }
        if "\"'`".utf8.contains(text[start]) { return quotedEnd(text, start) }
        var end = start
        while end < text.count, TokenBoundary.touches(after: end, in: text) {
            end += 1
            while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        }
        return end > start ? end : nil
    }

    private static func quotedEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        let quote = text[start]
        var index = start + 1
        while index < text.count, text[index] != quote {
            index += text[index] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        return index < text.count ? index + 1 : nil
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") <= 9 || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }
}
