import LogsQL
import Testing

struct NeededFieldsTests {
    /// Nil for every field; a trailing `*` is a prefix.
    @Test(arguments: [
        ("*", nil), ("error", nil), ("* | limit 5", nil), ("* | fields *", nil), ("* | trace | fields a", nil),
        ("* | fields a, b", ["a", "b"]),
        ("level:error x | fields a", ["_msg", "a", "level"]),
        ("* | fields a, k8s.* | fields k8s.pod, z", ["k8s.pod"]),
        ("* | fields k8s.pod* | fields k8s.*", ["k8s.pod*"]),
        ("* | sort by (n) | fields a", ["a", "n"]),
        ("* | fields a | filter b:x", ["a"]),
        ("* | filter b:x | fields a", ["a", "b"]),
        ("_time:5m | count()", ["_time"]),
        ("_time:5m | count() | limit 5", ["_time"]),
        ("* | stats by (s, _time:5m) sum(x), count() if (level:error or y)", ["_msg", "_time", "level", "s", "x"]),
        ("* | stats by (s) count(a, b*) n | sort by (n)", ["a", "b*", "s"]),
        ("* | stats by (s) share(level:error y) if (z:*)", ["_msg", "level", "s", "z"]),
        ("* | stats sum(*)", nil),
        ("* | uniq by (a, b)", ["a", "b"]),
        ("a*:x b:eq_field(c) {d=e or f in (g)} | count()", ["a*", "b", "c", "d", "f"]),
        ("*:x | count()", nil),
        ("a:in(b | fields c) | count()", ["a"]),
        ("_time:day_range[08:00, 18:00] _stream_id:x | count()", ["_stream_id", "_time"]),
        ("a:>5 (b:in(x) or !c:~y) range(1, 2) | count()", ["_msg", "a", "b", "c"]),
    ] as [(String, [String]?)])
    func needed(source: String, names: [String]?) throws {
        let needed = try parse(source).neededFields
        guard let names else {
            #expect(needed == .all)
            return
        }
        let patterns = names.map { $0.hasSuffix("*") ? FieldPattern.prefix(String($0.dropLast())) : .name($0) }
        #expect(needed == .only(Set(patterns)))
    }

    @Test func containsByPattern() throws {
        let needed = try parse("* | fields a, k8s.*").neededFields
        #expect(["a", "k8s.", "k8s.pod"].allSatisfy(needed.contains))
        #expect(!["b", "k8s", "aa"].contains(where: needed.contains))
    }
}
