import Foundation
public import Records

/// Simulated requests of many services: sizes with a heavy tail, bursts, one service that is a hundred times as noisy as
/// the others.
public struct Traffic {
    public struct Options: Sendable {
        public var services = 200
        /// On average, over all services but the noisy one.
        public var requestsPerSecond = 200.0
        /// Requests of the noisy service for each of another one; 0 for no noisy service.
        public var noise = 100
        /// In 1,000 requests.
        public var errorsPerMille = 20
        public var seconds = 10
        /// Of every hundred requests, those that are in the last tenth of their second.
        public var burstPercent = 30

        public init() {}
    }

    public struct Row: Sendable {
        /// Nanoseconds since 1970-01-01 UTC.
        public let time: Int64
        public let service: String
        public let traceID: String
        public let isError: Bool
        /// In nanoseconds.
        public let duration: Int64
    }

    public static let start: Int64 = 1_700_000_000_000_000_000
    public static let noisyService = "noisy"

    private let options: Options
    private var random: SeededRandom

    public init(_ options: Options = Options(), seed: UInt64) {
        self.options = options
        random = SeededRandom(seed: seed)
    }

    /// All rows in time order.
    public mutating func rows() -> [Row] {
        var rows: [Row] = []
        let each = options.requestsPerSecond / Double(options.services)
        for second in 0..<options.seconds {
            for _ in 0..<random.poisson(options.requestsPerSecond) {
                addRequest(services: (0..<random.below(4) + 1).map { _ in "service-\(random.below(options.services))" }, second, &rows)
            }
            guard options.noise > 0 else { continue }
            for _ in 0..<random.poisson(each * Double(options.noise)) { addRequest(services: [Self.noisyService], second, &rows) }
        }
        return rows.sorted { ($0.time, $0.traceID) < ($1.time, $1.traceID) }
    }

    private mutating func addRequest(services: [String], _ second: Int, _ rows: inout [Row]) {
        let isInBurst = random.chance(options.burstPercent)
        let within = isInBurst ? 900_000_000 + random.below(100_000_000) : random.below(1_000_000_000)
        var time = Self.start + Int64(second) * 1_000_000_000 + Int64(within)
        let traceID = random.hex(16)
        let hasFailed = random.below(1_000) < options.errorsPerMille
        // A Pareto tail: most requests have a few rows, some have hundreds.
        let size = min(500, Int(2 / Double.random(in: 0.0001..<1, using: &random).squareRoot()))
        let failing = random.below(size)
        for row in 0..<size {
            rows.append(
                Row(
                    time: time, service: random.pick(services), traceID: traceID, isError: hasFailed && row == failing,
                    duration: Int64(random.below(1_000_000_000))))
            time += Int64(random.below(5_000_000))
        }
    }
}

extension SeededRandom {
    /// How many events there are where there are `mean` on average (Knuth's method in steps, so that no power is 0).
    mutating func poisson(_ mean: Double) -> Int {
        var (left, count) = (mean, 0)
        while left > 0 {
            let step = min(left, 30)
            left -= step
            var product = Double.random(in: 0..<1, using: &self)
            let limit = exp(-step)
            while product > limit {
                count += 1
                product *= Double.random(in: 0..<1, using: &self)
            }
        }
        return count
    }

    /// Lower-case hexadecimal digits of random bytes.
    mutating func hex(_ bytes: Int) -> String {
        (0..<bytes).map { _ in
            let byte = String(UInt8.random(in: .min ... .max, using: &self), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }.joined()
    }
}

extension RecordBatch {
    public init(_ rows: [Traffic.Row]) {
        func column(_ name: String, _ kind: ValueKinds, _ text: (Traffic.Row) -> String) -> TextColumn {
            var bytes: [UInt8] = []
            var ends: [UInt32] = []
            for row in rows {
                bytes += text(row).utf8
                ends.append(UInt32(bytes.count))
            }
            return TextColumn(name: name, kinds: kind, bytes: bytes, ends: ends, rows: nil)
        }
        self.init(
            times: rows.map(\.time),
            columns: [
                column(FieldNames.service, .string, \.service), column(FieldNames.traceID, .string, \.traceID),
                column(FieldNames.level, .string) { $0.isError ? "error" : "info" },
                column(FieldNames.duration, .number) { String($0.duration) },
            ])
    }
}
