import Foundation
import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// How often the truth lies in the intervals that the engine reports, over many samples of one population.
@Suite struct SampleCoverageTests {
    /// Requests with a heavy tail of sizes: the logarithm is normal. Each begins in a service that decides how likely it is
    /// kept, and has a fifth of its rows in others.
    private struct Population {
        struct Row {
            var service: UInt32
            var isError: Bool
        }

        static let services: [(share: Double, probability: Double)] = [
            (0.62, 0.01), (0.20, 0.05), (0.10, 0.1), (0.05, 0.25), (0.03, 0.5),
        ]

        var requests: [(probability: Double, rows: [Row])] = []
        /// Of each service, and then of all.
        var rowCounts = [Int](repeating: 0, count: services.count + 1)
        var errorCounts = [Int](repeating: 0, count: services.count + 1)

        init(requestCount: Int, _ random: inout SeededRandom) {
            for _ in 0..<requestCount {
                let root = Self.service(Double.random(in: 0..<1, using: &random))
                let isBad = random.oneIn(10)
                let rows = (0..<Self.size(&random)).map { _ in
                    Row(
                        service: UInt32(random.oneIn(5) ? random.below(Self.services.count) : root),
                        isError: isBad && random.oneIn(2))
                }
                requests.append((Self.services[root].probability, rows))
                for row in rows {
                    for place in [Int(row.service), Self.services.count] {
                        rowCounts[place] += 1
                        if row.isError { errorCounts[place] += 1 }
                    }
                }
            }
        }

        private static func service(_ place: Double) -> Int {
            var end = 0.0
            return services.firstIndex { service in
                end += service.share
                return place < end
            } ?? services.count - 1
        }

        private static func size(_ random: inout SeededRandom) -> Int {
            let (u, v) = (Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random))
            return min(1_000, max(1, Int(exp(0.7 + (-2 * log(u)).squareRoot() * cos(2 * .pi * v)))))
        }

        func sample(_ random: inout SeededRandom) -> SampledSegment {
            var segment = SampledSegment()
            for (number, request) in requests.enumerated()
            where Double.random(in: 0..<1, using: &random) < request.probability {
                for row in request.rows {
                    segment.requests.append(Int64(number))
                    segment.services.append(row.service)
                    segment.levels.append(row.isError ? 1 : 0)
                    segment.weights.append(1 / request.probability)
                }
            }
            return segment
        }
    }

    /// Its rows in columns as those of a chunk.
    private struct SampledSegment: Segment {
        var requests: [Int64] = []
        var services: [UInt32] = []
        var levels: [UInt32] = []
        var weights: [Double] = []

        var rowCount: Int { weights.count }
        var timeRange: ClosedRange<Int64> { 0...0 }
        var fieldNames: [String] { ["time", "service", "level", "request_id", "_weight"] }
        var rowsPerBlock: Int { 4_096 }

        private static let serviceNames = dictionary((0..<Population.services.count).map { "s\($0)" })
        private static let levelNames = dictionary(["info", "error"])

        private static func dictionary(_ texts: [String]) -> TextVector {
            let ends = texts.indices.map { UInt32(texts[...$0].joined().utf8.count) }
            return TextVector(bytes: Array(texts.joined().utf8), starts: [0] + ends.dropLast(), ends: ends)
        }

        func column(_ field: String, rows: Range<Int>) -> ColumnVector {
            let (values, kind): (ColumnVector.Values, ValueKinds) =
                switch field {
                case "time": (.timestamp([Int64](repeating: 0, count: rows.count)), .string)
                case "service": (.dictionary(codes: Array(services[rows]), dictionary: Self.serviceNames), .string)
                case "level": (.dictionary(codes: Array(levels[rows]), dictionary: Self.levelNames), .string)
                case "request_id": (.int64(Array(requests[rows])), .number)
                case "_weight": (.double(Array(weights[rows])), .number)
                default: (.missing, .string)
                }
            return ColumnVector(values: values, kind: kind, validity: nil, count: rows.count)
        }
    }

    private static let runs = 1_000
    /// Runs are spread over so many tasks.
    private static let parts = 4

    /// How often each interval had the truth in it, by name.
    private static func hits(_ population: Population, seed: UInt64, runs: Int) throws -> [String: Int] {
        var random = SeededRandom(seed: seed)
        let engine = QueryEngine()
        let calls = "count() n, count() if (level:error) errors, share(level:error) rate"
        let queries = [try parse("* | stats by (service) \(calls)"), try parse("* | stats \(calls)")]
        var hits: [String: Int] = [:]
        for _ in 0..<runs {
            let snapshot = Snapshot([population.sample(&random)])
            for record in try queries.flatMap({ try engine.records($0, over: snapshot, now: 0) }) {
                let service = record.text("service") ?? "all"
                let place = Int(service.dropFirst()) ?? Population.services.count
                let (rows, errors) = (Double(population.rowCounts[place]), Double(population.errorCounts[place]))
                for (name, truth) in [("n", rows), ("errors", errors), ("rate", errors / rows)] {
                    let low = record.text("\(name)_low").flatMap { Double($0) } ?? .infinity
                    let high = record.text("\(name)_high").flatMap { Double($0) } ?? -.infinity
                    let error = record.text("\(name)_stderr").flatMap { Double($0) } ?? 0
                    let value = record.text(name).flatMap { Double($0) } ?? .infinity
                    if low <= truth, truth <= high { hits["\(service) \(name)", default: 0] += 1 }
                    if abs(value - truth) <= 1.96 * error { hits["\(service) \(name) plain", default: 0] += 1 }
                }
            }
        }
        return hits
    }

    @Test(arguments: [1] as [UInt64])
    func intervalsHaveTheTruthInThem(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let population = Population(requestCount: 20_000, &random)
        var hits: [String: Int] = [:]
        try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for part in 0..<Self.parts {
                group.addTask {
                    try Self.hits(population, seed: seed << 32 | UInt64(part), runs: Self.runs / Self.parts)
                }
            }
            for try await part in group { hits.merge(part, uniquingKeysWith: +) }
        }
        let services = Population.services.indices.map { "s\($0)" } + ["all"]
        for service in services {
            for name in ["n", "errors", "rate"] {
                let (own, plain) = (hits["\(service) \(name)"] ?? 0, hits["\(service) \(name) plain"] ?? 0)
                print("seed \(seed), \(service) \(name): \(own) of \(Self.runs), plain intervals \(plain)")
                #expect(own >= 930 * Self.runs / 1_000, "seed \(seed): \(service) \(name)")
            }
        }
    }
}
