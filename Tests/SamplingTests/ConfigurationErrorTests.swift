import Collector
import ConfigurationFiles
import Storage
import Testing

@testable import Sampling

/// What a configuration is refused for, with file and line.
@Suite struct ConfigurationErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let yaml: String
        let line: Int
        let reason: String
        var testDescription: String { reason }
    }

    private static let cases = [
        Case(yaml: "smapling:\n  rules: []", line: 1, reason: "unknown key 'smapling' in the configuration; known are sampling, stitching"),
        Case(yaml: "sampling:\n  window: soon", line: 2, reason: "window must be a duration from 1s to 86400s, such as 10m"),
        Case(yaml: "sampling:\n  disk: 1KB", line: 2, reason: "disk must be a size from 1MiB to 16384GiB"),
        Case(
            yaml: "sampling:\n  rules:\n    - keep: {level: error}", line: 3, reason: "the key 'name' is missing"),
        Case(
            yaml: "sampling:\n  rules:\n    - {name: a, keep: {level: error}, drop: {level: error}}", line: 3,
            reason: "a rule has one of keep, drop, rate, probability"),
        Case(
            yaml: "sampling:\n  rules:\n    - name: a\n      keep: {levl: error}", line: 4,
            reason: "unknown key 'levl' in keep; known are level, level_below, duration_above, service, id, where, filter"),
        Case(
            yaml: "sampling:\n  rules:\n    - name: a\n      keep: {level: loud}", line: 4,
            reason: "'loud' is no level; levels are trace, debug, info, notice, warn, error, critical, alert, fatal, emergency"),
        Case(
            yaml: "sampling:\n  rules:\n    - name: a\n      probability: 0", line: 4,
            reason: "probability must be above 0 and up to 1, such as 0.1 or 10%; use drop to keep none"),
        Case(
            yaml: "sampling:\n  rules:\n    - name: a\n      rate: {rows_per_second: -1}", line: 4,
            reason: "rows_per_second must be a number above 0"),
        Case(
            yaml: "sampling:\n  rules:\n    - name: a\n      rate: {burst: 3}", line: 4,
            reason: "the key 'rows_per_second' is missing"),
        Case(
            yaml: "sampling:\n  rules:\n    - {name: a, probability: 1}\n    - {name: a, probability: 1}", line: 4,
            reason: "two rules are named 'a'"),
        Case(
            yaml: "sampling:\n  rules:\n    - {name: a, probability: 1, scope: record}", line: 3,
            reason: "only 'drop' may have the scope 'record'"),
        Case(
            yaml: "sampling:\n  rules:\n    - {name: a, drop: {level: error}, when: {service: x}}", line: 3,
            reason: "'when' is for rate and probability; 'drop' has the condition itself"),
        Case(
            yaml: "sampling:\n  rules:\n    - {name: No Name, probability: 1}", line: 3,
            reason: "the name of a rule is made of a to z, digits, '-', '_' and '.', 64 at most, not 'No Name'"),
        Case(
            yaml: "sampling:\n  rules:\n    - name: a\n      drop:\n        filter: 'level:(error'", line: 5,
            reason: "cannot parse group: the query ends here\n  level:(error\n              ^\n  expected ')'"),
    ]

    @Test(arguments: cases) func refuses(_ wrong: Case) throws {
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile(yaml: wrong.yaml, file: "lockstitch.yaml") }
        #expect(error == ConfigurationError(file: "lockstitch.yaml", line: wrong.line, reason: wrong.reason))
    }

    @Test func readsAll() throws {
        let file = try ConfigurationFile(
            yaml: """
                sampling:
                  window: 2m
                  disk: 1GiB
                  memory: 64MiB
                  decisions: 1000
                  rules:
                    - {name: errors, keep: {level: error, service: [a, b]}}
                    - name: noisy
                      rate: {rows_per_second: 100.5, burst: 7, key: [service, tenant], keys_max: 50}
                      when: {service: noisy}
                      flag: limit-noisy
                    - {name: rest, probability: 12.5%}
                """, file: "lockstitch.yaml")
        let sampling = try #require(file.sampling)
        #expect(sampling.window == HotWindow(age: 120_000_000_000, bytesMax: 1 << 30, surveyBytesMax: 64 << 20, decisionsMax: 1_000))
        #expect(sampling.rules.map(\.name) == ["errors", "noisy", "rest"] && sampling.rules[1].flag == "limit-noisy")
        #expect(sampling.rules[1].action == .rate(.init(rowsPerSecond: 100.5, burst: 7, key: ["service", "tenant"], keysMax: 50)))
        #expect(sampling.rules[2].action == .probability(0.125))
        #expect(try ConfigurationFile(yaml: "sampling: {rules: []}", file: "f").sampling == nil)
    }
}
