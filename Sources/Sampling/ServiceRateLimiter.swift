public import Records
public import SystemIO

/// The door limit: a token bucket for each service, so that one that floods takes nothing from the others.
public struct ServiceRateLimiter {
    /// The name under which rows are counted whose service has no bucket of its own.
    public static let overflow = "(other)"

    private let rowsPerSecond: Double?
    private let burst: Double
    private let clock: any WallClock
    private var buckets: [String: TokenBucket] = [:]

    /// - Parameters:
    ///   - rowsPerSecond: for each service; nil lets all pass.
    ///   - burst: rows that a service may send at once; at least 1 is taken.
    public init(rowsPerSecond: Double?, burst: Double, clock: any WallClock) {
        self.rowsPerSecond = rowsPerSecond
        self.burst = max(1, burst)
        self.clock = clock
    }

    /// The rows within the limits of their services, in order, and how many of each service are not.
    ///
    /// Rows without a service share a bucket, under the empty name. Services beyond `Limits.serviceBucketsMax` share
    /// another, under `overflow`.
    public mutating func admit(_ batch: RecordBatch) -> (kept: RecordBatch, refused: [String: Int]) {
        guard let rowsPerSecond else { return (batch, [:]) }
        let (services, serviceOfRow) = Self.services(of: batch)
        var wanted = [Int](repeating: 0, count: services.count)
        for service in serviceOfRow { wanted[service] += 1 }
        let now = clock.monotonic()
        var refused: [String: Int] = [:]
        var left = zip(services, wanted).map { service, wanted in
            guard wanted > 0 else { return 0 }
            let name = buckets[service] == nil && buckets.count >= Limits.serviceBucketsMax ? Self.overflow : service
            var bucket = buckets[name] ?? TokenBucket(rate: rowsPerSecond, burst: burst, now: now)
            let taken = bucket.take(wanted, now: now)
            buckets[name] = bucket
            if taken < wanted { refused[name, default: 0] += wanted - taken }
            return taken
        }
        guard !refused.isEmpty else { return (batch, [:]) }
        let keep = serviceOfRow.map { service in
            left[service] -= 1
            return left[service] >= 0
        }
        return (batch.filtered(keep: keep), refused)
    }

    /// The distinct services of a batch, and which of them each row has.
    private static func services(of batch: RecordBatch) -> (names: [String], ofRow: [Int]) {
        var names = [""]
        var ofRow = [Int](repeating: 0, count: batch.rowCount)
        guard let column = batch.column(FieldNames.service) else { return (names, ofRow) }
        var numbers = ["": 0]
        for index in 0..<column.count {
            let name = column.text(index)
            let number = numbers[name] ?? names.count
            if number == names.count {
                numbers[name] = number
                names.append(name)
            }
            ofRow[column.rows.map { Int($0[index]) } ?? index] = number
        }
        return (names, ofRow)
    }
}
