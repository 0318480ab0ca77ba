import Hummingbird
import LogsQL
import QueryEngine
import Records

/// Names and values of fields and streams, each with how many records have them; those that most have come first.
extension LogsQLRoutes {
    private struct Values: Encodable {
        struct Value: Encodable {
            let value: String
            let hits: Int
        }

        let values: [Value]
    }

    @Sendable
    func fieldNames(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [.fieldNames(resultName: "name")], "name") { _, found in
            // Every record has a time, and is of a stream.
            let streams = found.first { $0.value == FieldNames.time }.map { time in
                [LogsQLNames.stream, LogsQLNames.streamID].map { Values.Value(value: $0, hits: time.hits) }
            }
            return found.map { Values.Value(value: LogsQLNames.written($0.value), hits: $0.hits) } + (streams ?? [])
        }
    }

    @Sendable
    func fieldValues(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request) { asked in
            let field = try Self.field(asked)
            if let name = Self.streamName(field) { return asked.filtered([name]) }
            return asked.filtered([.fieldValues(.init(field))])
        } show: { asked, found in
            let field = FieldNames.canonical(query: try Self.field(asked))
            guard Self.streamName(field) == nil else {
                let name = field == LogsQLNames.stream ? StreamLabel.text : StreamLabel.id
                return try Self.response(asked, Self.read(found.records, FieldNames.service).map {
                    Values.Value(value: name($0.value), hits: $0.hits)
                })
            }
            return try Self.response(asked, Self.read(found.records, field))
        }
    }

    @Sendable
    func streams(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [Self.services], FieldNames.service) { _, found in
            found.map { Values.Value(value: StreamLabel.text(service: $0.value), hits: $0.hits) }
        }
    }

    @Sendable
    func streamIDs(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [Self.services], FieldNames.service) { _, found in
            found.map { Values.Value(value: StreamLabel.id(service: $0.value), hits: $0.hits) }
        }
    }

    @Sendable
    func streamFieldNames(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [Self.services], FieldNames.service) { _, found in
            let hits = found.filter { !$0.value.isEmpty }.reduce(0) { $0 + $1.hits }
            return hits > 0 ? [Values.Value(value: FieldNames.service, hits: hits)] : []
        }
    }

    @Sendable
    func streamFieldValues(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [Self.services], FieldNames.service) { asked, found in
            try Self.field(asked) == FieldNames.service ? found.filter { !$0.value.isEmpty } : []
        }
    }

    private static let services = LogsQL.Pipe.stats(
        .init(by: [GroupKey(FieldNames.service)], calls: [StatsCall(.count([.all]), as: "hits")]))

    /// The pipe for the values of `_stream` and `_stream_id`; nil for other fields.
    private static func streamName(_ field: String) -> LogsQL.Pipe? {
        [LogsQLNames.stream, LogsQLNames.streamID].contains(field) ? services : nil
    }

    private static func field(_ asked: LogsQLRequest) throws -> String {
        guard let field = asked.parameters["field"], !field.isEmpty else {
            throw ParameterError("the parameter 'field' is missing")
        }
        return field
    }

    private func values(
        _ request: Request, of pipes: [LogsQL.Pipe], _ field: String,
        _ convert: @escaping @Sendable (LogsQLRequest, [Values.Value]) throws -> [Values.Value]
    ) async -> Response {
        await answering(request) { $0.filtered(pipes) } show: { asked, found in
            try Self.response(asked, try convert(asked, Self.read(found.records, field)))
        }
    }

    /// - Parameter field: as stored; estimates of hits are rounded.
    private static func read(_ records: [Record], _ field: String) -> [Values.Value] {
        let hits = LogsQL.Pipe.Top(fields: [field]).hits
        return records.map { Values.Value(value: $0.text(field) ?? "", hits: Int(($0[hits]?.number ?? 0).rounded())) }
    }

    private static func response(_ asked: LogsQLRequest, _ values: [Values.Value]) throws -> Response {
        var values = values
        if let part = asked.parameters["filter"], !part.isEmpty { values.removeAll { !$0.value.contains(part) } }
        values.sort { ($1.hits, $0.value) < ($0.hits, $1.value) }
        if let limit = try asked.limit(), limit < values.count { values.removeLast(values.count - limit) }
        return try .json(Values(values: values))
    }
}
