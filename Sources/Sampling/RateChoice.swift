import Records

/// Which requests stay within the rates of one rule.
///
/// Requests are taken in slices of a second of their records' time. In a slice they are taken by their randomness, the
/// highest first, as long as the buckets of all their keys have tokens; each row takes one. So it is the same requests that
/// stay wherever a rule is applied, as far as there is room, and each that stays can be given the probability with which it
/// did: that of being above the randomness at which its bucket would have been empty without it. (Bottom-k sampling with
/// rank conditioning: E. Cohen and H. Kaplan, "Summarizing data using bottom-k sketches", PODC 2007; priority sampling: N.
/// Duffield, C. Lund and M. Thorup, JACM 54(6), 2007.)
struct RateChoice {
    /// A request that the rule decides on.
    struct Candidate {
        /// Number of the request, for whoever asks.
        let number: Int
        let time: Int64
        let randomness: UInt64
        /// Rows by key.
        var charges: [(key: String, rows: Double)]
    }

    let limit: SamplingRule.RateLimit
    private(set) var buckets: RateBuckets

    init(_ limit: SamplingRule.RateLimit, _ buckets: RateBuckets) {
        self.limit = limit
        self.buckets = buckets
    }

    private static let slice: Int64 = 1_000_000_000

    /// For each candidate the threshold that it was above, nil for one that goes.
    mutating func thresholds(_ candidates: [Candidate]) -> [UInt64?] {
        var thresholds = [UInt64?](repeating: nil, count: candidates.count)
        let order = candidates.indices.sorted { candidates[$0].time < candidates[$1].time }
        var start = 0
        while start < order.count {
            let slice = Self.sliceNumber(candidates[order[start]].time)
            var end = start
            while end < order.count, Self.sliceNumber(candidates[order[end]].time) == slice { end += 1 }
            choose(order[start..<end], candidates, &thresholds)
            start = end
        }
        return thresholds
    }

    private static func sliceNumber(_ time: Int64) -> Int64 {
        let (number, rest) = time.quotientAndRemainder(dividingBy: slice)
        return rest < 0 ? number - 1 : number
    }

    /// A bucket in one slice.
    private struct Turn {
        var bucket: RateBuckets.Bucket
        let tokens: Double
        /// Randomness of the requests that are charged to it, falling, and the sum of their rows up to and with each.
        var randomness: [UInt64] = []
        var sums: [Double] = []

        mutating func add(_ randomness: UInt64, _ rows: Double) {
            self.randomness.append(randomness)
            sums.append((sums.last ?? 0) + rows)
        }

        /// Below what randomness one that takes `rows` would have gone: just that of the request with which all others would
        /// have taken all tokens. 0 if they would not.
        func threshold(without rows: Double) -> UInt64 {
            var (low, high) = (0, sums.count)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] - rows >= tokens { high = middle } else { low = middle + 1 }
            }
            return low < randomness.count ? randomness[low] + 1 : 0
        }
    }

    private mutating func choose(_ slice: ArraySlice<Int>, _ candidates: [Candidate], _ thresholds: inout [UInt64?]) {
        guard let first = slice.first else { return }
        let day = Timestamp.dayNumber(candidates[first].time)
        let end = (Self.sliceNumber(candidates[first].time) + 1).multipliedReportingOverflow(by: Self.slice).partialValue
        let byRandomness = slice.sorted { candidates[$0].randomness > candidates[$1].randomness }
        var turns: [String: Turn] = [:]
        for index in byRandomness {
            for (key, rows) in candidates[index].charges {
                if turns[key] == nil {
                    let bucket = buckets.bucket(RateBuckets.Name(key: key, day: day), at: end, limit)
                    turns[key] = Turn(bucket: bucket, tokens: bucket.tokens)
                }
                turns[key]?.add(candidates[index].randomness, rows)
            }
        }
        var kept: [Int] = []
        for index in byRandomness {
            let charges = candidates[index].charges
            guard charges.allSatisfy({ turns[$0.key].map { $0.bucket.tokens > 0 } ?? true }) else { continue }
            for (key, rows) in charges { turns[key]?.bucket.tokens -= rows }
            kept.append(index)
        }
        for index in kept {
            thresholds[index] = candidates[index].charges.reduce(0) { threshold, charge in
                max(threshold, turns[charge.key]?.threshold(without: charge.rows) ?? 0)
            }
        }
        for (key, turn) in turns.sorted(by: { $0.key < $1.key }) {
            buckets.set(RateBuckets.Name(key: key, day: day), turn.bucket, keysMax: limit.keysMax)
        }
    }

    /// Charges rows that stay whatever the buckets have, since an earlier decision says so.
    mutating func charge(_ charges: [(key: String, rows: Double)], at time: Int64) {
        let day = Timestamp.dayNumber(time)
        for (key, rows) in charges {
            let name = RateBuckets.Name(key: key, day: day)
            var bucket = buckets.bucket(name, at: time, limit)
            bucket.tokens -= rows
            buckets.set(name, bucket, keysMax: limit.keysMax)
        }
    }
}
