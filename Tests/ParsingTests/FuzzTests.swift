import FuzzSupport
import Parsing
import Records
import TestSupport
import Testing

/// Random lines: every one makes a row, every batch is sound, and how the input is cut into calls changes nothing.
struct FuzzTests {
    private static func lines(_ count: Int, seed: UInt64) throws -> [[UInt8]] {
        let seeds = try (SeedLines.own + SeedLines.samples(step: 40)).map { Array($0.utf8) }
        var random = RandomLines(seed: seed, seeds: seeds)
        return (0..<count).map { _ in random.next() }
    }

    @Test func batchesAreSoundAndChunksDoNotMatter() throws {
        let seed = FuzzSettings.seed
        print("FuzzTests.batchesAreSound: LOCKSTITCH_FUZZ_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        var parser = LineParser()
        var other = LineParser()
        for _ in 0..<FuzzSettings.lines(standard: 200_000) / 2_000 {
            let lines = try Self.lines(2_000, seed: random.next())
            let whole = parser.batches(Array(lines.joined(separator: [0x0a])), receivedAt: 42)
            for batch in whole { #expect(batch.unsoundness == nil) }
            let rows = whole.flatMap(\.texts)
            #expect(rows.count == lines.count { !LineBytes.isBlank($0) })
            #expect(inChunks(lines, &other, &random) == rows)
        }
        #expect(parser.counters.malformedLines > 0 && parser.counters.malformedLines < parser.counters.rows)
    }

    /// A line gives the same row to a parser that has not seen its shape and to one that has seen thousands.
    @Test func shapesAgreeWithTheTokenizer() throws {
        let seed = FuzzSettings.seed
        print("FuzzTests.shapesAgreeWithTheTokenizer: LOCKSTITCH_FUZZ_SEED=\(seed)")
        var warm = LineParser()
        for line in try Self.lines(FuzzSettings.lines(standard: 20_000), seed: seed) {
            var fresh = LineParser()
            let expected = fresh.rows(line, receivedAt: 42)
            #expect(warm.rows(line, receivedAt: 42) == expected, "\(String(decoding: line, as: UTF8.self))")
            #expect(warm.rows(line, receivedAt: 42) == expected, "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test func randomBytes() {
        let seed = FuzzSettings.seed
        print("FuzzTests.randomBytes: LOCKSTITCH_FUZZ_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        var parser = LineParser()
        for _ in 0..<3_000 {
            let alphabet: [UInt8] = random.chance(50) ? Array(0...255) : Array("{}[]\":,\\ =ab1\n\n".utf8)
            let bytes = (0..<random.below(200)).map { _ in random.pick(alphabet) }
            let batches = parser.batches(bytes, receivedAt: 42)
            for batch in batches { #expect(batch.unsoundness == nil) }
            let lines = bytes.split(separator: 0x0a).count { !LineBytes.isBlank($0) }
            #expect(batches.reduce(0) { $0 + $1.rowCount } == lines)
            #expect(LineBytes.rowCount(bytes) == lines)
        }
    }

    private func inChunks(
        _ lines: [[UInt8]], _ parser: inout LineParser, _ random: inout SeededRandom
    ) -> [ParsedRow] {
        var rows: [ParsedRow] = []
        var index = 0
        while index < lines.count {
            let end = min(lines.count, index + 1 + random.below(random.chance(50) ? 4 : 400))
            var chunk = Array(lines[index..<end].joined(separator: [0x0a]))
            if random.chance(80) { chunk.append(0x0a) }
            rows += parser.batches(chunk, receivedAt: 42).flatMap(\.texts)
            index = end
        }
        return rows
    }
}

extension RecordBatch {
    /// The rows without the kinds, which depend on the other rows of a batch.
    fileprivate var texts: [ParsedRow] {
        parsedRows.map(\.texts)
    }
}
