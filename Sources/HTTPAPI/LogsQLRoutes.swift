import Hummingbird
import LogsQL
import QueryEngine
import Records
import Storage

/// The routes of VictoriaLogs' query API, for its clients: the Grafana data source, vlogscli.
///
/// Fields are called as they are there, `_time` and `_msg`, and all values are texts. A stream is a service: `_stream` is
/// `{service="cart"}`.
struct LogsQLRoutes: Sendable {
    let queries: QueryRoutes

    func add(to router: Router<BasicRequestContext>) {
        let routes: [(String, @Sendable (Request, BasicRequestContext) async throws -> Response)] = [
            ("query", query), ("hits", hits), ("facets", facets), ("stats_query", statsQuery),
            ("stats_query_range", statsQueryRange), ("field_names", fieldNames), ("field_values", fieldValues),
            ("streams", streams), ("stream_ids", streamIDs), ("stream_field_names", streamFieldNames),
            ("stream_field_values", streamFieldValues),
        ]
        for (name, respond) in routes {
            router.get("select/logsql/\(name)", use: respond)
            router.post("select/logsql/\(name)", use: respond)
        }
    }

    /// - Parameters:
    ///   - failure: the answer for an error.
    ///   - plan: the query to run.
    ///   - show: the answer for what it found.
    func answering(
        _ request: Request, failure: (any Error, HTTPResponse.Status) -> Response = { .text("\($0)\n", status: $1) },
        plan: @escaping @Sendable (LogsQLRequest) throws -> Query,
        show: @escaping @Sendable (LogsQLRequest, QueryAnswer) throws -> Response
    ) async -> Response {
        await queries.answering(request, failure: failure) { parameters, control in
            let asked = try LogsQLRequest(parameters, request.headers, clock: queries.store.now())
            let query = try plan(asked)
            let (found, snapshot) = try queries.reading(control) { snapshot in
                try queries.run(query, over: snapshot, limit: nil, times: asked.times, now: asked.now, control)
            }
            try control.check()
            var response = try show(asked, found)
            queries.note(found.estimate, in: &response)
            queries.warn(of: snapshot, times: asked.bounds, in: &response)
            return response
        }
    }

    /// With `limit`, the latest records, oldest first; of queries with an order of their own those that come first.
    @Sendable
    private func query(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request) { asked in
            guard let limit = try asked.limit() else { return asked.query }
            if asked.query.givesRecordsByTime { return asked.query.latest(limit) }
            var query = asked.query
            query.pipes.append(.limit(limit))
            return query
        } show: { asked, found in
            var records = found.records
            if try asked.limit() != nil, asked.query.givesRecordsByTime {
                records = records.enumerated().sorted { ($0.1.time ?? .min, $0.0) < ($1.1.time ?? .min, $1.0) }.map(\.1)
            }
            let hasStream = asked.query.givesWholeRecords
            return Response(
                status: .ok, headers: [.contentType: "application/stream+json"],
                body: ResponseBody(lines: records) { $0.appendLogsQL(hasStream: hasStream, to: &$1) })
        }
    }

    // MARK: Hits

    private struct Hits: Encodable {
        let hits: [HitsSeries]
    }

    private static let count = "lockstitch.hits"

    @Sendable
    private func hits(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request) { asked in
            let keys = try [GroupKey("_time", bucket: asked.bucket())] + Self.hitsFields(asked).map { GroupKey($0) }
            return asked.filtered([.stats(.init(by: keys, calls: [StatsCall(.count([.all]), as: Self.count)]))])
        } show: { asked, found in
            let series = HitsSeries.read(found.records, fields: try Self.hitsFields(asked), count: Self.count)
            return try .json(Hits(hits: HitsSeries.largest(series, try asked.limit("fields_limit"))))
        }
    }

    private static func hitsFields(_ asked: LogsQLRequest) throws -> [String] {
        var seen: Set<String> = [FieldNames.time]
        return try asked.parameters.all("field").filter { !$0.isEmpty }.filter { field in
            let stored = FieldNames.canonical(query: field)
            guard stored != FieldNames.time else { throw ParameterError("hits are by time already: leave 'field=\(field)' away") }
            return seen.insert(stored).inserted
        }
    }

    // MARK: Facets

    private struct Facets: Encodable {
        struct Field: Encodable {
            let field_name: String
            var values: [Value]
        }

        struct Value: Encodable {
            let field_value: String
            let hits: Int
        }

        var facets: [Field] = []
    }

    @Sendable
    private func facets(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request) { asked in
            var facets = LogsQL.Pipe.Facets()
            if let limit = try asked.limit() { facets.count = limit }
            if let limit = try asked.limit("max_values_per_field") { facets.valuesPerFieldMax = limit }
            if let limit = try asked.limit("max_value_len") { facets.valueBytesMax = limit }
            facets.keepsConstantFields = ["1", "true"].contains(asked.parameters["keep_const_fields"]?.lowercased())
            return asked.filtered([.facets(facets)])
        } show: { _, found in
            var facets = Facets()
            for record in found.records {
                let name = LogsQLNames.written(record.text("field_name") ?? "")
                let value = Facets.Value(
                    field_value: record.text("field_value") ?? "", hits: Int(record.text("hits") ?? "") ?? 0)
                if facets.facets.last?.field_name == name {
                    facets.facets[facets.facets.count - 1].values.append(value)
                } else {
                    facets.facets.append(.init(field_name: name, values: [value]))
                }
            }
            facets.facets.sort { $0.field_name < $1.field_name }
            return try .json(facets)
        }
    }
}
