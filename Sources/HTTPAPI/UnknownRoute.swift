import Hummingbird

/// Answers a request that no route takes with what there is.
struct UnknownRoute: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return .text(
                "there is no \(request.method.rawValue) \(request.uri.path); there are POST /ingest, GET and POST /query, "
                    + "GET /trace, POST /delete, GET /audit, GET and POST /flags, POST /backup, GET /backup/chunk, POST /backup/end, "
                    + "GET /metrics, GET /health, GET /ready, "
                    + "GET and POST /select/logsql/{query,tail,hits,facets,stats_query,stats_query_range,field_names,"
                    + "field_values,streams,stream_ids,stream_field_names,stream_field_values}\n", status: .notFound)
        }
    }
}
