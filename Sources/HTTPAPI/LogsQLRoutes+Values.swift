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
            asked.filtered([.fieldValues(.init(try Self.field(asked)))])
        } show: { asked, found in
            try Self.response(asked, Self.read(found.records, FieldNames.canonical(query: try Self.field(asked))))
        }
    }

    @Sendable
    func streams(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [.fieldValues(.init(LogsQLNames.stream))], LogsQLNames.stream) { $1 }
    }

    @Sendable
    func streamIDs(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [.fieldValues(.init(LogsQLNames.streamID))], LogsQLNames.streamID) { $1 }
    }

    @Sendable
    func streamFieldNames(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [Self.services], FieldNames.service) { _, found in
            let hits = found.reduce(0) { $0 + $1.hits }
            return hits > 0 ? [Values.Value(value: FieldNames.service, hits: hits)] : []
        }
    }

    @Sendable
    func streamFieldValues(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await values(request, of: [Self.services], FieldNames.service) { asked, found in
            try Self.field(asked) == FieldNames.service ? found : []
        }
    }

    private static let services = LogsQL.Pipe.fieldValues(.init(FieldNames.service))

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
