import Records

/// Which requests stay within the rates of one rule.
///
/// Requests are taken in slices of a second of their records' time. In a slice a request stays if, for each of its keys, the
/// requests of higher randomness take fewer rows than the bucket has tokens. So it is the same requests that stay wherever a
/// rule is applied, as far as there is room, and each that stays can be given the probability with which it did: that of
/// being above the randomness at which its bucket would have been empty without it. (Bottom-k sampling with rank
/// conditioning: E. Cohen and H. Kaplan, "Summarizing data using bottom-k sketches", PODC 2007; priority sampling: N.
/// Duffield, C. Lund and M. Thorup, JACM 54(6), 2007.) The last request may take a bucket below zero; until it is above
/// again, requests with its key wait for a later slice, since a probability of none could not be made good by any weight.
struct RateChoice {
    /// A request that the rule decides on.
    struct Candidate {
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
        // By a key of theirs that is in debt.
        var waiting: [String: [Int]] = [:]
        var start = 0
        var end = Int64.min
        while start < order.count {
            let slice = Self.sliceNumber(candidates[order[start]].time)
            end = (slice + 1).multipliedReportingOverflow(by: Self.slice).partialValue
            var active = takeFree(&waiting, at: end)
            while start < order.count, Self.sliceNumber(candidates[order[start]].time) == slice {
                active.append(order[start])
                start += 1
            }
            choose(active, candidates, &thresholds, at: end, waiting: &waiting)
        }
        // There is no later slice: one of each key stays in any case, which its bucket has to make up for.
        choose(waiting.sorted { $0.key < $1.key }.flatMap(\.value), candidates, &thresholds, at: end)
        return thresholds
    }

    private static func sliceNumber(_ time: Int64) -> Int64 {
        let (number, rest) = time.quotientAndRemainder(dividingBy: slice)
        return rest < 0 ? number - 1 : number
    }

    /// Those that waited for keys that are not in debt any more.
    private mutating func takeFree(_ waiting: inout [String: [Int]], at time: Int64) -> [Int] {
        var free: [Int] = []
        for key in waiting.keys.sorted() where bucket(key, at: time).tokens > 0 { free += waiting.removeValue(forKey: key) ?? [] }
        return free
    }

    private func bucket(_ key: String, at time: Int64) -> RateBuckets.Bucket { buckets.bucket(name(key, time), at: time, limit) }

    private func name(_ key: String, _ time: Int64) -> RateBuckets.Name { RateBuckets.Name(key: key, day: Timestamp.dayNumber(time)) }

    /// A bucket in one slice.
    private struct Turn {
        var bucket: RateBuckets.Bucket
        let tokens: Double
        /// Randomness of the requests that have its key, falling, and the sum of their rows up to and with each.
        var randomness: [UInt64] = []
        var sums: [Double] = []

        init(_ bucket: RateBuckets.Bucket) {
            self.bucket = bucket
            tokens = max(bucket.tokens, .leastNormalMagnitude)
        }

        /// Takes note of the next request; returns whether the bucket has room for it.
        mutating func add(_ randomness: UInt64, _ rows: Double) -> Bool {
            let before = sums.last ?? 0
            self.randomness.append(randomness)
            sums.append(before + rows)
            return before < tokens
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

    private mutating func choose(
        _ candidates: [Int], _ all: [Candidate], _ thresholds: inout [UInt64?], at time: Int64, waiting: inout [String: [Int]]
    ) {
        var active: [Int] = []
        var isFree: [String: Bool] = [:]
        for index in candidates {
            let debtor = all[index].charges.first { key, _ in
                let free = isFree[key] ?? (bucket(key, at: time).tokens > 0)
                isFree[key] = free
                return !free
            }
            if let debtor { waiting[debtor.key, default: []].append(index) } else { active.append(index) }
        }
        choose(active, all, &thresholds, at: time)
    }

    private mutating func choose(_ active: [Int], _ all: [Candidate], _ thresholds: inout [UInt64?], at time: Int64) {
        var turns: [String: Turn] = [:]
        var kept: [Int] = []
        for index in active.sorted(by: { all[$0].randomness > all[$1].randomness }) {
            var hasRoom = true
            for (key, rows) in all[index].charges {
                if turns[key] == nil { turns[key] = Turn(bucket(key, at: time)) }
                let fits = turns[key]?.add(all[index].randomness, rows) ?? true
                hasRoom = hasRoom && fits
            }
            if hasRoom { kept.append(index) }
        }
        for index in kept {
            thresholds[index] = all[index].charges.reduce(0) { threshold, charge in
                max(threshold, turns[charge.key]?.threshold(without: charge.rows) ?? 0)
            }
            for (key, rows) in all[index].charges { turns[key]?.bucket.tokens -= rows }
        }
        for (key, turn) in turns.sorted(by: { $0.key < $1.key }) { buckets.set(name(key, time), turn.bucket, keysMax: limit.keysMax) }
    }

    /// Charges rows that stay whatever the buckets have, since an earlier decision says so.
    mutating func charge(_ charges: [(key: String, rows: Double)], at time: Int64) {
        for (key, rows) in charges {
            var bucket = bucket(key, at: time)
            bucket.tokens -= rows
            buckets.set(name(key, time), bucket, keysMax: limit.keysMax)
        }
    }
}
