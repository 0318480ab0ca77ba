import FuzzSupport
import TestSupport
import Testing

@testable import Parsing

/// Random and broken lines through all built-in definitions: each line is accounted for, whatever it looks like.
struct DefinitionFuzzTests {
    private static let definitions = (try? ParserSet.builtInDefinitions()) ?? []

    @Test func eachLineIsAccountedFor() throws {
        let seed = FuzzSettings.seed
        print("DefinitionFuzzTests.eachLineIsAccountedFor: LOCKSTITCH_FUZZ_SEED=\(seed)")
        var check = try DefinitionsCheck()
        var lines = RandomDefinitionLines(seed: seed, samples: check.samples)
        for _ in 0..<FuzzSettings.lines(standard: 6_000) {
            let line = lines.next()
            let name = lines.random.chance(60) ? "auto" : lines.random.pick(check.names)
            let problem = check.problem(line, by: PinnedParser(name), comparesFresh: lines.random.chance(10))
            #expect(problem == nil, "\(LineBytes.literal(line)) by \(name)")
        }
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
        var random = SeededRandom(seed: seed)
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
