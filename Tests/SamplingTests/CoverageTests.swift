import Foundation
import LogsQL
import QueryEngine
import Records
import Storage
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
            let answer = try Self.answer(rows, try sampler.verdict(on: [survey]).weights[0])
            if answer.holds("n", Double(rows.count)) { counts += 1 }
            if answer.holds("e", Double(rows.count(where: \.isError)) / Double(rows.count)) { errors += 1 }
        }
        // Of a few runs it may be fewer by chance.
        let least = Self.runs >= 1_000 ? 93 : 88
        #expect(counts * 100 >= least * Self.runs, "counts: \(counts) of \(Self.runs)")
        #expect(errors * 100 >= least * Self.runs, "error rates: \(errors) of \(Self.runs)")
    }

    /// What a query says of the rows that stay.
    private static func answer(_ rows: [Traffic.Row], _ weights: [Double]) throws -> Record {
        let kept = zip(rows, weights).filter { $0.1 > 0 }
        var ofTrace: [String: Double] = [:]
        for (row, weight) in kept {
            #expect(ofTrace[row.traceID].map { $0 == weight } ?? true, "one request, one weight")
            ofTrace[row.traceID] = weight
        }
        let batch = RecordBatch(kept.map(\.0))
        let texts = kept.map { Array(NumberText.shortest($0.1).utf8) }
        var ends: [UInt32] = []
        for text in texts { ends.append((ends.last ?? 0) + UInt32(text.count)) }
        let column = TextColumn(name: FieldNames.weight, kinds: .number, bytes: Array(texts.joined()), ends: ends, rows: nil)
        let segment = try #require(RecordBatch(times: batch.times, columns: batch.columns + [column]).segment)
        let snapshot = Snapshot(segments: { _ in [segment] }, lookup: { _ in [] })
        let query = try LogsQL.parse("* | stats count() n, share(level:=error) e")
        return try #require(try QueryEngine().records(query, over: snapshot, now: 0).first)
    }
}

extension Record {
    /// Whether a result is the truth, or the interval that it comes with has it.
    fileprivate func holds(_ name: String, _ truth: Double) -> Bool {
        func number(_ field: String) -> Double? { text(field).flatMap { Double($0) } }
        guard let low = number("\(name)_low"), let high = number("\(name)_high") else {
            return number(name).map { abs($0 - truth) <= 1e-9 * truth } ?? false
        }
        return low - 1e-9 * truth <= truth && truth <= high + 1e-9 * truth
    }
}
