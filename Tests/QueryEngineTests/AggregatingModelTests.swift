import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// Pipes that count, rank, and put rows together, against `Model`.
@Suite struct AggregatingModelTests {
    private let now: Int64 = 1_675_000_000_000_000_000 + 3_600_000_000_000

    @Test(arguments: [51, 52, 53, 54, 55, 56] as [UInt64])
    func pipesGiveTheSameRows(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        // Of different times, so that there is one order.
        var times: Set<Int64> = []
        let rows = randomRows(120, &random).filter { times.insert($0.time).inserted }
        let model = Model(now: now, rows: rows)
        var filters = RandomFilter(random: random)
        for _ in 0..<120 {
            let filter = filters.filter(depth: 1)
            let pipe = Self.pipe(&random, &filters)
            let query = Query(filter: filter, pipes: [pipe])
            let all = Self.queried(pipe).map { query in rows.filter { model.matches(query.filter, $0) } } ?? []
            let matching = rows.filter { model.matches(filter, $0) }
            guard var expected = model.rows(after: pipe, matching, all: all) else { continue }
            for layout in ModelTests.layouts {
                var found = try QueryEngine().records(query, over: Snapshot(rows, encodings: layout), now: now).map(\.cells)
                if !Self.isOrdered(pipe) {
                    found.sort { Self.text($0) < Self.text($1) }
                    expected.sort { Self.text($0) < Self.text($1) }
                }
                #expect(found == expected, "seed \(seed), \(layout): \(query)")
            }
        }
    }

    private static func text(_ cells: Cells) -> String { cells.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "|") }

    private static func queried(_ pipe: LogsQL.Pipe) -> Query? {
        switch pipe {
        case .union(let query): query
        case .join(let join): join.query
        default: nil
        }
    }

    /// `field_values` without a limit comes in the order of values, and so on: the model has another.
    private static func isOrdered(_ pipe: LogsQL.Pipe) -> Bool {
        switch pipe {
        case .sort, .top, .facets, .fieldNames: true
        default: false
        }
    }

    private static func pipe(_ random: inout SeededRandom, _ filters: inout RandomFilter) -> LogsQL.Pipe {
        let fields = Array(RandomFilter.fields.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)))
        let count = Int.random(in: 1...6, using: &random)
        let calls = [
            StatsCall(.count([.all]), as: "n"), StatsCall(.sum([.name("status")]), as: "s"),
            StatsCall(.max([.name("latency")]), if: filters.filter(depth: 1), as: "m"),
        ]
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            return .sort(
                .init(
                    keys: fields.map { .init($0, descending: random.oneIn(2)) }, offset: random.oneIn(2) ? 0 : 1, limit: count,
                    partition: random.oneIn(4) ? [] : ["service"] + (random.oneIn(2) ? ["ok"] : []),
                    rank: random.oneIn(2) ? "place" : nil))
        case 1: return .top(.init(count, fields: fields, rank: random.oneIn(2) ? "rank" : nil))
        case 2:
            return .facets(
                .init(
                    count, valuesPerFieldMax: random.pick([3, 10, 50]), valueBytesMax: random.pick([5, 16]),
                    keepsConstantFields: random.oneIn(2)))
        case 3: return .fieldNames(resultName: "name")
        case 4: return .fieldValues(.init(fields[0], limit: random.oneIn(2) ? nil : count))
        case 5: return .totalStats(.init(by: fields.map { GroupKey($0) }, calls: calls))
        case 6: return .runningStats(.init(by: [GroupKey("service")], calls: calls))
        case 7: return .union(Query(filter: filters.filter(depth: 1)))
        default:
            return .join(
                .init(
                    by: ["service", "ok"], Query(filter: .and([.exact(.init(field: "ok", "true")), filters.filter(depth: 1)])),
                    isInner: random.oneIn(2), prefix: random.oneIn(2) ? "" : "o."))
        }
    }
}
