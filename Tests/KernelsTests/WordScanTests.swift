import Kernels
import TestSupport
import Testing

struct WordScanTests {
    @Test(arguments: [
        ("", []), ("!- .", []), ("a", ["a"]), ("Time_out: 10ms", ["time_out", "10ms"]),
        ("né 日本語.x", ["né", "日本語", "x"]), ("É", ["É"]), ("a\u{301}b", ["a", "b"]), ("x\u{2014}y", ["x", "y"]),
    ] as [(String, [String])])
    func words(text: String, words: [String]) {
        let hashes = words.map { hash64(Array($0.utf8).span) }
        #expect(wordHashes(Array(text.utf8)) == hashes)
    }

    @Test func wordsAtTheEndsAreSureOnlyIfTheyEndThere() {
        let part = Array("one two three".utf8)
        let (one, two, three) = (hash("one"), hash("two"), hash("three"))
        #expect(wordHashes(part, startsWord: false) == [two, three])
        #expect(wordHashes(part, endsWord: false) == [one, two])
        #expect(wordHashes(Array("one".utf8), startsWord: false, endsWord: false) == [])
        #expect(wordHashes(Array(" one ".utf8), startsWord: false, endsWord: false) == [one])
    }

    /// Against a splitter that goes character by character, over every place of a word in the vectors and of short, long
    /// and repeated texts.
    @Test func keysAreThoseOfTheWordsInEachUnit() {
        var random = SeededRandom.seeded()
        for _ in 0..<60 {
            let texts = (0..<1 + random.below(80)).map { _ in random.chance(15) ? nil : Self.text(&random) }
            let unitRows = max(1 + random.below(20), (texts.count + wordUnitsMax - 1) / wordUnitsMax)
            let start = random.below(texts.count)
            let rows = start..<start + 1 + random.below(texts.count - start)
            let keys = Self.keys(texts, rows, unitRows, wordsMax: 1 << 20)
            #expect(keys.map(Set.init) == Self.naiveKeys(texts, rows, unitRows))
            #expect(keys?.count == keys.map { Set($0).count })
        }
    }

    @Test func tooManyWordsAreNone() {
        let texts = (0..<100).map { "word-\($0)" }
        #expect(Self.keys(texts, 0..<100, 100, wordsMax: 100) == nil)
        #expect(Self.keys(texts, 0..<100, 100, wordsMax: 101)?.count == 101)
    }

    /// Keys stand in files.
    @Test func keysNeverChange() {
        let hash = hash("needle")
        #expect(WordKey.anywhere(hash, column: 0) == 11_580_282_517_760_907_077)
        #expect(WordKey.inUnit(3, hash, column: 7) == 10_061_736_165_266_824_756)
    }

    private func hash(_ word: String) -> UInt64 { hash64(Array(word.utf8).span) }

    private static func keys(_ texts: [String?], _ rows: Range<Int>, _ unitRows: Int, wordsMax: Int) -> [UInt64]? {
        let (bytes, ends) = column(texts.compactMap { $0.map { Array($0.utf8) } })
        var validity = Bitmap(repeating: true, count: texts.count)
        for (row, text) in texts.enumerated() where text == nil { validity[row] = false }
        return wordKeys(
            bytes: bytes.span, ends: ends.span, validity: texts.contains(nil) ? validity : nil, rows: rows,
            unitRows: unitRows, column: 5, wordsMax: wordsMax)
    }

    private static func naiveKeys(_ texts: [String?], _ rows: Range<Int>, _ unitRows: Int) -> Set<UInt64> {
        let unitCount = (rows.count + unitRows - 1) / unitRows
        var units: [String: Set<Int>] = [:]
        for row in rows {
            guard let text = texts[row] else { continue }
            for form in [text, text.lowercased()] {
                for word in words(of: form) { units[word, default: []].insert((row - rows.lowerBound) / unitRows) }
            }
        }
        return units.reduce(into: []) { keys, entry in
            let hash = hash64(Array(entry.key.utf8).span)
            if entry.value.count * 2 > unitCount {
                keys.insert(WordKey.anywhere(hash, column: 5))
            } else {
                keys.formUnion(entry.value.map { WordKey.inUnit($0, hash, column: 5) })
            }
        }
    }

    /// ASCII letters in lower case.
    private static func words(of text: String) -> [String] {
        var words: [String.UnicodeScalarView] = [.init()]
        for scalar in text.unicodeScalars {
            let isWord = scalar == "_" || [
                .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            ].contains(scalar.properties.generalCategory)
            if isWord {
                words[words.count - 1].append("A"..."Z" ~= scalar ? Unicode.Scalar(scalar.value + 32)! : scalar)
            } else {
                words.append(.init())
            }
        }
        return words.filter { !$0.isEmpty }.map { String($0) }
    }

    private static func text(_ random: inout SeededRandom) -> String {
        let characters: [String] = ["a", "Z", "9", "_", " ", "-", ".", "[", "@", "`", "{", "/", ":"]
        let wide: [String] = ["é", "É", "İ", "\u{212A}", "Σ", "ς", "日", "\u{301}", "🧵", "ß", "ǅ", "٣", "\u{2014}", "\u{1E9E}"]
        let isWide = random.chance(40)
        let length = random.pick([0, 1, 7, 15, 16, 17, 63, 64, 65, 90, 97, 200, 1_500])
        return (0..<length).map { _ in
            isWide && random.chance(20) ? random.pick(wide) : random.chance(70) ? random.pick(["a", "B", "7"]) : random.pick(characters)
        }.joined()
    }
}
