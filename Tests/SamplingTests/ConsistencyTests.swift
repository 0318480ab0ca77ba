import Catalog
import Records
import Stitching
import Storage
import TestSupport
import Testing

@testable import Sampling

/// No request is half kept: whatever the chunks, and whichever collector sees its records.
@Suite struct ConsistencyTests {
    private static let rules = """
            - {name: errors, keep: {level: error}}
            - {name: limited, rate: {rows_per_second: 300}, when: {service: noisy}}
            - {name: rest, probability: 20%}
        """

    /// Settles the rows in chunks of any size, some of them together, with the others hot.
    private func weights(_ rows: [Traffic.Row], _ sampler: Sampler, _ random: inout SeededRandom) throws -> [Double] {
        var chunks: [[Traffic.Row]] = []
        var start = 0
        while start < rows.count {
            let part = Array(rows[start..<min(rows.count, start + 1 + random.below(rows.count / 4))])
            chunks.append(part)
            start += part.count
        }
        let surveys = try chunks.enumerated().map { try sampler.survey([try #require(RecordBatch($1).segment)], name: "\($0)") }
        var decided: [UInt64: Double] = [:]
        var weights: [Double] = []
        var next = 0
        while next < surveys.count {
            let due = surveys[next..<min(surveys.count, next + 1 + random.below(3))]
            let verdict = try sampler.verdict(on: Array(due), among: Array(surveys[due.endIndex...])) { decided[$0] }
            verdict.whenSettled()
            for decision in verdict.decisions { decided[decision.idHash] = decision.weight }
            weights += verdict.weights.joined()
            next = due.endIndex
        }
        return weights
    }

    @Test(arguments: 0..<5) func noRequestIsHalfKeptAndNoErrorIsLost(_: Int) throws {
        var random = SeededRandom.seeded()
        var options = Traffic.Options()
        options.requestsPerSecond = 100
        options.services = 20
        options.noise = 20
        options.seconds = 5
        var traffic = Traffic(options, seed: random.next())
        let rows = traffic.rows()
        let weights = try weights(rows, Sampler(yaml: Self.rules), &random)
        var ofTrace: [String: Double] = [:]
        for (row, weight) in zip(rows, weights) {
            #expect(ofTrace[row.traceID].map { $0 == weight } ?? true)
            ofTrace[row.traceID] = weight
            if row.isError { #expect(weight == 1) }
        }
        #expect(ofTrace.values.contains(0) && ofTrace.values.contains { abs($0 - 5) < 1e-9 })
    }

    /// Each collector sees the records of some services, and nothing of the others.
    @Test(arguments: 0..<3) func collectorsThatSeeDifferentServicesAgree(_: Int) throws {
        var random = SeededRandom.seeded()
        var traffic = Traffic(seed: random.next())
        let rows = traffic.rows()
        let rules = "    - {name: rest, probability: 30%}"
        let (left, right) = (rows.filter { $0.service < "service-5" }, rows.filter { $0.service >= "service-5" })
        var ofTrace: [String: Double] = [:]
        for part in [left, right] {
            for (row, weight) in zip(part, try weights(part, Sampler(yaml: rules), &random)) {
                #expect(ofTrace[row.traceID].map { $0 == weight } ?? true)
                ofTrace[row.traceID] = weight
            }
        }
        let kept = Double(ofTrace.values.count { $0 > 0 }) / Double(ofTrace.count)
        #expect(abs(kept - 0.3) < 0.05)
    }
}
