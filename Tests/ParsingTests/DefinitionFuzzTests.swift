import Records
import Testing

@testable import Parsing

/// Random and broken lines through all built-in definitions: each line is accounted for, whatever it looks like.
struct DefinitionFuzzTests {
    private static let definitions = (try? ParserSet.builtInDefinitions()) ?? []
    private static let samples = definitions.flatMap(\.samples).map { Array($0.text.utf8) }
    static let names = ["auto", "text"] + definitions.map(\.name)

    /// Samples, broken ones, parts of two put together, and lines of other kinds.
    private struct Lines {
        var random: LineRandom
        var others: RandomLines

        init(seed: UInt64) {
            random = LineRandom(seed: seed)
            others = RandomLines(seed: seed, seeds: samples + SeedLines.own.map { Array($0.utf8) })
        }

        mutating func next() -> [UInt8] {
            switch random.below(10) {
            case 0: return others.next()
            case 1: return (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
            case 2:
                let (a, b) = (random.pick(samples), random.pick(samples))
                return Array(a.prefix(random.below(a.count + 1)) + b.suffix(random.below(b.count + 1)))
            case 3: return Array(random.pick(samples).prefix(random.below(200)))
            default:
                var line = random.pick(samples)
                for _ in 0..<random.below(4) { change(&line) }
                return line
            }
        }

        private mutating func change(_ line: inout [UInt8]) {
            let place = random.below(line.count + 1)
            let end = min(line.count, place + random.below(5))
            switch random.below(5) {
            case 0: line.removeSubrange(place..<end)
            case 1: line.insert(contentsOf: Array(random.pick(Self.pieces).utf8), at: place)
            case 2: replaceNumber(&line)
            case 3: if place < line.count { line[place] = UInt8(random.below(256)) }
            default: line.insert(contentsOf: line[place..<end], at: place)
            }
        }

        /// Puts another number for a run of digits.
        private mutating func replaceNumber(_ line: inout [UInt8]) {
            func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
            let starts = line.indices.filter { isDigit(line[$0]) && ($0 == 0 || !isDigit(line[$0 - 1])) }
            guard !starts.isEmpty else { return }
            let start = random.pick(starts)
            let end = line[start...].firstIndex { !isDigit($0) } ?? line.count
            line.replaceSubrange(start..<end, with: Array(random.pick(Self.numbers).utf8))
        }

        private static let pieces = [
            " ", "  ", "\t", "\n", "\n\n", "\r\n", "<", ">", "[", "]", "\"", "\\", "-", ":", "{", "}", "=", "|", "%", "0",
            "é", "🧵", "\u{0}", "a=b ", "[x y=\"", " - ", "::", "time=", "Jan 29 09:20:29 ", "ERROR ",
        ]
        private static let numbers = [
            "", "-", "0", "-1", "-8", "00", "191", "192", "1.5", "1e5", "99", "9223372036", "-9223372036854775808",
            "9223372036854775807", "9223372036854775808", "9999999999999999999", "-99999999999999999999999", "0.1.2",
        ]
    }

    private static func isBlank(_ line: some Sequence<UInt8>) -> Bool { line.allSatisfy { [0x20, 0x09, 0x0d].contains($0) } }

    @Test func eachLineIsAccountedFor() throws {
        let seed = FuzzSettings.seed
        print("DefinitionFuzzTests.eachLineIsAccountedFor: LOCKSTITCH_FUZZ_SEED=\(seed)")
        let set = try ParserSet(Self.definitions)
        var lines = Lines(seed: seed)
        var parser = LineParser(parsers: set)
        for _ in 0..<FuzzSettings.lines(standard: 6_000) {
            let line = lines.next()
            let name = lines.random.chance(60) ? "auto" : lines.random.pick(Self.names)
            let comment = "\(String(decoding: line, as: UTF8.self)) by \(name)"
            let rows = Self.rows(line, by: PinnedParser(name), &parser)
            #expect(rows.isEmpty == line.split(separator: 0x0a).allSatisfy { Self.isBlank($0) }, "\(comment)")
            for row in rows { Self.expectAccounted(row, of: line, comment) }
            // What a parser has seen before changes nothing.
            guard lines.random.chance(10) else { continue }
            var fresh = LineParser(parsers: set)
            #expect(Self.rows(line, by: PinnedParser(name), &fresh).map(\.texts) == rows.map(\.texts), "\(comment)")
        }
    }

    private static func rows(_ line: [UInt8], by pinned: PinnedParser, _ parser: inout LineParser) -> [ParsedRow] {
        var rows: [ParsedRow] = []
        var offset = 0
        while offset < line.count {
            offset = parser.parse(
                line, from: offset, receivedAt: ParserSet.receivedAt, source: LineSource(parser: pinned)).offset
            let batch = parser.takeBatch()
            #expect(Set(batch.columns.map(\.name)).count == batch.columns.count)
            rows += batch.parsedRows
        }
        return rows
    }

    /// A record that no definition made has all of a line in its message; any other has fields.
    private static func expectAccounted(_ row: ParsedRow, of line: [UInt8], _ comment: String) {
        // Of an object there may be nothing to keep but nulls.
        #expect(!row.fields.isEmpty || line.contains(UInt8(ascii: "{")), "\(comment)")
        #expect(row.fields["time"] == nil, "\(comment)")
        guard row.fields["parse_error"] != nil, let message = row.fields["message"]?.text else { return }
        let whole = line.split(separator: 0x0a).contains { part in
            let span = Array(part).span
            let kept = span.extracting(..<span.keptCount(atMost: part.count))
            return kept.escapingInvalidUTF8() == Array(message.utf8)
        }
        #expect(whole || line.first == UInt8(ascii: "{"), "\(comment)")
    }

    /// Samples of text, without those of definitions that throw something away: captures that are not kept, or the text
    /// of a level that is none.
    private static let keptSamples = definitions.filter { definition in
        definition.format == .text && definition.level.map["*"] == nil
            && !definition.extract.contains { $0.text.contains("<_") }
    }.flatMap(\.samples).map { Array($0.text.utf8) }

    /// A word put into a line is found again in some field, whether the line still fits or not.
    @Test func noWordIsLost() throws {
        let seed = FuzzSettings.seed
        print("DefinitionFuzzTests.noWordIsLost: LOCKSTITCH_FUZZ_SEED=\(seed)")
        var random = LineRandom(seed: seed)
        let set = try ParserSet(Self.definitions)
        for _ in 0..<FuzzSettings.lines(standard: 1_500) {
            var line = random.pick(Self.keptSamples)
            let spaces = line.indices.filter { line[$0] == 0x20 }
            guard !spaces.isEmpty else { continue }
            let word = "Zq\(random.below(1_000))\(random.pick(["\"", "\\", "", "", "]"]))qZ"
            line.insert(contentsOf: Array(" \(word)".utf8), at: random.pick(spaces))
            let rows = set.rows(line)
            let texts = rows.flatMap { $0.fields.values.map(\.text) + $0.fields.keys }
            let isThere = texts.contains { $0.contains(word) || $0.contains(word.filter { $0 != "\\" }) }
            #expect(isThere, "\(word) of \(String(decoding: line, as: UTF8.self)) gives \(rows)")
        }
    }
}
