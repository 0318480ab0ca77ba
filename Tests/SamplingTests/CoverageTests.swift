import Foundation
import Records
import TestSupport
import Testing

@testable import Sampling

/// Estimates from what sampling leaves are honest: the truth lies inside the 95 % interval as often as that says.
@Suite struct CoverageTests {
    private static let runs = ProcessInfo.processInfo.environment["LOCKSTITCH_SAMPLING_RUNS"].flatMap { Int($0) } ?? 60

    @Test(arguments: [
        "    - {name: tenth, probability: 10%}",
        "    - {name: limited, rate: {rows_per_second: 60, burst: 60}}",
        "    - {name: errors, keep: {level: error}}\n    - {name: rest, probability: 5%}",
        "    - {name: errors, probability: 50%, when: {level: error}}\n    - {name: limited, rate: {rows_per_second: 100, key: [none]}}",
    ])
    func theTruthLiesInTheInterval(rules: String) throws {
        var options = Traffic.Options()
        options.services = 5
        options.requestsPerSecond = 150
        options.noise = 3
        options.seconds = 10
        options.errorsPerMille = 100
        var (counts, errors) = (0, 0)
        for run in 0..<Self.runs {
            var traffic = Traffic(options, seed: UInt64(run))
            let rows = traffic.rows()
            let sampler = try Sampler(yaml: rules)
            let survey = try sampler.survey([try #require(RecordBatch(rows).segment)], name: "run \(run)")
            let estimate = Estimate(rows, try sampler.verdict(on: [survey]).weights[0])
            if estimate.countHolds(Double(rows.count)) { counts += 1 }
            if estimate.rateHolds(Double(rows.count(where: \.isError)) / Double(rows.count)) { errors += 1 }
        }
        // Of a few runs it may be fewer by chance.
        let least = Self.runs >= 1_000 ? 93 : 88
        #expect(counts * 100 >= least * Self.runs, "counts: \(counts) of \(Self.runs)")
        #expect(errors * 100 >= least * Self.runs, "error rates: \(errors) of \(Self.runs)")
    }
}

/// Horvitz-Thompson over requests.
private struct Estimate {
    private var clusters: [String: (weight: Double, rows: Double, errors: Double)] = [:]

    init(_ rows: [Traffic.Row], _ weights: [Double]) {
        for (row, weight) in zip(rows, weights) where weight > 0 {
            let cluster = clusters[row.traceID] ?? (weight, 0, 0)
            #expect(cluster.weight == weight, "one request, one weight")
            clusters[row.traceID] = (weight, cluster.rows + 1, cluster.errors + (row.isError ? 1 : 0))
        }
    }

    private func sum(_ value: ((weight: Double, rows: Double, errors: Double)) -> Double) -> Double {
        clusters.values.reduce(0) { $0 + value($1) }
    }

    func countHolds(_ truth: Double) -> Bool {
        let count = sum { $0.weight * $0.rows }
        let error = sum { $0.weight * ($0.weight - 1) * $0.rows * $0.rows }.squareRoot()
        return abs(count - truth) <= 1.96 * error + 1e-6 * truth
    }

    func rateHolds(_ truth: Double) -> Bool {
        let count = sum { $0.weight * $0.rows }
        let rate = sum { $0.weight * $0.errors } / count
        let error = sum { cluster in
            let residual = cluster.errors - rate * cluster.rows
            return cluster.weight * (cluster.weight - 1) * residual * residual
        }.squareRoot() / count
        return abs(rate - truth) <= 1.96 * error + 1e-9
    }
}
