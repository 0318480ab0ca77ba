import LogsQL
import Testing

struct PipeParsingTests {
    /// The pipes of a source, printed; they must parse to the same query.
    @Test(arguments: [
        ("fields a, b", "fields a, b"),
        ("keep a,b*, *", "fields a, b*, *"),
        ("fields *", "fields *"),
        ("fields \"odd name\", k8s.*", "fields \"odd name\", k8s.*"),
        ("FIELDS x-y", "fields \"x-y\""),
        ("limit 10", "limit 10"),
        ("head 1_000", "limit 1000"),
        ("limit 1K", "limit 1000"),
        ("limit", "limit 10"),
        ("limit 0", "limit 0"),
        ("offset 5", "offset 5"),
        ("skip 5", "offset 5"),
        ("sort by (a desc, b)", "sort by (a desc, b)"),
        ("order (a)", "sort by (a)"),
        ("sort by (a asc, b desc) desc", "sort by (a desc, b)"),
        ("sort by (a) limit 5 offset 2", "sort by (a) offset 2 limit 5"),
        ("sort by (\"desc\" desc)", "sort by (\"desc\" desc)"),
        ("filter level:error x", "filter level:error x"),
        ("where n:> 1_000", "filter n:>1_000"),
        ("n:>1", "filter n:>1"),
        ("x-y.z:foo", "filter \"x-y.z\":foo"),
        ("\"two words\"", "filter \"two words\""),
        ("!foo", "filter !foo"),
        ("(a or b)", "filter a or b"),
        ("in(a)", "filter in(a)"),
        ("uniq by (a, b)", "uniq by (a, b)"),
        ("uniq (a) with hits limit 10", "uniq by (a) with hits limit 10"),
        ("trace", "trace"),
        ("count()", "stats count(*)"),
        ("stats count(*)", "stats count(*)"),
        ("stats count() as \"count(*)\"", "stats count(*)"),
        ("by (x) count() n", "stats by (x) count(*) as n"),
        ("(x, y) count()", "stats by (x, y) count(*)"),
        ("stats (x) count()", "stats by (x) count(*)"),
        ("stats by () count()", "stats count(*)"),
        ("stats count(a, b*) as n", "stats count(a, b*) as n"),
        ("STATS BY (x) COUNT_UNIQ(a) LIMIT 10 AS u", "stats by (x) count_uniq(a) limit 10 as u"),
        ("stats sum(a) s, avg(b), min(c) as lo, max(c) as hi, median(d)", "stats sum(a) as s, avg(b), min(c) as lo, max(c) as hi, median(d)"),
        ("stats quantile(0.99, a) p99", "stats quantile(0.99, a) as p99"),
        ("stats quantile(0.5)", "stats quantile(0.5)"),
        ("stats count() if (level:error or x) e, count() n", "stats count(*) if (level:error or x) as e, count(*) as n"),
        ("stats count() if (x)", "stats count(*) if (x)"),
        ("stats by (service) share(level:error or x) rate", "stats by (service) share(level:error or x) as rate"),
        ("share(*)", "stats share(*)"),
        ("stats Share( level:error ) if (a:b)", "stats share(level:error) if (a:b)"),
        ("stats by (_time:5m) count()", "stats by (_time:5m) count(*)"),
        ("stats by (_time:1d offset 2h, s:10KB, d:0.5 offset -1) count()", "stats by (_time:1d offset 2h, s:10000, d:0.5 offset -1) count(*)"),
        ("stats by (_time:day) count()", "stats by (_time:1d) count(*)"),
        ("stats by (_time:WEEK offset 1d) count()", "stats by (_time:7d offset 1d) count(*)"),
        ("stats by (_time:month offset -2h) count()", "stats by (_time:month offset -2h) count(*)"),
        ("stats by (_time:year) count()", "stats by (_time:year) count(*)"),
    ])
    func pipes(source: String, canonical: String) throws {
        let query = try parse("* | " + source)
        #expect(query.description == "* | " + canonical)
        #expect(query.pipes.count == 1)
        #expect(try parse("* | " + canonical) == query)
    }

    @Test func wholeQuery() throws {
        let query = try parse(
            "_time:5m level:error service:=\"cart\" | stats by (service) count() errors | sort by (errors desc) | limit 10")
        #expect(
            query
                == Query(
                    filter: .and([
                        .time(.init(.last(nanoseconds: 300_000_000_000))), .phrase(.init(field: "level", "error")),
                        .exact(.init(field: "service", "cart")),
                    ]),
                    pipes: [
                        .stats(.init(by: [GroupKey("service")], calls: [StatsCall(.count([.all]), as: "errors")])),
                        .sort(.init(keys: [.init("errors", descending: true)])),
                        .limit(10),
                    ]))
    }

    @Test(arguments: [
        ("count()", "count(*)"),
        ("count_uniq(a, b)", "count_uniq(a, b)"),
        ("sum()", "sum(*)"),
        ("quantile(0.9, a)", "quantile(0.9, a)"),
        ("count() if (error)", "count(*) if (error)"),
        ("count() if (error) as e", "e"),
        ("count() if (error) e", "e"),
    ])
    func resultNames(call: String, name: String) throws {
        guard case .stats(let stats) = try parse("* | stats " + call).pipes.first else {
            Issue.record("no stats pipe")
            return
        }
        #expect(stats.calls.map(\.resultName) == [name])
    }

    @Test func buckets() throws {
        let day: Int64 = 86_400_000_000_000
        guard case .stats(let stats) = try parse("* | by (_time:1d offset 2h, s:10KiB, m:month, plain) count()").pipes.first else {
            Issue.record("no stats pipe")
            return
        }
        #expect(
            stats.by == [
                GroupKey("_time", bucket: .duration(nanoseconds: day, offset: day / 12)),
                GroupKey("s", bucket: .number(size: 10_240, offset: 0)),
                GroupKey("m", bucket: .month(offset: 0)), GroupKey("plain"),
            ])
    }
}
