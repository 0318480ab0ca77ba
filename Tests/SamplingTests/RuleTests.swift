import Records
import Storage
import Testing

@testable import Sampling

/// What rules make of requests.
@Suite struct RuleTests {
    private static let high = traceID(0xff_ffff_ffff_fff0)
    private static let low = traceID(0x10)

    @Test func theFirstRuleThatARecordMatchesDecidesOnTheRequest() throws {
        let sampler = try Sampler(
            yaml: """
                    - {name: errors, keep: {level: error}}
                    - {name: slow, keep: {duration_above: 2s}}
                    - {name: rest, drop: {filter: '*'}}
                """)
        let lines = """
            {"trace_id":"a1","level":"info"}
            {"trace_id":"a2","level":"info"}
            {"trace_id":"a3","level":"info"}
            {"trace_id":"a1","level":"ERROR"}
            {"trace_id":"a3","duration_ns":2000000001}
            {"trace_id":"a2","duration_ns":2000000000}
            """
        #expect(try sampler.weights([lines]) == [[1, 0, 1, 1, 1, 0]])
    }

    @Test(arguments: [
        ("level: warn", #"{"level":"Warning"}"#, true), ("level: warn", #"{"level":"notice"}"#, false),
        ("level: warn", #"{"level":"FATAL"}"#, true), ("level_below: info", #"{"level":"DBG"}"#, true),
        ("level_below: info", #"{"level":"info"}"#, false), ("level_below: info", #"{"level":"odd"}"#, false),
        ("service: [a, b]", #"{"service":"b"}"#, true), ("service: a", #"{"service":"ab"}"#, false),
        ("id: [Req-7]", #"{"request_id":"REQ-7"}"#, true), ("id: Req-7", #"{"request_id":"req-77"}"#, false),
        ("where: {status: [500, 503], method: GET}", #"{"status":503,"method":"GET"}"#, true),
        ("where: {status: [500, 503], method: GET}", #"{"status":503,"method":"PUT"}"#, false),
        ("filter: 'status:>499 !path:=\"/health\"'", #"{"status":500,"path":"/x"}"#, true),
        ("filter: 'status:>499 !path:=\"/health\"'", #"{"status":500,"path":"/health"}"#, false),
        ("service: a, level: error", #"{"service":"a","level":"error"}"#, true),
        ("service: a, level: error", #"{"service":"a","level":"info"}"#, false),
    ])
    func conditions(condition: String, line: String, matches: Bool) throws {
        let sampler = try Sampler(yaml: "    - {name: it, drop: {\(condition)}}")
        #expect(try sampler.weights([line]) == [[matches ? 0 : 1]])
    }

    @Test func probabilityGoesByTheTraceID() throws {
        let sampler = try Sampler(yaml: "    - {name: half, probability: 50%}")
        let below = traceID(0x7f_ffff_ffff_ffff)
        let at = traceID(0x80_0000_0000_0000)
        let lines = [below, at].map { #"{"trace_id":"\#($0)"}"# }.joined(separator: "\n")
        #expect(try sampler.weights([lines]) == [[0, 2]])
    }

    @Test func explicitRandomnessAndAnEarlierThresholdCount() throws {
        let sampler = try Sampler(yaml: "    - {name: half, probability: 0.5}")
        let lines = """
            {"trace_id":"\(Self.low)","tracestate":"ot=rv:80000000000000"}
            {"trace_id":"\(traceID(0xd0_0000_0000_0000))","tracestate":"ot=th:c"}
            {"trace_id":"\(traceID(0x90_0000_0000_0000))","tracestate":"ot=th:c"}
            {"trace_id":"\(Self.high)","_weight":3}
            """
        // The third is below the threshold that its sender says it was above, so it cannot have been sampled by that.
        #expect(try sampler.weights([lines]) == [[2, 4, 0, 6]])
    }

    @Test func aRuleAboutRecordsTakesJustThese() throws {
        let sampler = try Sampler(
            yaml: """
                    - {name: vip, keep: {service: vip}}
                    - {name: debug, drop: {level_below: info}, scope: record}
                    - {name: gone, drop: {service: gone}}
                """)
        let lines = """
            {"trace_id":"a1","level":"debug"}
            {"trace_id":"a1","level":"info"}
            {"trace_id":"a2","level":"debug"}
            {"trace_id":"a2","level":"info","service":"vip"}
            {"level":"debug"}
            {"trace_id":"a3","level":"info","service":"gone"}
            """
        #expect(try sampler.weights([lines]) == [[0, 1, 1, 1, 0, 0]])
    }

    @Test func idsJoinAndHubsDoNot() throws {
        let sampler = try Sampler(yaml: "    - {name: errors, keep: {level: error}}\n    - {name: rest, drop: {filter: '*'}}")
        let joined = """
            {"trace_id":"a1"}
            {"request_id":"r1"}
            {"request_id":"r1","correlation_id":"c1"}
            {"correlation_id":"C1","trace_id":"a1","level":"error"}
            """
        #expect(try sampler.weights([joined]) == [[1, 1, 1, 1]])
        let hub = (0..<60).map { #"{"trace_id":"a\#($0)","correlation_id":"tenant","level":"\#($0 == 7 ? "error" : "info")"}"# }
        #expect(try sampler.weights([hub.joined(separator: "\n")]) == [(0..<60).map { $0 == 7 ? 1 : 0 }])
    }

    @Test func whatStandsInOtherChunksOrInMemoryDecidesToo() throws {
        let sampler = try Sampler(yaml: "    - {name: errors, keep: {level: error}}\n    - {name: rest, drop: {filter: '*'}}")
        let due = try sampler.survey([segment(#"{"trace_id":"a1"}"# + "\n" + #"{"trace_id":"a2"}"# + "\n" + #"{"request_id":"r3"}"#)], name: "due")
        let later = try sampler.survey(
            [segment(#"{"trace_id":"a2","level":"error"}"#), segment(#"{"trace_id":"a3","request_id":"r3"}"# + "\n" + #"{"trace_id":"a3","level":"error"}"#)],
            name: "later")
        let verdict = try sampler.verdict(on: [due], among: [later])
        #expect(verdict.weights == [[0, 1, 1]])
        // Ids that only other chunks have are decided on as well, so that their rows follow.
        #expect(verdict.decisions.count == 4)
    }

    @Test func laterRowsFollowTheDecision() throws {
        let sampler = try Sampler(yaml: "    - {name: errors, keep: {level: error}}\n    - {name: rest, drop: {filter: '*'}}")
        let lines = """
            {"trace_id":"a1","level":"error"}
            {"trace_id":"a2"}
            {"trace_id":"a3","request_id":"r3"}
            """
        #expect(try sampler.weights([lines], decided: ["a1": 0, "a2": 4, "a3": 0, "r3": 7]) == [[0, 4, 7]])
    }

    @Test func flagsSwitchRules() throws {
        let rules = "    - {name: first, drop: {filter: '*'}, flag: f}\n    - {name: second, probability: 0.5}"
        let lines = [Self.low, Self.high].map { #"{"trace_id":"\#($0)"}"# }.joined(separator: "\n")
        #expect(try Sampler(yaml: rules).weights([lines]) == [[0, 0]])
        #expect(try Sampler(yaml: rules) { flag, _ in flag != "f" }.weights([lines]) == [[0, 2]])
        #expect(try Sampler(yaml: rules) { flag, _ in flag == "sampling" }.weights([lines]) == [[1, 1]], "every rule has a flag")
        #expect(try Sampler(yaml: rules) { flag, _ in flag != "sampling" }.weights([lines]) == [[1, 1]], "the kill switch")
        #expect(try Sampler(yaml: rules) { flag, randomness in flag != "f" || randomness < 100 }.weights([lines]) == [[0, 2]])
    }

    @Test func countsWhatItDecides() throws {
        let state = SamplerState()
        let sampler = try Sampler(
            yaml: """
                    - {name: errors, keep: {level: error}}
                    - {name: debug, drop: {level: trace, filter: 'level:=debug'}, scope: record}
                    - {name: noisy, drop: {service: noisy}}
                """, state: state)
        let lines = """
            {"trace_id":"a1","level":"error","service":"cart"}
            {"trace_id":"a1","level":"info","service":"cart"}
            {"trace_id":"a2","level":"info","service":"noisy"}
            {"trace_id":"a2","level":"info","service":"cart"}
            {"trace_id":"a3","level":"debug","service":"cart"}
            {"level":"info"}
            """
        _ = try sampler.weights([lines])
        let metrics = state.metrics.current
        #expect(metrics.rules["errors"] == .init(keptRequests: 1, droppedRequests: 0, keptRows: 2, droppedRows: 0))
        #expect(metrics.rules["noisy"] == .init(keptRequests: 0, droppedRequests: 1, keptRows: 0, droppedRows: 2))
        #expect(metrics.rules["debug"] == .init(keptRequests: 0, droppedRequests: 0, keptRows: 0, droppedRows: 1))
        #expect(metrics.rules[SamplingMetrics.noRule] == .init(keptRequests: 2, droppedRequests: 0, keptRows: 1, droppedRows: 0))
        #expect(metrics.droppedRows == ["noisy": ["noisy": 1], "cart": ["noisy": 1, "debug": 1]])
    }
}
