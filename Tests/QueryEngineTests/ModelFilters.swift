import Foundation
import LogsQL
import Records
import Synchronization

/// The filters of the model that are more than words and comparisons; what the engine scans by hand is done here by
/// regular expressions and by the C library.
extension Model {
    func matchesOther(_ filter: Filter, _ row: Row) -> Bool {
        func text(_ leaf: some FilterLeaf) -> String { row.text(stored(leaf.field ?? "_msg")) }
        switch filter {
        case .substring(let leaf): return text(leaf).data.range(of: leaf.text.data) != nil
        case .patternMatch(let leaf): return matches(text(leaf), leaf)
        case .contains(let leaf):
            let phrases = texts(leaf.phrases)
            switch leaf.quantifier {
            case .all: return phrases.allSatisfy { $0.isEmpty || contains($0, in: text(leaf)) }
            case .any: return phrases.contains { $0.isEmpty ? text(leaf).isEmpty : contains($0, in: text(leaf)) }
            }
        case .commonCase(let leaf):
            return leaf.phrases.contains { phrase in
                runs(text(leaf), of: phrase.unicodeScalars.count, whole: leaf.isExact).contains { spells($0, phrase) }
            }
        case .sequence(let leaf): return hasSequence(text(leaf), leaf.phrases.filter { !$0.isEmpty })
        case .jsonArrayContainsAny(let leaf): return leaf.values.contains(where: Set(elements(text(leaf))).contains)
        case .fieldComparison(let leaf): return compares(text(leaf), row.text(stored(leaf.other)), leaf.relation)
        case .stringRange(let leaf):
            let bytes = Array(text(leaf).utf8)
            return !bytes.lexicographicallyPrecedes(leaf.lower.utf8) && bytes.lexicographicallyPrecedes(leaf.upper.utf8)
        case .lengthRange(let leaf):
            let count = text(leaf).unicodeScalars.count
            return count >= leaf.lower && count <= leaf.upper
        case .addressRange(let leaf): return isWithin(text(leaf), leaf.bounds)
        case .cycle(let leaf): return isWithin(row.time, leaf)
        case .anyField(let any):
            let names = ["_time"] + row.fields.keys.filter { !row.text($0).isEmpty }
            return names.contains { name in
                let isNamed = [name, stored(name), name == "message" ? "_msg" : name].contains { $0.hasPrefix(any.prefix) }
                return isNamed && matches(any.filter(about: name), row)
            }
        case .stream(let stream):
            return stream.alternatives.contains { $0.allSatisfy { matches(row.text(stored($0.name)), $0) } }
        default: return false
        }
    }

    /// The values that a filter compares with.
    func texts(_ values: FilterValues) -> [String] {
        switch values {
        case .list(let texts): return texts
        case .query(let subquery):
            let found = rows.filter { matches(subquery.query.filter, $0) }
            return Array(Set(found.map { $0.text(stored(subquery.field)) }))
        }
    }

    // MARK: Text

    private func hasSequence(_ text: String, _ phrases: [String]) -> Bool {
        guard let first = phrases.first else { return true }
        let bytes = Array(text.utf8)
        for end in 0...bytes.count where contains(first, in: String(decoding: bytes[..<end], as: UTF8.self)) {
            // The shortest beginning with the phrase, if that also ends a word in the whole text.
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            guard head.utf8.count == end, hasBoundary(text, at: end, after: first) else { continue }
            return hasSequence(String(decoding: bytes[end...], as: UTF8.self), Array(phrases.dropFirst()))
        }
        return false
    }

    private func hasBoundary(_ text: String, at end: Int, after phrase: String) -> Bool {
        let rest = String(decoding: Array(text.utf8)[end...], as: UTF8.self)
        guard let next = rest.unicodeScalars.first, let last = phrase.unicodeScalars.last else { return true }
        return !isToken(next) || !isToken(last)
    }

    private func isToken(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || CharacterSet.alphanumerics.contains(scalar)
    }

    /// All runs of `count` scalars, at the ends of words.
    private func runs(_ text: String, of count: Int, whole: Bool) -> [String] {
        let scalars = Array(text.unicodeScalars)
        if whole || count == 0 { return whole || text.isEmpty ? [text] : [] }
        guard scalars.count >= count else { return [] }
        return (0...scalars.count - count).map { String(String.UnicodeScalarView(scalars[$0..<$0 + count])) }
            .filter { contains($0, in: text) }
    }

    /// Whether `text` is `phrase`, all capitals, or with some capitals made small.
    private func spells(_ text: String, _ phrase: String) -> Bool {
        let (own, wanted) = (Array(text.unicodeScalars), Array(phrase.unicodeScalars))
        guard own.count == wanted.count else { return false }
        if text.unicodeScalars.elementsEqual(phrase.uppercased().unicodeScalars) { return true }
        return zip(own, wanted).allSatisfy { $0 == $1 || CharacterSet.uppercaseLetters.contains($1) && String($1).lowercased() == String($0) }
    }

    private func elements(_ text: String) -> [String] {
        let object = try? JSONSerialization.jsonObject(with: text.data) as? [Any]
        return (object ?? []).compactMap { element in
            switch element {
            case let text as String: return text
            case is NSNull: return "null"
            case let number as NSNumber:
                // The test's numbers are written in the only way.
                return text.contains("true") && number == 1 ? "true" : number.stringValue
            default: return nil
            }
        }
    }

    // MARK: Patterns

    private static let token = "[\\p{L}\\p{M}\\p{Nd}_]"
    private static let number =
        "(?>(?:[0-9]++(?![0-9A-Fa-f])(?:(?!\(token))|(?=[_TZsmhun]))|(?:[0-9A-Fa-f]{2}){2,}+(?!\(token))))"
    private static func numbers(_ count: Int, _ separator: String) -> String {
        Array(repeating: number, count: count).joined(separator: separator)
    }
    private static let time = "(?>\(numbers(3, ":"))(?:[.,]\(number))?+)"
    private static let date = "(?>\(numbers(3, "-"))|\(numbers(3, "/")))"
    private static let placeholders: [(String, String)] = [
        ("<N>", number), ("<UUID>", numbers(5, "-")), ("<IP4>", numbers(4, "\\.")), ("<TIME>", time), ("<DATE>", date),
        ("<DATETIME>", "(?>\(date)[T ]\(time)(?:Z|[+-]\(numbers(2, ":")))?+)"),
        ("<W>", "(?>\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+'|`[^`]*+`|\(token)++)"),
    ]

    private func matches(_ text: String, _ leaf: Filter.PatternMatch) -> Bool {
        var expression = NSRegularExpression.escapedPattern(for: leaf.pattern)
        for (name, pattern) in Self.placeholders { expression = expression.replacing(name, with: pattern) }
        let start: String
        if leaf.pattern.hasPrefix("<W>") {
            start = "(?=\(Self.token))"
        } else if Self.placeholders.contains(where: { leaf.pattern.hasPrefix($0.0) }) {
            start = "(?:(?<!\(Self.token))|(?<=[_TXxvshm]))"
        } else {
            start = ""
        }
        let whole =
            switch leaf.placement {
            case .anywhere: "(?s)\(start)\(expression)"
            case .full: "(?s)\\A\(expression)\\z"
            case .prefix: "(?s)\\A\(expression)"
            case .suffix: leaf.pattern.isEmpty ? "" : "(?s)\(start)\(expression)\\z"
            }
        return hasMatch(whole, in: text)
    }

    /// Whether an expression matches somewhere in a text, which may be empty.
    func hasMatch(_ pattern: String, in text: String) -> Bool {
        let expression: NSRegularExpression? = Self.expressions.withLock { known in
            if let expression = known[pattern] { return expression }
            let expression = try? NSRegularExpression(pattern: pattern)
            known[pattern] = expression
            return expression
        }
        return expression?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    private static let expressions = Mutex<[String: NSRegularExpression]>([:])

    private func matches(_ text: String, _ label: Filter.Stream.Label) -> Bool {
        func isWhole(_ pattern: String) -> Bool { hasMatch("\\A(?:\(pattern))\\z", in: text) }
        switch label.relation {
        case .equal: return label.values == [text]
        case .notEqual: return label.values != [text]
        case .matches: return isWhole(label.values[0])
        case .doesNotMatch: return !isWhole(label.values[0])
        case .isOneOf: return label.values.contains(text)
        case .isNoneOf: return !label.values.contains(text)
        }
    }

    // MARK: Numbers and times

    private func compares(_ left: String, _ right: String, _ relation: Filter.FieldComparison.Relation) -> Bool {
        if relation == .equal { return left.utf8.elementsEqual(right.utf8) }
        if let a = Number(left)?.value, let b = Number(right)?.value { return relation == .less ? a < b : a <= b }
        if let a = address(left), let b = address(right) {
            return relation == .less ? a.lexicographicallyPrecedes(b) : !b.lexicographicallyPrecedes(a)
        }
        return relation == .less
            ? left.utf8.lexicographicallyPrecedes(right.utf8) : !right.utf8.lexicographicallyPrecedes(left.utf8)
    }

    /// The bytes of an IPv4 address, as the C library reads them.
    func address(_ text: String) -> [UInt8]? {
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }

    private func longAddress(_ text: String) -> [UInt8]? {
        if let short = address(text) { return Array(repeating: 0, count: 10) + [0xFF, 0xFF] + short }
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }

    private func isWithin(_ text: String, _ bounds: Filter.AddressRange.Bounds) -> Bool {
        func number<Value: FixedWidthInteger>(_ bytes: [UInt8]?, _ type: Value.Type) -> Value? {
            bytes?.reduce(0) { $0 << 8 | Value($1) }
        }
        switch bounds {
        case .v4(let first, let last): return number(address(text), UInt32.self).map { $0 >= first && $0 <= last } ?? false
        case .v6(let first, let last): return number(longAddress(text), UInt128.self).map { $0 >= first && $0 <= last } ?? false
        }
    }

    /// What a calendar of a zone says, in whole seconds: the test's times have halves at most.
    private func local(_ time: Int64, _ offset: Int64) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: Int(offset / 1_000_000_000)) ?? .gmt
        let date = Date(timeIntervalSince1970: (Double(time) / 1e9).rounded(.down))
        return calendar.dateComponents([.hour, .minute, .second, .weekday], from: date)
    }

    private func isWithin(_ time: Int64, _ cycle: Filter.Cycle) -> Bool {
        let parts = local(time, cycle.offset)
        switch cycle.range {
        case .day(let lower, let upper): return isWithin(time, parts, lower % 1_440 * 60, upper * 60, cycle)
        case .week(let lower, let upper):
            let weekday = (parts.weekday ?? 1) - 1
            var day = (lower.rawValue + (cycle.includesLower ? 0 : 1)) % 7
            let last = (upper.rawValue + (cycle.includesUpper ? 0 : 6)) % 7
            while day != last {
                if day == weekday { return true }
                day = (day + 1) % 7
            }
            return day == weekday
        }
    }

    private func isWithin(
        _ time: Int64, _ parts: DateComponents, _ first: Int, _ last: Int, _ range: Filter.Cycle
    ) -> Bool {
        let half = time % 1_000_000_000 == 0 ? 0.0 : 0.5
        let seconds = Double((parts.hour ?? 0) * 3_600 + (parts.minute ?? 0) * 60 + (parts.second ?? 0)) + half
        let (lower, upper) = (Double(first), Double(last))
        let isAfter = range.includesLower ? seconds >= lower : seconds > lower
        let isBefore = range.includesUpper ? seconds <= upper : seconds < upper
        if upper == 0, !range.includesUpper { return isAfter }
        let goesOver = lower > upper || lower == upper && !(range.includesLower && range.includesUpper)
        return goesOver ? isAfter || isBefore : isAfter && isBefore
    }
}

extension String {
    fileprivate var data: Data { Data(utf8) }
}
