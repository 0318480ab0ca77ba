import Foundation
import TestSupport
import Testing

@testable import LogsQL

struct SavedQueryTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "queries")

    @Test func builtInQueriesAreTheFiles() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".logsql") }
        #expect(BuiltInQueries.files.map { $0.name + ".logsql" } == files.sorted(), "run scripts/embed-parsers")
        for (name, text) in BuiltInQueries.files {
            let onDisk = try String(contentsOf: Self.folder.appending(path: name + ".logsql"), encoding: .utf8)
            #expect(onDisk == text + "\n", "\(name) differs: run scripts/embed-parsers")
        }
        #expect(try SavedQuery.builtIn().allSatisfy { !$0.description.isEmpty })
    }

    private let example = """
        # Errors
        # of a service.
        #
        # param window (duration): how far back, default 1h
        # param service: the service; * for all, default *
        # param count (number): how many
        # param by (field): a field, default "odd name"
        _time:$window service:$service message:~"a$window$" # $nothing
        | stats by ($by) count() n | limit $count
        """

    @Test func parametersAreDescribed() throws {
        let query = try SavedQuery(name: "q", text: example)
        #expect(query.description == "Errors of a service.")
        #expect(query.parameters.map(\.name) == ["window", "service", "count", "by"])
        #expect(query.parameters.map(\.kind) == [.duration, .text, .number, .field])
        #expect(query.parameters.map(\.standard) == ["1h", "*", nil, "\"odd name\""])
        #expect(query.parameters[1].description == "the service; * for all")
    }

    @Test func valuesComeInTheirPlaces() throws {
        let query = try SavedQuery(name: "q", text: example)
        let filled = try parse(query.filled(["count": "5", "service": "front end", "window": "90m", "by": "level"]))
        #expect(
            filled.description
                == "_time:1h30m service:\"front end\" message:~\"a$window$\" | stats by (level) count(*) as n | limit 5")
        #expect(try parse(query.filled(["count": "1"])).description.hasPrefix("_time:1h service:* "))
    }

    @Test(arguments: [
        ([:], "@q needs count=…: how many"), (["count": "x"], "@q: 'x' is no number for count"),
        (["count": "1 | trace"], "@q: '1 | trace' is no number for count"),
        (["count": "1", "window": "soon"], "@q: 'soon' is no duration for window"),
        (["count": "1", "by": ""], "@q: '' is no field for by"),
        (["count": "1", "n": "2"], "@q has no parameter 'n'; it has window, service, count, by"),
        (["count": "-1"], "@q: cannot parse limit pipe"),
    ] as [([String: String], String)])
    func wrongValues(values: [String: String], message: String) throws {
        let query = try SavedQuery(name: "q", text: example)
        let error = #expect(throws: SavedQueryError.self) { try query.filled(values) }
        #expect(error?.description.hasPrefix(message) == true)
    }

    @Test(arguments: [
        ("# param a b\n*", "q, line 1: cannot read the parameter"), ("# x\n# param a (int): b\n$a", "q, line 2: unknown kind 'int'"),
        ("# param a: b\n# param a: c\n$a", "q, line 2: the parameter 'a' is there twice"),
        ("# param a: b\n*", "q: the parameter 'a' is nowhere in the query"), ("x:$a", "q: '$a' is no parameter"),
        ("* |", "@q: cannot parse pipe"), ("# param a (number): b, default x\nn:>$a", "@q: 'x' is no number for a"),
    ])
    func wrongFiles(text: String, message: String) {
        let error = #expect(throws: SavedQueryError.self) { try SavedQuery(name: "q", text: text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    /// Whatever a value is, it is one value.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func valuesCannotChangeTheQuery(batch: UInt64) throws {
        let query = try SavedQuery(name: "q", text: "# param v: value\n# param f (field): field\n$f:=$v x:$v | sort by ($f)")
        let pieces = ["\"", "'", "`", "\\", " ", "|", ")", "(", ":", "*", "#", "\n", "$v", "or", "a", "\u{0}", "é", "{", "=", "\u{2028}", "!"]
        for seed in (batch * 500)..<((batch + 1) * 500) {
            var random = SeededRandom(seed: seed)
            func text() -> String { (0..<Int.random(in: 1...6, using: &random)).map { _ in random.pick(pieces) }.joined() }
            let (value, field) = (text(), text())
            guard value != "*" else { continue }
            let parsed = try parse(query.filled(["v": value, "f": field]))
            #expect(
                parsed
                    == Query(
                        filter: .and([.exact(.init(field: field, value)), .phrase(.init(field: "x", value))]),
                        pipes: [.sort(.init(keys: [.init(field)]))]), "seed \(seed)")
        }
    }
}
