/// The token buckets of one rule, by key and day of the records, the latest used ones.
struct RateBuckets {
    struct Name: Hashable {
        let key: String
        /// Days from 1970-01-01 UTC.
        let day: Int64
    }

    struct Bucket {
        var tokens: Double
        /// Of the records, in nanoseconds since 1970-01-01 UTC.
        var time: Int64
    }

    private var buckets: [Name: Bucket] = [:]
    /// When each was used last, and the names in that order; those that were used again stand there more than once.
    private var uses: [Name: Int] = [:]
    private var queue: [(name: Name, use: Int)] = []
    private var useCount = 0

    /// A bucket filled up to a time of the records. It starts with what that of the day before would have, or full. Time that
    /// goes back adds nothing.
    func bucket(_ name: Name, at time: Int64, _ limit: SamplingRule.RateLimit) -> Bucket {
        let start = name.day.multipliedReportingOverflow(by: 86_400_000_000_000).partialValue
        var bucket = buckets[name] ?? Bucket(tokens: limit.burst, time: time)
        if buckets[name] == nil, let before = buckets[Name(key: name.key, day: name.day - 1)] {
            bucket = Bucket(tokens: before.tokens, time: max(before.time, start))
        }
        let elapsed = max(0, time.subtractingReportingOverflow(bucket.time).partialValue)
        bucket.tokens = min(limit.burst, bucket.tokens + Double(elapsed) / 1e9 * limit.rowsPerSecond)
        bucket.time = max(bucket.time, time)
        return bucket
    }

    mutating func set(_ name: Name, _ bucket: Bucket, keysMax: Int) {
        buckets[name] = bucket
        useCount += 1
        uses[name] = useCount
        queue.append((name, useCount))
        forget(beyond: keysMax)
    }

    private mutating func forget(beyond keysMax: Int) {
        var next = 0
        while buckets.count > keysMax, next < queue.count {
            let (name, use) = queue[next]
            if uses[name] == use {
                buckets[name] = nil
                uses[name] = nil
            }
            next += 1
        }
        queue.removeFirst(next)
        // What was used again stands in the queue more than once.
        if queue.count > 4 * buckets.count + 16 { queue.removeAll { uses[$0.name] != $0.use } }
    }

    var count: Int { buckets.count }
}
