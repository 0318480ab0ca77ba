import Foundation
import Kernels
import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// Queries over chunks with word filters against the same rows in memory.
@Suite struct WordFilterTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: Array(1...8) as [UInt64]) func findTheSameRows(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var options = StoreOptions(correlationIDs: [])
        options.rowGroupRows = random.pick([64, 300])
        options.pageRows = random.pick([1, 8, 50])
        let store = try Store(folder: folder.path, options: options)
        let texts = (0..<400).map { _ in Self.text(&random) }
        try store.append(Self.batch(texts, &random))
        let inMemory = store.snapshot()
        try store.seal()
        let chunks = Snapshot(
            segments: { range in
                try store.snapshot().segments(overlapping: range).map { CountingSegment(segment: $0, rowsPerBlock: 8, reads: nil) }
            }, lookup: { _ in [] })
        for _ in 0..<400 {
            let query = Query(filter: Self.filter(texts, &random), pipes: [.fields([.name("id")])])
            let expected = try QueryEngine().records(query, over: inMemory, now: 0).compactMap { $0.text("id") }
            let found = try QueryEngine().records(query, over: chunks, now: 0).compactMap { $0.text("id") }
            #expect(found == expected, "seed \(seed): \(query)")
        }
    }

    @Test func pagesWithoutTheWordsAreNotRead() throws {
        var options = StoreOptions(correlationIDs: [])
        options.rowGroupRows = 1_000
        options.pageRows = 100
        let store = try Store(folder: folder.path, options: options)
        var random = SeededRandom(seed: 1)
        try store.append(Self.batch((0..<4_000).map { "request \($0) took long, id \($0 * 7_919)" + Self.noise(&random) }, &random))
        try store.seal()
        let needles = [
            ("31676000000", 0), ("7919", 1), ("\"request 3999 took\"", 1), ("request", 40), ("i(REQUEST) 4", 1), ("791*", 40),
            ("=\"request 17 took long, id 134623\"", 1), ("=\"request 17 took long, id 134623\"*", 1), ("~\"took long, id 134623\"", 40), ("~\" took [a-z]+, id \" absent", 0),
            ("7919 or 15838", 1), ("!request", 40), ("!31676000000", 0), ("!31676000000 7919", 1), ("nowhere:7919", 0),
            ("in(\"request 17 took long, id 134623\",\"request 3999 took long, id 31668081\")", 2),
        ]
        for (text, blocks) in needles {
            let reads = Reads()
            let chunks = Snapshot(
                segments: { range in
                    try store.snapshot().segments(overlapping: range).map {
                        CountingSegment(segment: $0, rowsPerBlock: 100, reads: reads)
                    }
                }, lookup: { _ in [] })
            let query = Query(filter: try parse(text).filter, pipes: [.fields([.name("id")])])
            let found = try QueryEngine().records(query, over: chunks, now: 0).count
            let inMessage = reads.count(of: "message") + reads.count(of: "nowhere")
            // One or two blocks more may be read for a false alarm of the filter; the seed is fixed, so that none is here.
            #expect(inMessage == blocks, "\(text), \(found) rows")
        }
    }

    // MARK: -

    /// So much that few words are left to tell, for their number.
    private static func noise(_ random: inout SeededRandom) -> String {
        "\n" + (0..<100).map { _ in random.pick(["^", "~", "`", "|", "§", "«", "»", "¿", "\u{2014}", "¤", "¦", "¬"]) }.joined()
    }

    private static let words = ["error", "Error", "ERROR", "time", "out", "a_b", "né", "NÉ", "日本", "İd", "\u{212A}elvin", "10", "Straße"]

    private static func text(_ random: inout SeededRandom) -> String {
        (0..<random.below(7)).map { _ in
            random.chance(30) ? String(random.next() % 5_000, radix: 36) : random.pick(words)
        }.joined(separator: random.pick([" ", "-", ": ", "_", "", " \u{2014} "]))
    }

    private static func batch(_ texts: [String], _ random: inout SeededRandom) -> RecordBatch {
        func column(_ name: String, _ values: [(Int, String)]) -> TextColumn {
            var ends: [UInt32] = []
            for (_, text) in values { ends.append((ends.last ?? 0) + UInt32(text.utf8.count)) }
            return TextColumn(
                name: name, kinds: .string, bytes: values.flatMap { Array($0.1.utf8) }, ends: ends,
                rows: values.count == texts.count ? nil : values.map { UInt32($0.0) })
        }
        let all = Array(texts.enumerated()).map { ($0.offset, $0.element) }
        return RecordBatch(
            times: (0..<Int64(texts.count)).map { $0 * 1_000 },
            columns: [
                column("id", all.map { ($0.0, "row \($0.0)") }), column("message", all),
                column("service", all.filter { _ in random.chance(50) }.map { ($0.0, random.pick(words)) }),
            ])
    }

    private static func filter(_ texts: [String], _ random: inout SeededRandom, depth: Int = 2) -> Filter {
        if depth > 0, random.chance(30) {
            let parts = (0..<2).map { _ in filter(texts, &random, depth: depth - 1) }
            return random.oneIn(3) ? .not(parts[0]) : random.oneIn(2) ? .and(parts) : .or(parts)
        }
        let field = random.pick([nil, "message", "service", "nowhere"])
        let text = part(random.pick(texts), &random)
        let recased = random.oneIn(2) ? random.oneIn(2) ? text.lowercased() : text.uppercased() : text
        switch random.below(15) {
        case 7: return text.isEmpty ? .all : .substring(.init(field: field, text))
        case 8: return .contains(.init(field: field, random.pick(Filter.Contains.Quantifier.allCases), .list([text, random.pick(words)])))
        case 9: return .sequence(.init(field: field, [text, part(random.pick(texts), &random)]))
        case 10: return .commonCase(.init(field: field, [String(text.prefix(8)), "Error"], isExact: random.oneIn(3)))
        case 11:
            return .patternMatch(.init(field: field, random.pick(Filter.PatternMatch.Placement.allCases), text + random.pick(["", "<N>", " <W>"])))
        case 12: return .anyField(.init(prefix: random.pick(["", "m", "_m", "serv"]), Filter.Phrase(text.isEmpty ? "x" : text)))
        case 13:
            let relation = random.pick(Filter.Stream.Relation.allCases)
            let pattern = NSRegularExpression.escapedPattern(for: text)
            let isPattern = relation == .matches || relation == .doesNotMatch
            return .stream(.init([[.init(field ?? "_msg", relation, [isPattern ? pattern + ".*" : text])]]))
        case 14: return .exact(.init(field: "_stream_id", StreamLabel.id(service: random.pick(words + [""]))))
        case 0, 1: return text.isEmpty ? .all : .phrase(.init(field: field, text, ignoresCase: false))
        case 2: return recased.isEmpty ? .all : .phrase(.init(field: field, recased, ignoresCase: true))
        case 3: return recased.isEmpty ? .all : .prefix(.init(field: field, recased, ignoresCase: random.oneIn(2)))
        case 4: return .exact(.init(field: field, random.oneIn(2) ? text : random.pick(texts)))
        case 5: return .oneOf(.init(field: field, [text, random.pick(texts), random.pick(words)]))
        default: return .regexp(.init(field: field, NSRegularExpression.escapedPattern(for: text) + (random.oneIn(2) ? ".*" : "")))
        }
    }

    /// A run of the characters of a text, often at the ends of words.
    private static func part(_ text: String, _ random: inout SeededRandom) -> String {
        let scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty, random.chance(90) else { return random.pick(words) }
        let start = random.below(scalars.count)
        let end = start + 1 + random.below(min(12, scalars.count - start))
        var part = String.UnicodeScalarView()
        part.append(contentsOf: scalars[start..<end])
        return String(part)
    }
}

private final class Reads: @unchecked Sendable {
    private let lock = NSLock()
    private var counts: [String: Int] = [:]

    func note(_ field: String) { lock.withLock { counts[field, default: 0] += 1 } }
    func count(of field: String) -> Int { lock.withLock { counts[field] ?? 0 } }
}

/// A segment that counts what is read of it, in blocks of another size.
private struct CountingSegment: Segment {
    let segment: any Segment
    let rowsPerBlock: Int
    let reads: Reads?

    var rowCount: Int { segment.rowCount }
    var timeRange: ClosedRange<Int64> { segment.timeRange }
    var fieldNames: [String] { get throws { try segment.fieldNames } }
    func words() throws -> (any SegmentWords)? { try segment.words() }

    func column(_ field: String, rows: Range<Int>) throws -> ColumnVector {
        reads?.note(field)
        return try segment.column(field, rows: rows)
    }
}
