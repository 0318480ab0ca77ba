import Hummingbird
import LogsQL
import QueryEngine
import Records

/// Results of `stats` in the form of Prometheus' query API. Errors have its form, too.
extension LogsQLRoutes {
    private struct Answer<Series: Encodable>: Encodable {
        struct Content: Encodable {
            let resultType: String
            let result: [Series]
        }

        let status = "success"
        let data: Content
    }

    private struct Failure: Encodable {
        let status = "error"
        let errorType: String
        let error: String
    }

    /// `[1704067200, "103125"]`
    private struct Sample: Encodable {
        let seconds: Double
        let value: String

        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(seconds)
            try list.encode(value)
        }
    }

    private struct Instant: Encodable {
        let metric: [String: String]
        let value: Sample
    }

    private struct Range: Encodable {
        let metric: [String: String]
        var values: [Sample]
    }

    @Sendable
    func statsQuery(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request, failure: Self.failure) { asked in
            _ = try StatsNames(asked.query)
            return asked.query
        } show: { asked, found in
            let names = try StatsNames(asked.query)
            let series = found.records.flatMap { record in
                names.metrics(of: record, found.estimate).map { metric, value in
                    Instant(metric: metric, value: Sample(seconds: Double(asked.time) / 1e9, value: value))
                }
            }
            return try .json(Answer(data: .init(resultType: "vector", result: series)))
        }
    }

    @Sendable
    func statsQueryRange(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request, failure: Self.failure) { asked in
            let query = try asked.query.inBuckets(try asked.bucket())
            _ = try StatsNames(query)
            return query
        } show: { asked, found in
            let names = try StatsNames(try asked.query.inBuckets(try asked.bucket()))
            var series: [Range] = []
            var places: [[String: String]: Int] = [:]
            let times = found.records.compactMap { record in record.text(FieldNames.time).flatMap { TimePoint($0) } }
            for (record, time) in zip(found.records, times) {
                let seconds = Double(time.first(now: asked.now)) / 1e9
                for (metric, value) in names.metrics(of: record, found.estimate, besides: [FieldNames.time]) {
                    let place = places[metric] ?? series.count
                    if place == series.count {
                        places[metric] = place
                        series.append(Range(metric: metric, values: []))
                    }
                    series[place].values.append(Sample(seconds: seconds, value: value))
                }
            }
            for place in series.indices { series[place].values.sort { $0.seconds < $1.seconds } }
            series.sort { Self.order($0.metric).lexicographicallyPrecedes(Self.order($1.metric)) }
            return try .json(Answer(data: .init(resultType: "matrix", result: series)))
        }
    }

    private static func order(_ metric: [String: String]) -> [String] {
        metric.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    }

    /// The status for what the client must change is that of Prometheus.
    private static func failure(_ error: any Error, _ status: HTTPResponse.Status) -> Response {
        let status = status == .badRequest ? HTTPResponse.Status.unprocessableContent : status
        let failure = Failure(errorType: String(status.code), error: "\(error)")
        return (try? .json(failure, status: status)) ?? .text("\(error)\n", status: status)
    }
}

/// Which fields of the results of a query are labels, and which are values.
private struct StatsNames {
    private let labels: [String]
    private let results: Set<String>

    init(_ query: Query) throws(ParameterError) {
        guard let place = query.lastStats, case .stats(let stats) = query.pipes[place] else {
            throw ParameterError("the query has no pipe stats: write '* | stats count()', or such")
        }
        for pipe in query.pipes[(place + 1)...] where !pipe.keepsStats {
            throw ParameterError("the pipe '\(pipe)' cannot come after stats here")
        }
        labels = stats.by.map { FieldNames.canonical(query: $0.field) }
        results = Set(stats.calls.map { FieldNames.canonical(query: $0.resultName) })
    }

    /// Fields that later pipes made are values where they read as numbers, else labels.
    func metrics(
        of record: Record, _ estimate: SampleEstimate?, besides: Set<String> = []
    ) -> [(metric: [String: String], value: String)] {
        let errors = Set(estimate?.errorNames.values.flatMap { [$0.standard, $0.low, $0.high] } ?? [])
        let fields = record.fields.filter { !besides.contains($0.name) && !errors.contains($0.name) }
        func isValue(_ field: Record.Field) -> Bool {
            results.contains(field.name) || !labels.contains(field.name) && field.value.number != nil
        }
        let texts = fields.filter { !isValue($0) }.map { (LogsQLNames.written($0.name), $0.value.text) }
        return fields.filter(isValue).map { field in
            let metric = texts + [("__name__", LogsQLNames.written(field.name))]
            return (Dictionary(metric) { first, _ in first }, field.value.text)
        }
    }
}

extension Query {
    fileprivate var lastStats: Int? { pipes.lastIndex { if case .stats = $0 { true } else { false } } }

    /// The same with all results in buckets of time, those that it has already in others.
    fileprivate func inBuckets(_ bucket: StatsBucket) throws(ParameterError) -> Query {
        var query = self
        query.pipes = try pipes.map { (pipe) throws(ParameterError) in
            switch pipe {
            case .stats(var stats):
                stats.by.removeAll { FieldNames.canonical(query: $0.field) == FieldNames.time }
                stats.by.append(GroupKey("_time", bucket: bucket))
                return .stats(stats)
            case .sort(var sort) where sort.limit != nil || sort.offset > 0:
                guard sort.limit != nil else { throw ParameterError("the pipe '\(pipe)' cannot have an offset here") }
                sort.partition.append("_time")
                return .sort(sort)
            case .limit, .offset: throw ParameterError("the pipe '\(pipe)' cannot be here: it goes over all times")
            default: return pipe
            }
        }
        return query
    }
}

extension LogsQL.Pipe {
    /// Whether it leaves groups of `stats` what they are.
    fileprivate var keepsStats: Bool {
        switch self {
        case .stats, .uniq, .top, .facets, .fieldNames, .fieldValues, .blocksCount, .union, .join, .streamContext, .templates,
            .compare, .trace:
            false
        default: true
        }
    }
}
