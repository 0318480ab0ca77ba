import LogsQL
import TestSupport
import Testing

/// Whatever comes in, the answer is a query or an error, and a query prints to something that parses to itself.
struct FuzzTests {
    private static let pieces = [
        "_time:", "5m", "[", "]", "(", ")", "2023-01-29", "T09:20", ",", "|", "stats", "by", "count", "(", ")", "sum", "quantile",
        "0.9", "if", "as", "x", "level", ":", "=", "!=", "~", "!~", ">", "<=", "*", "\"", "'", "`", "\\", "and", "or", "not", "!",
        "-", "in", "range", "i", "sort", "limit", "99999999999999999999", "1e999", "offset", "now", "-1h", "9999-12-31", "#", "\n",
        "in(", "contains_any(", "seq(", "len_range(", "ipv4_range(", "1.2.3.4", "/8", "ipv6_range(", "\"::1\"", "string_range(", "foo*:",
        "*:", "*a*", "{a=", "{b in (", "or", "=~", "not_in", "_stream:", "day_range[", "08:00", "week_range(", "Mon", "options(",
        "concurrency=1", "time_offset=1h", "| fields a)", "pattern_match(", "\"<N>\"", "eq_field(", "value_type(", "dict", "re(",
        "json_array_contains_any(", "equals_common_case(", "exact(",
        " ", " ", " ", " ", " ", " ", "\u{0}", "é", "\u{2028}", "{", "}", "uniq", "filter", "fields", "trace", "month", "/24", "0", ".", "+",
    ]

    private func check(_ source: String, _ context: String) {
        do throws(QueryError) {
            let query = try parse(source)
            let text = query.description
            guard (try? parse(text)) == query else {
                Issue.record("\(context): \(source) printed as \(text), which is not the same")
                return
            }
        } catch {
            let inside = (0...source.utf8.count).contains(error.position)
            #expect(inside && error.message.hasPrefix("cannot parse "), "\(context): \(source): \(error)")
            #expect(error.rendered(source: source).contains("^"), "\(context): \(source)")
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func randomPieces(batch: UInt64) {
        for seed in (batch * 5_000)..<((batch + 1) * 5_000) {
            var random = SeededRandom(seed: seed)
            check(random.list(0...20) { $0.pick(Self.pieces) }.joined(), "seed \(seed)")
        }
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func randomBytes(batch: UInt64) {
        for seed in (batch * 5_000)..<((batch + 1) * 5_000) {
            var random = SeededRandom(seed: seed)
            let ascii = random.oneIn(2)
            let bytes = random.list(0...40) { UInt8.random(in: ascii ? 0x20...0x7E : 0...255, using: &$0) }
            check(String(decoding: bytes, as: UTF8.self), "seed \(seed)")
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func mutatedQueries(batch: UInt64) {
        for seed in (batch * 2_500)..<((batch + 1) * 2_500) {
            var queries = RandomQuery(seed: seed)
            var bytes = Array(queries.query().description.utf8)
            var random = SeededRandom(seed: ~seed)
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            check(String(decoding: bytes, as: UTF8.self), "seed \(seed)")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = .random(in: 0...255, using: &random)
        case 2: bytes.insert(contentsOf: random.pick(Self.pieces).utf8, at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
    }

    /// Every prefix of a query is a query or an error, too.
    @Test func everyPrefix() {
        let source = """
            options(concurrency=2, allow_partial_response=true) \
            _time:[2023-01-29T09:20:29.5+01:00, now-1h] offset 1d level:(error or "wa\\"rn"* or ~`x.*`) size:range[1, 10KB) !i(Foo*) \
            k8s.*:(seq(a, "b c") or *d*) {app in ("x", y), z!~"q" or w=v} ip:ipv4_range(10.0.0.0/8) _time:day_range[08:00, 18:00) \
            u:in(options(time_offset=1h) v:contains_all(* | uniq by (w)) | fields u) l:len_range(0x1, inf) a:eq_field(b) \
            | stats by (a, _time:1d offset 2h) count() if (x:in(a, "b")) as n, quantile(0.5, d*) | sort by (n desc) offset 1 limit 2
            """
        for end in source.indices { check(String(source[..<end]), "prefix") }
        check(source, "whole")
    }
}
