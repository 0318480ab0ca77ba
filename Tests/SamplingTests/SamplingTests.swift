import Records
import Sampling
import TestSupport
import Testing

@Suite struct TokenBucketTests {
    @Test func startsFullAndFillsAtItsRate() {
        var bucket = TokenBucket(rate: 10, burst: 5, now: 0)
        #expect(bucket.take(8, now: 0) == 5)
        #expect(bucket.take(1, now: 50_000_000) == 0)
        #expect(bucket.take(1, now: 100_000_000) == 1)
        #expect(bucket.take(100, now: 3_600_000_000_000) == 5, "no more than the burst")
    }

    @Test func aClockThatGoesBackAddsNothing() {
        var bucket = TokenBucket(rate: 1, burst: 1, now: 10_000_000_000)
        #expect(bucket.take(1, now: 10_000_000_000) == 1)
        #expect(bucket.take(1, now: 0) == 0)
        #expect(bucket.take(1, now: 10_500_000_000) == 0)
        #expect(bucket.take(1, now: 11_000_000_000) == 1)
    }

    @Test(arguments: [1e18, 1e19, .greatestFiniteMagnitude]) func holdsAnyNumberOfTokens(rate: Double) {
        var bucket = TokenBucket(rate: rate, burst: rate * 10, now: 0)
        #expect(bucket.take(3, now: 0) == 3)
        #expect(bucket.take(.max, now: 1_000_000_000) > 0)
        #expect(bucket.take(3, now: 2_000_000_000) == 3)
    }

    @Test(arguments: [UInt64(1), 2, 3]) func neverPassesMoreThanBurstAndRate(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bucket = TokenBucket(rate: 100, burst: 20, now: 0)
        var now: Int64 = 0
        var taken = 0
        for _ in 0..<10_000 {
            now += Int64.random(in: 0..<20_000_000, using: &random)
            taken += bucket.take(Int.random(in: 0..<5, using: &random), now: now)
            #expect(Double(taken) <= 20 + Double(now) / 1e9 * 100 + 1e-6, "seed \(seed)")
        }
        #expect(Double(taken) > Double(now) / 1e9 * 100 * 0.9, "seed \(seed): demand was above the rate")
    }
}

@Suite struct ServiceRateLimiterTests {
    private func batch(_ services: [String?]) -> RecordBatch {
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var rows: [UInt32] = []
        for (row, service) in services.enumerated() {
            guard let service else { continue }
            bytes += Array(service.utf8)
            ends.append(UInt32(bytes.count))
            rows.append(UInt32(row))
        }
        let column = TextColumn(
            name: FieldNames.service, kinds: .string, bytes: bytes, ends: ends,
            rows: rows.count == services.count ? nil : rows)
        return RecordBatch(times: Array(0..<Int64(services.count)), columns: [column])
    }

    @Test func passesEverythingWithoutALimit() {
        var limiter = ServiceRateLimiter(rowsPerSecond: nil, burst: 1, clock: ManualClock())
        let all = batch(["a", "a", nil])
        let (kept, refused) = limiter.admit(all)
        #expect(kept == all)
        #expect(refused.isEmpty)
    }

    @Test func limitsEachServiceAlone() {
        let clock = ManualClock()
        var limiter = ServiceRateLimiter(rowsPerSecond: 1, burst: 2, clock: clock)
        let (kept, refused) = limiter.admit(batch(["a", "b", "a", nil, "a", "a", nil, nil]))
        #expect(kept.times == [0, 1, 2, 3, 6])
        #expect(refused == ["a": 2, "": 1])
        clock.advance(seconds: 1)
        let (later, refusedLater) = limiter.admit(batch(["a", "a", "b", "b"]))
        #expect(later.times == [0, 2, 3])
        #expect(refusedLater == ["a": 1])
    }

    @Test func servicesBeyondTheLimitShareABucket() {
        var limiter = ServiceRateLimiter(rowsPerSecond: 1, burst: 1, clock: ManualClock())
        _ = limiter.admit(batch((0..<Limits.serviceBucketsMax).map { "service-\($0)" }))
        let (kept, refused) = limiter.admit(batch(["new-1", "new-2"]))
        #expect(kept.times == [0])
        #expect(refused == [ServiceRateLimiter.overflow: 1])
    }
}
