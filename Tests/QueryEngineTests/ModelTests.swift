import Foundation
import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// The engine against `Model`, over every form a column can have.
@Suite struct ModelTests {
    static let layouts: [[Encoding]] = [[.text], [.dictionary], [.natural], [.natural, .text, .dictionary, .natural]]
    private let now: Int64 = 1_675_000_000_000_000_000 + 3_600_000_000_000

    /// LOCKSTITCH_QUERIES sets how many random filters are tried; each has its own seed, which a failure names.
    private static let filterCount =
        ProcessInfo.processInfo.environment["LOCKSTITCH_QUERIES"].flatMap { Int($0) } ?? 20_000
    private static let filtersPerRows = 250

    @Test(arguments: 0..<(filterCount + filtersPerRows - 1) / filtersPerRows)
    func filtersFindTheSameRows(batch: Int) throws {
        var random = SeededRandom(seed: UInt64(batch))
        let rows = randomRows(random.pick([1, 20, 70]), &random)
        let snapshots = Self.layouts.map { Snapshot(rows, encodings: $0, rowsPerBlock: 17) }
        let model = Model(now: now, rows: rows)
        for seed in batch * Self.filtersPerRows..<(batch + 1) * Self.filtersPerRows {
            var filters = RandomFilter(random: SeededRandom(seed: UInt64(seed)))
            let filter = filters.filter()
            let expected = rows.filter { model.matches(filter, $0) }.map { $0.text("id") }.sorted()
            let layout = seed % snapshots.count
            let found = try QueryEngine().records(
                Query(filter: filter, pipes: [.fields([.name("id")])]), over: snapshots[layout], now: now)
            #expect(
                found.compactMap { $0.text("id") }.sorted() == expected,
                "rows of seed \(batch), filter of seed \(seed), \(Self.layouts[layout]): \(filter)")
            #expect(found.map { $0.time ?? 0 } == found.map { $0.time ?? 0 }.sorted(), "seed \(seed): \(filter)")
        }
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func statsGiveTheSameGroups(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = randomRows(230, &random)
        let snapshots = Self.layouts.map { Snapshot(rows, encodings: $0) }
        let model = Model(now: now, rows: rows)
        var queries = RandomFilter(random: random)
        for _ in 0..<100 {
            let query = Query(filter: queries.filter(depth: 1), pipes: [.stats(queries.stats())])
            guard case .stats(let stats) = query.pipes[0] else { continue }
            let expected = model.stats(stats, rows.filter { model.matches(query.filter, $0) })
            var first: [Record]?
            for (layout, snapshot) in zip(Self.layouts, snapshots) {
                let found = try QueryEngine().records(query, over: snapshot, now: now)
                #expect(Set(found.map(\.texts)) == expected, "seed \(seed), \(layout): \(query)")
                #expect(found.count == expected.count, "seed \(seed), \(layout): \(query)")
                // Not only the same texts: the same order.
                #expect(found.map(\.texts) == (first ?? found).map(\.texts), "seed \(seed), \(layout): \(query)")
                first = first ?? found
            }
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func sortsGiveTheSameOrder(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = randomRows(150, &random)
        let model = Model(now: now)
        for _ in 0..<60 {
            let keys = RandomFilter.fields.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
                .map { LogsQL.Pipe.Sort.Key($0, descending: Bool.random(using: &random)) }
            let offset = random.oneIn(2) ? 0 : Int.random(in: 1...20, using: &random)
            let limit: Int? = random.oneIn(3) ? nil : Int.random(in: 1...170, using: &random)
            let sorted = rows.indices.sorted { a, b in
                for key in keys {
                    let (left, right) = (rows[a].text(key.field), rows[b].text(key.field))
                    if model.precedes(left, right) { return !key.descending }
                    if model.precedes(right, left) { return key.descending }
                }
                return a < b
            }.dropFirst(offset).prefix(limit ?? .max).map { rows[$0].text("id") }
            let pipe = LogsQL.Pipe.sort(.init(keys: Array(keys), offset: offset, limit: limit))
            for layout in Self.layouts {
                let query = Query(filter: .all, pipes: [pipe])
                let found = try QueryEngine().records(query, over: Snapshot(rows, encodings: layout), now: now)
                #expect(found.compactMap { $0.text("id") } == sorted, "seed \(seed), \(layout): \(query)")
            }
        }
    }
}

extension Record {
    var texts: [String: String] { Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value.text) }) }
}
