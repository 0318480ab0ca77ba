import Foundation
import LogsQL
import Records

/// LogsQL on rows, one at a time and in the plainest way.
struct Model {
    let now: Int64
    /// What queries inside filters see.
    var rows: [Row] = []

    func matches(_ filter: Filter, _ row: Row) -> Bool {
        func text(_ leaf: some FilterLeaf) -> String { row.text(stored(leaf.field ?? "_msg")) }
        switch filter {
        case .all: return true
        case .and(let filters): return filters.allSatisfy { matches($0, row) }
        case .or(let filters): return filters.contains { matches($0, row) }
        case .not(let filter): return !matches(filter, row)
        case .phrase(let leaf): return contains(leaf.text, in: text(leaf), isPrefix: false, leaf.ignoresCase)
        case .prefix(let leaf): return contains(leaf.text, in: text(leaf), isPrefix: true, leaf.ignoresCase)
        case .exact(let leaf): return text(leaf).utf8.elementsEqual(leaf.text.utf8)
        case .exactPrefix(let leaf): return text(leaf).utf8.starts(with: leaf.text.utf8)
        case .present(let leaf): return !text(leaf).isEmpty
        case .empty(let leaf): return text(leaf).isEmpty
        case .regexp(let leaf):
            return hasMatch(leaf.pattern, in: text(leaf)) || leaf.pattern.isEmpty
        case .oneOf(let leaf): return texts(leaf.values).contains { $0.utf8.elementsEqual(text(leaf).utf8) }
        case .comparison(let leaf): return compares(text(leaf), leaf)
        case .range(let leaf): return isWithin(text(leaf), leaf)
        case .time(let leaf): return leaf.resolve(now: now)?.contains(row.time) ?? false
        default: return matchesOther(filter, row)
        }
    }

    func stored(_ name: String) -> String { name == "_time" ? "time" : name == "_msg" ? "message" : name }

    private func isWordCharacter(_ character: Unicode.Scalar) -> Bool {
        character == "_" || CharacterSet.letters.contains(character) || CharacterSet.decimalDigits.contains(character)
    }

    func contains(_ phrase: String, in text: String, isPrefix: Bool = false, _ ignoresCase: Bool = false) -> Bool {
        let phrase = Array((ignoresCase ? phrase.lowercased() : phrase).unicodeScalars)
        let text = Array((ignoresCase ? text.lowercased() : text).unicodeScalars)
        guard text.count >= phrase.count else { return false }
        return (0...(text.count - phrase.count)).contains { start in
            let end = start + phrase.count
            guard Array(text[start..<end]) == phrase else { return false }
            let opens = start == 0 || !isWordCharacter(text[start - 1]) || !isWordCharacter(phrase[0])
            let closes = end == text.count || !isWordCharacter(text[end]) || !isWordCharacter(phrase[phrase.count - 1])
            return opens && (isPrefix || closes)
        }
    }

    private func compares(_ text: String, _ leaf: Filter.Comparison) -> Bool {
        guard !text.isEmpty else { return false }
        let order: Int
        if let right = leaf.operand.number {
            guard let left = Number(text) else { return false }
            order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0
        } else if let right = address(leaf.operand.text) {
            guard let left = address(text) else { return false }
            order = left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        } else {
            let (left, right) = (Array(text.utf8), Array(leaf.operand.text.utf8))
            order = left.lexicographicallyPrecedes(right) ? -1 : left == right ? 0 : 1
        }
        switch leaf.relation {
        case .greater: return order > 0
        case .greaterOrEqual: return order >= 0
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        }
    }

    private func isWithin(_ text: String, _ leaf: Filter.Range) -> Bool {
        if let lower = address(leaf.lower.text), let upper = address(leaf.upper.text) {
            guard let value = address(text) else { return false }
            return (value == lower ? leaf.includesLower : lower.lexicographicallyPrecedes(value))
                && (value == upper ? leaf.includesUpper : value.lexicographicallyPrecedes(upper))
        }
        guard let value = Number(text)?.value, let lower = leaf.lower.number?.value,
            let upper = leaf.upper.number?.value
        else { return false }
        return (leaf.includesLower ? value >= lower : value > lower)
            && (leaf.includesUpper ? value <= upper : value < upper)
    }

    // MARK: Pipes

    /// What each group's row says, by field.
    func stats(_ stats: LogsQL.Pipe.Stats, _ rows: [Row]) -> Set<[String: String]> {
        var groups: [[String]: [Row]] = stats.by.isEmpty ? [[]: []] : [:]
        for row in rows {
            groups[stats.by.map { key(row.text(stored($0.field)), $0.bucket, row) }, default: []].append(row)
        }
        return Set(
            groups.map { key, rows in
                var result = Dictionary(uniqueKeysWithValues: zip(stats.by.map { stored($0.field) }, key))
                for call in stats.calls {
                    let seen = rows.filter { row in call.condition.map { matches($0, row) } ?? true }
                    result[call.resultName] = value(call.function, seen)
                }
                return result
            })
    }

    private func key(_ text: String, _ bucket: StatsBucket?, _ row: Row) -> String {
        switch bucket {
        case nil: return text
        case .number(let size, _):
            return Number(text).map { NumberText.shortest(($0.value / size).rounded(.down) * size) } ?? text
        case .duration(let size, _): return Timestamp.text(row.time / size * size)
        case .month, .year: return text
        }
    }

    private func value(_ function: StatsFunction, _ rows: [Row]) -> String {
        let names = function.fields.map { stored($0.description) }
        let sets = rows.map { row in names.map { row.text($0) } }
        let texts = sets.joined().filter { !$0.isEmpty }
        let numbers = texts.compactMap { Number($0)?.value }.sorted()
        func at(_ phi: Double) -> String {
            numbers.isEmpty
                ? "" : NumberText.shortest(numbers[min(Int(phi * Double(numbers.count)), numbers.count - 1)])
        }
        switch function {
        case .count([.all]): return String(rows.count)
        case .count: return String(sets.filter { $0.contains { !$0.isEmpty } }.count)
        case .countUniq(_, let limit):
            return String(min(Set(sets).subtracting([names.map { _ in "" }]).count, limit ?? .max))
        case .sum: return numbers.isEmpty ? "" : NumberText.shortest(numbers.reduce(0, +))
        case .avg: return numbers.isEmpty ? "" : NumberText.shortest(numbers.reduce(0, +) / Double(numbers.count))
        case .min: return texts.min(by: precedes) ?? ""
        case .max: return texts.max(by: precedes) ?? ""
        case .median: return at(0.5)
        case .quantile(let phi, _): return at(phi)
        case .share(let filter):
            return rows.isEmpty
                ? "" : NumberText.shortest(Double(rows.count { matches(filter, $0) }) / Double(rows.count))
        }
    }

    /// The order of values: empty, numbers, texts.
    func precedes(_ left: String, _ right: String) -> Bool {
        func rank(_ text: String) -> Int { text.isEmpty ? 0 : Number(text) == nil ? 2 : 1 }
        guard rank(left) == rank(right) else { return rank(left) < rank(right) }
        if let a = Number(left), let b = Number(right), a.value != b.value { return a.value < b.value }
        return Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
    }
}
