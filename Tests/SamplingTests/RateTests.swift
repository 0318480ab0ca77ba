import Records
import TestSupport
import Testing

@testable import Sampling

/// Rates: what stays, and what it then stands for.
@Suite struct RateTests {
    private static func limit(_ rate: Double, burst: Double, keysMax: Int = 100) -> SamplingRule.RateLimit {
        SamplingRule.RateLimit(rowsPerSecond: rate, burst: burst, key: ["service"], keysMax: keysMax)
    }

    private static func candidate(_ second: Double, _ randomness: UInt64, _ charges: [(String, Double)]) -> RateChoice.Candidate {
        RateChoice.Candidate(
            time: Traffic.start + Int64(second * 1e9), randomness: randomness,
            charges: charges.map { (key: $0.0, rows: $0.1) })
    }

    @Test func theHighestStayAndTheFirstThatGoesIsTheThreshold() {
        var choice = RateChoice(Self.limit(1, burst: 3), RateBuckets())
        let candidates = [50, 10, 40, 30, 20].map { Self.candidate(0, $0, [("a", 1)]) }
        // Three tokens: 50, 40 and 30 stay, as they are above 20.
        #expect(choice.thresholds(candidates) == [21, nil, 21, 21, nil])
        // A second later there is one more.
        #expect(choice.thresholds([5, 7].map { Self.candidate(1, $0, [("a", 1)]) }) == [nil, 6])
        #expect(choice.thresholds([Self.candidate(1, 9, [("b", 1)])]) == [0], "another key has its own bucket")
    }

    @Test func aRequestStaysOnlyIfAllItsKeysHaveRoom() {
        var choice = RateChoice(Self.limit(1, burst: 2), RateBuckets())
        let candidates = [
            Self.candidate(0, 90, [("a", 2)]), Self.candidate(0, 80, [("a", 1), ("b", 1)]), Self.candidate(0, 70, [("b", 1)]),
        ]
        #expect(choice.thresholds(candidates) == [0, nil, 0], "the second alone would not have emptied the bucket of the first")
    }

    @Test func whatFindsItsBucketInDebtWaitsForALaterSlice() {
        var choice = RateChoice(Self.limit(1, burst: 1), RateBuckets())
        // The first takes five rows, so that nothing is left for four seconds.
        let candidates = [
            Self.candidate(0, 1, [("a", 5)]), Self.candidate(1, 40, [("a", 1)]), Self.candidate(2, 50, [("a", 1)]),
            Self.candidate(6, 30, [("a", 1)]), Self.candidate(6, 20, [("b", 1)]),
        ]
        #expect(choice.thresholds(candidates) == [0, nil, 41, nil, 0])
    }

    @Test func atTheEndOneOfEachKeyStaysInDebt() {
        var choice = RateChoice(Self.limit(1, burst: 1), RateBuckets())
        #expect(choice.thresholds([Self.candidate(0, 1, [("a", 50)]), Self.candidate(1, 9, [("a", 1)]), Self.candidate(2, 8, [("a", 1)])]) == [0, 9, nil])
        #expect(choice.thresholds([Self.candidate(3, 5, [("a", 1)]), Self.candidate(60, 7, [("a", 1)])]) == [nil, 6])
    }

    @Test func keysAreForgottenTheLeastUsedFirst() {
        var buckets = RateBuckets()
        let limit = Self.limit(0.001, burst: 1, keysMax: 2)
        func use(_ key: String) -> Double {
            let name = RateBuckets.Name(key: key, day: 1)
            var bucket = buckets.bucket(name, at: 0, limit)
            let tokens = bucket.tokens
            bucket.tokens -= 1
            buckets.set(name, bucket, keysMax: limit.keysMax)
            return tokens
        }
        #expect(use("a") == 1 && use("b") == 1 && use("a") == 0)
        #expect(use("c") == 1, "b goes")
        #expect(use("a") == -1 && use("b") == 1)
        #expect(buckets.count == 2)
    }

    @Test func aNewDayGoesOnWithTheBucketOfTheOneBefore() {
        var buckets = RateBuckets()
        let limit = Self.limit(1, burst: 10)
        let day: Int64 = 86_400_000_000_000
        var bucket = buckets.bucket(.init(key: "a", day: 4), at: 5 * day - 1_000_000_000, limit)
        bucket.tokens = 2
        buckets.set(.init(key: "a", day: 4), bucket, keysMax: 10)
        #expect(buckets.bucket(.init(key: "a", day: 5), at: 5 * day + 1_000_000_000, limit).tokens == 3)
        #expect(buckets.bucket(.init(key: "a", day: 9), at: 9 * day, limit).tokens == 10)
    }

    /// Over all of the traffic, for each key: no more rows than rate times time and burst, but for the last request's.
    @Test(arguments: 0..<3) func limitsHold(_: Int) throws {
        var random = SeededRandom.seeded()
        var options = Traffic.Options()
        options.seconds = 20
        var traffic = Traffic(options, seed: random.next())
        let rows = traffic.rows()
        let sampler = try Sampler(yaml: "    - {name: each, rate: {rows_per_second: 5, burst: 20}}")
        var kept: [String: Int] = [:]
        var sent: [String: Int] = [:]
        // In chunks of any size.
        var start = 0
        while start < rows.count {
            let part = Array(rows[start..<min(rows.count, start + 1 + random.below(20_000))])
            start += part.count
            let survey = try sampler.survey([try #require(RecordBatch(part).segment)], name: "\(start)")
            for (row, weight) in zip(part, try sampler.verdict(on: [survey]).weights[0]) {
                sent[row.service, default: 0] += 1
                if weight > 0 { kept[row.service, default: 0] += 1 }
            }
        }
        let allowed = (5.0 * Double(options.seconds + 1) + 20) * 1.02
        let requests = Dictionary(grouping: rows) { "\($0.service) \($0.traceID)" }
        for (service, rows) in kept {
            // The last request may take a bucket below zero, by its own rows.
            let largest = requests.values.filter { $0[0].service == service }.map(\.count).max() ?? 0
            #expect(Double(rows) <= allowed + Double(largest), "\(service)")
        }
        let noisy = try #require(kept[Traffic.noisyService])
        #expect(Double(noisy) > 5 * Double(options.seconds) * 0.8)
        #expect((sent[Traffic.noisyService] ?? 0) > 20 * noisy)
    }
}
