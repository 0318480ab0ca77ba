import Catalog
import Collector
import Parsing
import Records
import Stitching
import Storage
import Testing

@testable import Sampling

extension Sampler {
    /// By the rules in YAML, indented as in a file.
    init(yaml: String, state: SamplerState = SamplerState(), isOn: @escaping @Sendable (String, UInt64) -> Bool = { _, _ in true }) throws {
        let file = try ConfigurationFile(yaml: "sampling:\n  rules:\n" + yaml, file: "test.yaml")
        self.init(try #require(file.sampling), state: state, isOn: isOn)
    }

    /// The weights of the rows of each chunk, all of which are due.
    func weights(_ chunks: [String], decided: [String: Double] = [:]) throws -> [[Double]] {
        try verdict(on: chunks.enumerated().map { try survey([segment($1)], name: "chunk \($0)") }, decided: decided).weights
    }

    func verdict(
        on due: [any SampleSurvey], among others: [any SampleSurvey] = [], decided: [String: Double] = [:]
    ) throws -> SampleVerdict {
        let hashes = Dictionary(uniqueKeysWithValues: decided.map { (CorrelationIDs.hash($0.key), $0.value) })
        let verdict = try verdict(on: due, among: others) { hashes[$0] }
        verdict.whenSettled()
        return verdict
    }
}

func segment(_ lines: String) throws -> any Segment {
    var parser = LineParser()
    _ = parser.parse(Array(lines.utf8), receivedAt: 1_700_000_000_000_000_000)
    return try #require(parser.takeBatch().segment)
}

/// A trace id whose last 56 bits are a number.
func traceID(_ randomness: UInt64) -> String {
    let text = String(randomness, radix: 16)
    return "00000000000000000a" + String(repeating: "0", count: 14 - text.count) + text
}
