import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// However many threads there are, whatever is in the caches, and wherever the rows are: an answer is the same.
@Suite struct PartsTests {
    private let now: Int64 = 1_675_000_000_000_000_000 + 3_600_000_000_000
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: [31, 32, 33, 34] as [UInt64])
    func threadsAndCachesChangeNothing(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = randomRows(400, &random)
        let cached = try store("cached", rows, cacheBytes: 1 << 20, SeededRandom(seed: seed))
        let plain = try store("plain", rows, cacheBytes: 0, SeededRandom(seed: seed))
        defer {
            try? cached.close()
            try? plain.close()
        }
        let engines = [QueryEngine(helpers: QueryHelpers(count: 0)), QueryEngine(helpers: QueryHelpers(count: 3))]
        var queries = RandomFilter(random: random)
        for _ in 0..<80 {
            let query = queries.query()
            let first = try engines[0].records(query, over: plain.snapshot(), now: now)
            // The second time with what the first has left in the caches.
            for (store, engine) in [(plain, engines[1])] + (engines + engines).map({ (cached, $0) }) {
                let found = try engine.records(query, over: store.snapshot(), now: now)
                #expect(found == first, "seed \(seed): \(query)")
            }
            guard let expected = model(query, rows) else { continue }
            #expect(Set(first.map(\.texts)) == expected, "seed \(seed): \(query)")
        }
        #expect(cached.caches.columns.counts.hits > 0 && cached.caches.results.counts.hits > 0)
        #expect(plain.caches.columns.counts == CacheCounts())
    }

    /// What a query gives, as a set, by rows one at a time. Nil for one of which the model says nothing.
    private func model(_ query: Query, _ rows: [Row]) -> Set<[String: String]>? {
        let model = Model(now: now, rows: rows)
        let matching = rows.filter { model.matches(query.filter, $0) }
        switch query.pipes.first {
        case .stats(let stats): return model.stats(stats, matching)
        case .fields: return Set(matching.map { ["id": $0.text("id")] })
        default: return nil
        }
    }

    @Test(arguments: [41, 42] as [UInt64])
    func answersOutliveTheChunksTheyWereMadeOf(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = randomRows(300, &random)
        let store = try store("cached", rows, cacheBytes: 1 << 20, random)
        defer { try? store.close() }
        var filters = RandomFilter(random: random)
        let queries = (0..<30).map { _ in filters.query() }.filter { model($0, rows) != nil }
        func answers() throws -> [Set<[String: String]>] {
            try queries.map { Set(try QueryEngine().records($0, over: store.snapshot(), now: now).map(\.texts)) }
        }
        let before = try answers()
        try store.seal()
        while try store.compactIfDue() != nil {}
        #expect(try answers() == before)
        #expect(before == queries.map { model($0, rows) })
        try store.removeReplacedChunks()
        #expect(try answers() == before)
    }

    /// A store with `rows` in several chunks and in memory.
    private func store(_ name: String, _ rows: [Row], cacheBytes: Int, _ random: SeededRandom) throws -> Store {
        var random = random
        var options = StoreOptions(correlationIDs: ["trace_id"])
        (options.rowGroupRows, options.pageRows) = (40, 16)
        (options.queryCacheBytes, options.resultCacheBytes) = (cacheBytes, cacheBytes)
        let store = try Store(folder: "\(folder.path)/\(name)", options: options)
        var left = rows[...]
        while !left.isEmpty {
            let count = min(left.count, Int.random(in: 1...60, using: &random))
            try store.append(RecordBatch(Array(left.prefix(count))))
            left = left.dropFirst(count)
            if left.count > 60, random.oneIn(2) { try store.seal() }
        }
        return store
    }
}

extension RandomFilter {
    /// A query of one of the kinds that are run in parts, or whose matches are found in parts.
    fileprivate mutating func query() -> Query {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return Query(filter: filter(), pipes: [.fields([.name("id")])])
        case 1: return Query(filter: filter(depth: 1), pipes: [.uniq(.init(fields: ["service", random.pick(Self.fields)], hits: true))])
        case 2: return Query(filter: filter(depth: 1), pipes: [.uniq(.init(fields: [random.pick(Self.fields)], limit: 2))])
        case 3:
            let keys = [LogsQL.Pipe.Sort.Key(random.pick(Self.fields), descending: random.oneIn(2)), .init("id")]
            let limit = Int.random(in: 1...50, using: &random)
            return Query(filter: filter(depth: 1), pipes: [.sort(.init(keys: keys, limit: limit)), .fields([.name("id"), .name("status")])])
        case 4: return counts()
        default: return Query(filter: filter(depth: 1), pipes: [.stats(stats())])
        }
    }

    /// One that the catalog's counts of rows may answer.
    private mutating func counts() -> Query {
        let minutes = Int64.random(in: 1...3, using: &random) * (random.oneIn(4) ? 30 : 60)
        let keys = [GroupKey("service"), GroupKey("_time", bucket: .duration(nanoseconds: minutes * 1_000_000_000, offset: 0))]
        let filters: [Filter] = [
            .all, .exact(.init(field: "service", "cart")), .not(.exact(.init(field: "service", ""))),
            .time(.init(.last(nanoseconds: Int64.random(in: 0...4_000, using: &random) * 1_000_000_000))),
        ]
        let picked = filters.shuffled(using: &random).prefix(2)
        return Query(
            filter: .and(Array(picked)),
            pipes: [.stats(.init(by: keys.filter { _ in random.oneIn(2) }, calls: [StatsCall(.count([.all]), as: "n")]))])
    }
}

extension RecordBatch {
    fileprivate init(_ rows: [Row]) {
        let kinds: [String: ValueKinds] = ["status": .number, "latency": .number, "ok": .bool]
        let names = Set(rows.flatMap(\.fields.keys)).sorted()
        let columns = names.map { name in
            var (bytes, ends, places): ([UInt8], [UInt32], [UInt32]) = ([], [], [])
            for (place, row) in rows.enumerated() {
                guard let text = row.fields[name] else { continue }
                bytes += Array(text.utf8)
                ends.append(UInt32(bytes.count))
                places.append(UInt32(place))
            }
            return TextColumn(
                name: name, kinds: kinds[name] ?? .string, bytes: bytes, ends: ends,
                rows: places.count == rows.count ? nil : places)
        }
        self.init(times: rows.map(\.time), columns: columns)
    }
}
