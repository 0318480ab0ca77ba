import Foundation
import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// Regular expressions against those of Foundation, the plain ones and those that only it takes.
@Suite struct RegexpTests {
    private static let known = [
        "^a", "a$", "^$", "^a*$", "a|b", "(a|b)*c", "a{2,3}", "a{2}b", "[a-c]+1", "[^a-c]", "[^a-c ]+x", "\\d+", "\\w+ \\w+",
        "\\s", "\\S+\\s\\S+", ".", "a.b", "a.*b", "(?i)ERROR", "(?i)[x-z]", "ab+?c", "(ab)+", "(a|ab)(c|bc)$", "x(|y)z", "\\.",
        "[.]", "[a\\-c]", "[-a]", "[a-]", "[\\d]", "[\\d.]+", "a|^b", "(^a|b$)", "a++b", "(a)\\1", "\\bab\\b", "(?=a)a", "[[a]b]",
        "[a&&b]", "a{0}b", "a{0,2}", "(a?){3}b", "$", "^", "ab$|cd", "é", "[é]", "a\\tb", "\\p{L}", "x*", "time: [0-9]{2}a",
    ]
    private static let atoms = ["a", "b", "c", "1", " ", ".", "[a-c]", "[^a]", "\\d", "\\w", "\\s", "ab", "(a|b)", "(?:c1)", "^", "$"]
    private static let characters = ["a", "b", "c", "1", " ", "A", "\n", "\r", "\t", "é", "-", ".", "\u{B}", "\u{85}", "x", "y", "z", "日"]

    @Test(arguments: [51, 52, 53] as [UInt64])
    func findsWhatFoundationFinds(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let patterns = Self.known + (0..<150).map { _ in Self.pattern(&random) }
        let texts =
            ["", "ERROR", "xz", "xyz", "time: 12a", "time: time: 99a", "ab ab", "aab\n"]
            + (0..<120).map { _ in
                let count = random.oneIn(2) ? 4 : Self.characters.count
                return (0..<random.below(9)).map { _ in Self.characters[random.below(count)] }.joined()
            }
        let rows = texts.enumerated().map { Row(time: 0, fields: ["id": String($0), "f": $1]) }
        for pattern in patterns {
            guard let expression = try? NSRegularExpression(pattern: pattern) else { continue }
            let expected = texts.indices.filter { place in
                let whole = NSRange(location: 0, length: texts[place].utf16.count)
                return expression.firstMatch(in: texts[place], range: whole) != nil
            }
            let query = Query(filter: .regexp(.init(field: "f", pattern)), pipes: [.fields([.name("id")])])
            for encoding in [Encoding.text, .dictionary] {
                let found = try QueryEngine().records(query, over: Snapshot(rows, encodings: [encoding]), now: 0)
                let places = Set(found.compactMap { $0.text("id").flatMap { Int($0) } })
                #expect(places == Set(expected), "seed \(seed): \(pattern) in \(places.symmetricDifference(expected).map { texts[$0] })")
            }
        }
    }

    private static func pattern(_ random: inout SeededRandom) -> String {
        (0..<(1 + random.below(4))).map { _ in
            let atom = random.pick(atoms)
            guard atom != "^", atom != "$" else { return atom }
            return atom + random.pick(["", "", "", "*", "+", "?", "{2}", "{0,2}", "*?", "|"])
        }.joined()
    }

    /// Foundation's takes longer than anyone waits.
    @Test(.timeLimit(.minutes(1)))
    func plainExpressionsAreMatchedInOnePass() throws {
        let row = Row(time: 0, fields: ["f": String(repeating: "a", count: 10_000) + "N"])
        let found = try QueryEngine().records(parse("f:~\"^(a+)+$\""), over: Snapshot([row], encodings: [.text]), now: 0)
        #expect(found.isEmpty)
    }
}
