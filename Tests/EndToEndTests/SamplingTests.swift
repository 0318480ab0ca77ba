import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Sampling in a collector as users run it.
    @Suite struct SamplingTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func write(_ rules: String) throws -> String {
            let path = folder.file("lockstitch.yaml")
            try "sampling:\n  window: 1s\n  rules:\n\(rules)\n".write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        /// Four requests: one with an error in another service, one slow, two others of which one has the higher randomness.
        private static let lines = """
            {"trace_id":"0000000000000000aaffffffffffff01","service":"cart","seq":1}
            {"trace_id":"0000000000000000aaffffffffffff02","service":"cart","seq":2}
            {"trace_id":"0000000000000000aa00000000000003","service":"cart","seq":3}
            {"trace_id":"0000000000000000aa00000000000004","service":"cart","seq":4}
            {"trace_id":"0000000000000000aa00000000000003","service":"pay","level":"error","seq":5}
            {"trace_id":"0000000000000000aaffffffffffff01","service":"pay","duration_ns":3000000000,"seq":6}

            """

        @Test func requestsAreSampledWhole() async throws {
            let config = try write(
                """
                    - {name: errors, keep: {level: error}}
                    - {name: slow, keep: {duration_above: 2s}}
                    - {name: rest, probability: 50%}
                """)
            let collector = try CollectorProcess(folder: folder.file("data"), "--config", config, "--memtable-seconds", "1")
            try TCPConnection.sendAcknowledged(Self.lines, to: collector.tcp)
            #expect(try collector.count("*") == 6, "all rows are there at once")
            try collector.wait(until: "the chunk is settled") { try $0.query("_weight:*").count == 5 }
            let weights = try collector.query("* | sort by (seq)").map { ($0["seq"] as? Int, $0["_weight"] as? Double) }
            #expect(weights.map(\.0) == [1, 2, 3, 5, 6] && weights.map(\.1) == [1, 2, 1, 1, 1])
            let metrics = try String(contentsOf: collector.endpoint("/metrics"), encoding: .utf8)
            #expect(metrics.contains(#"lockstitch_sampling_requests_total{rule="rest",verdict="dropped"} 1"#))
            #expect(metrics.contains(#"lockstitch_sampling_dropped_rows_total{service="cart",rule="rest"} 1"#))
            #expect(collector.terminate() == 0)
        }

        @Test func rulesAreReadAgain() throws {
            let config = try write("    - {name: all, drop: {filter: '*'}}")
            let collector = try CollectorProcess(folder: folder.file("data"), "--config", config, "--memtable-seconds", "1")
            _ = try write("    - {name: all, keep: {filter: '*'}}")
            collector.hangUp()
            try TCPConnection.sendAcknowledged(Self.lines, to: collector.tcp)
            try collector.wait(until: "the chunk is settled") { try $0.query("_weight:=1").count == 6 }
            #expect(collector.terminate() == 0)
        }

        @Test func aWrongConfigurationIsRefused() throws {
            let config = try write("    - {name: all, dorp: {filter: '*'}}")
            for arguments in [["collect", "--data", folder.file("data"), "--config", config], ["sampling", "check", config]] {
                let result = try CommandResult.run(Project.lockstitch, arguments)
                #expect(result.status == 2)
                #expect(result.errors.contains("lockstitch.yaml:4: unknown key 'dorp' in a rule; known are name, keep, drop,"))
            }
        }

        @Test func explainsEachRequest() throws {
            let config = try write(
                """
                    - {name: errors, keep: {level: error}}
                    - {name: fourth, drop: {filter: 'seq:=4'}, scope: record}
                    - {name: rest, probability: 50%}
                """)
            let result = try CommandResult.run(
                Project.lockstitch, ["sampling", "explain", "--config", config, "--output", "json", "-"], input: Data(Self.lines.utf8))
            let requests = try result.output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(requests.map { $0["rule"] as? String } == ["rest", "rest", "errors", "rest"])
            #expect(requests.map { $0["rows"] as? Int } == [2, 1, 2, 1])
            #expect(requests.map { $0["kept_rows"] as? Int } == [2, 1, 2, 0])
            #expect(requests.map { $0["record"] as? Int } == [1, 2, 5, 4])
            #expect(requests.map { $0["weight"] as? Double } == [2, 2, 1, 0])
            #expect(requests[0]["randomness"] as? String == "ffffffffffff01")
            #expect(result.errors.contains("rest: kept 2 of 3 requests, 3 of 4 rows"))
            #expect(result.status == 0)
        }

        @Test func theExampleIsRight() throws {
            #expect(try CommandResult.run(Project.lockstitch, ["sampling", "check", Project.file("examples/lockstitch.yaml")]).status == 0)
        }
    }
}
