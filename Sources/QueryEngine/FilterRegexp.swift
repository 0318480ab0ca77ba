import Foundation
import Kernels
import LogsQL

extension Filter.Regexp {
    func plan(_ control: QueryControl) throws -> any FilterPlan {
        if pattern.isEmpty { return EveryRow() }
        if let literal = RegexpLiteral.whole(pattern) {
            return TextFilter(field: storedField, predicate: SubstringPredicate(literal))
        }
        return TextFilter(field: storedField, predicate: try RegexpPredicate(pattern, control))
    }
}

/// A match of a regular expression stands somewhere in the text.
///
/// Plain expressions are matched by an automaton, where the text is of ASCII. Foundation's expressions backtrack: `(a+)+$` on sixty letters takes longer than anyone waits. While it matches, ICU
/// reports progress every few thousand steps, which is where the query's end is looked for.
struct RegexpPredicate: TextPredicate {
    private let expression: NSRegularExpression
    private let automaton: RegexpAutomaton?
    private let isWhole: Bool
    private let control: QueryControl
    let required: ByteSearch?
    let words: [[UInt64]]

    /// - Parameter isWhole: whether the match is to be the whole text.
    init(_ pattern: String, _ control: QueryControl, isWhole: Bool = false) throws {
        self.control = control
        self.isWhole = isWhole
        do {
            let plain = try NSRegularExpression(pattern: pattern)
            expression = isWhole ? try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z") : plain
        } catch {
            throw QueryFailure(
                "cannot compile the regular expression '\(pattern)': check its brackets, quantifiers and escapes")
        }
        automaton = RegexpAutomaton(pattern)
        let literal = automaton?.required ?? RegexpLiteral.required(pattern)
        required = literal.map(ByteSearch.init)
        words = [literal.map { wordHashes($0, startsWord: false, endsWord: false) } ?? []]
    }

    func matches(_ text: Span<UInt8>) throws -> Bool {
        // The automaton finds matches anywhere.
        if let verdict = automaton?.matches(text), !verdict || !isWhole { return verdict }
        if let required, required.first(in: text, range: 0..<text.count) == nil { return false }
        let string = text.string
        let whole = NSRange(location: 0, length: string.utf16.count)
        var found = false
        // Safe: the pointer that Foundation gives is valid during the call, and used only there.
        unsafe expression.enumerateMatches(in: string, options: .reportProgress, range: whole) { match, _, stop in
            found = match != nil
            if found || control.isOver { unsafe stop.pointee = true }
        }
        if !found { try control.check() }
        return found
    }
}

/// Plain text within regular expressions, which a search for bytes finds much faster.
enum RegexpLiteral {
    private static let special = Set("\\^$.|?*+()[]{}".unicodeScalars)

    /// The text that the pattern is, if it has characters, none of them special.
    static func whole(_ pattern: String) -> [UInt8]? {
        pattern.isEmpty || pattern.unicodeScalars.contains(where: special.contains) ? nil : Array(pattern.utf8)
    }

    /// The longest run of plain text that every match contains, if it is easy to tell. Groups and alternatives are not
    /// looked into.
    static func required(_ pattern: String) -> [UInt8]? {
        guard !pattern.unicodeScalars.contains(where: { $0 == "|" || $0 == "(" || $0 == "[" }) else { return nil }
        var (longest, run): (String.UnicodeScalarView, String.UnicodeScalarView) = (.init(), .init())
        var escaped = false
        func end(_ run: inout String.UnicodeScalarView) {
            if run.count > longest.count { longest = run }
            run = .init()
        }
        for scalar in pattern.unicodeScalars {
            if escaped {
                escaped = false
                guard special.contains(scalar) else { return nil }
                run.append(scalar)
            } else if !special.contains(scalar) {
                run.append(scalar)
            } else if scalar == "\\" {
                escaped = true
            } else if scalar == "{" {
                return nil
            } else {
                // `?` and `*` make the character before them optional.
                if scalar == "?" || scalar == "*", !run.isEmpty { run.removeLast() }
                end(&run)
            }
        }
        end(&run)
        return longest.isEmpty ? nil : Array(String(longest).utf8)
    }
}
