import Collector
import Hummingbird
import LogsQL
import NIOCore
import QueryEngine
import Records
import Stitching
import Storage
import Traces

/// `/query` and `/trace`.
struct QueryRoutes: Sendable {
    let store: Store
    let damagedChunks: DamagedChunks
    let runner: QueryRunner
    let limits: HTTPLimits

    /// How many rows an answer was cut to. Not there if it has all rows.
    private static let truncated = HTTPFields.Element.Name("X-Lockstitch-Truncated")

    @Sendable
    func query(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request) { parameters, control in
            let (_, query) = try parsed(parameters)
            let limit = try parameters.integer("limit", default: 1_000)
            if let isRun = try parameters.explanationIsRun() {
                return try explain(query, limit: limit, running: isRun, parameters, control)
            }
            // One more than wanted: whether there are more must not go unsaid.
            let (found, snapshot) = try reading(control) { snapshot in
                try run(query, over: snapshot, limit: limit == 0 ? nil : min(limit, .max - 1) + 1, control)
            }
            var records = found.records
            let isTruncated = limit > 0 && records.count > limit
            if isTruncated { records.removeLast(records.count - limit) }
            try control.check()
            var response = try render(records, parameters, found.estimate)
            note(found.estimate, in: &response)
            if isTruncated, let name = Self.truncated { response.headers[name] = String(limit) }
            warn(of: snapshot, times: query.timeBounds(now: store.now()), in: &response)
            return response
        }
    }

    @Sendable
    func trace(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await answering(request) { parameters, control in
            guard let id = parameters["id"] else { throw ParameterError("the parameter 'id' is missing") }
            let (request, snapshot) = try reading(control) { snapshot in
                try TraceLookup(snapshot: snapshot).request(id: id, check: control.check)
            }
            var response = try show(request, id: id, parameters, control)
            warn(of: snapshot, times: nil, in: &response)
            return response
        }
    }

    /// The parameter `query`, as it was given and parsed.
    func parsed(_ parameters: Parameters) throws(ParameterError) -> (source: String, query: Query) {
        guard let source = parameters["query"] else { throw ParameterError("the parameter 'query' is missing") }
        do throws(QueryError) {
            return (source, try LogsQL.parse(source))
        } catch {
            throw ParameterError(error.rendered(source: source))
        }
    }

    private func show(
        _ request: StitchedRequest, id: String, _ parameters: Parameters, _ control: QueryControl
    ) throws -> Response {
        guard !request.records.isEmpty else { return .text("no log or span has the id '\(id)'\n", status: .notFound) }
        if try parameters.integer("why", default: 0) != 0 { return try showWhy(request, parameters) }
        let trace = TraceBuilder.build(request.records, rules: store.stitching)
        try control.check()
        switch parameters["output"] ?? "json" {
        case "json":
            return .bytes(Array(TraceJSON.encode(trace).utf8) + [UInt8(ascii: "\n")], contentType: "application/json")
        case "tree":
            return .text(TraceWaterfall.render(trace, options: try parameters.waterfallOptions()))
        case let other:
            throw ParameterError("unknown output '\(other)'; use json or tree")
        }
    }

    private func showWhy(_ request: StitchedRequest, _ parameters: Parameters) throws -> Response {
        switch parameters["output"] ?? "json" {
        case "json": return .bytes(Array(StitchingText.json(request).utf8) + [UInt8(ascii: "\n")], contentType: "application/json")
        case "tree": return .text(StitchingText.render(request))
        case let other: throw ParameterError("unknown output '\(other)'; use json or tree")
        }
    }

    /// What `body` reads from a snapshot, and the snapshot. When a chunk turns out to be damaged, it begins again without
    /// it, so that an answer has all rows of a chunk or none.
    func reading<Found>(
        _ control: QueryControl, _ body: (Snapshot) throws -> Found
    ) throws -> (Found, Snapshot) {
        var damages: [ChunkDamage] = []
        while true {
            let snapshot = store.snapshot(without: damages)
            do {
                return (try body(snapshot), snapshot)
            } catch let damage as ChunkDamage where !damages.contains(where: { $0.path == damage.path }) {
                try control.check()
                damages.append(damage)
                damagedChunks.setAside(damage)
            }
        }
    }

    /// Says which rows within the times of a query are left out.
    func warn(of snapshot: Snapshot, times: ClosedRange<Int64>?, in response: inout Response) {
        let omissions = snapshot.omissions.filter { $0.overlaps(times) }
        guard !omissions.isEmpty, let name = Self.warning else { return }
        var text = omissions.prefix(Self.warningsMax).map(\.description).joined(separator: " | ")
        if omissions.count > Self.warningsMax { text += " | and \(omissions.count - Self.warningsMax) more" }
        // A field of a header is one line of ASCII.
        response.headers[name] = String(text.map { $0.isASCII && $0 >= " " ? $0 : "?" }.prefix(Self.warningCharactersMax))
    }

    private static let warning = HTTPFields.Element.Name("X-Lockstitch-Warning")
    private static let warningsMax = 10
    private static let warningCharactersMax = 4_000

    func note(_ estimate: SampleEstimate?, in response: inout Response) {
        guard let estimate, let name = HTTPFields.Element.Name(EstimateHeader.name) else { return }
        response.headers[name] = EstimateHeader(estimate).value
    }

    func engine(_ snapshot: Snapshot, _ control: QueryControl) -> QueryEngine {
        let lookup = TraceLookup(snapshot: snapshot)
        return QueryEngine(
            correlationIDs: store.stitching.idFields,
            traceExpander: { ids in try lookup.request(ids: ids, check: control.check).records })
    }

    /// - Parameters:
    ///   - times: rows outside do not count.
    ///   - now: what `_time:5m` counts from; nil for this moment.
    func run(
        _ query: Query, over snapshot: Snapshot, limit: Int?, times: ClosedRange<Int64>? = nil, now: Int64? = nil,
        _ control: QueryControl
    ) throws -> QueryAnswer {
        let engine = engine(snapshot, control)
        var query = query
        if let limit { query.pipes.append(.limit(limit)) }
        return try engine.answer(query, over: snapshot, times: times, now: now ?? store.now(), control: control)
    }

    /// - Parameter estimate: what the records were estimated from, if they were.
    func render(_ records: [Record], _ parameters: Parameters, _ estimate: SampleEstimate? = nil) throws -> Response {
        switch parameters["output"] ?? "json" {
        case "json":
            return Response(
                status: .ok, headers: [.contentType: "application/x-ndjson"], body: ResponseBody(ndjson: records))
        case "table":
            let width = try parameters.integer("width", default: 120)
            return .text(ResultTable.render(records, estimate, width: width))
        case let other:
            throw ParameterError("unknown output '\(other)'; use json or table")
        }
    }

    /// The answer that `body` gives, on a thread for queries; it ends early when the client closes the connection.
    ///
    /// To see that, all that the client sends is read meanwhile, which leaves nothing for a next request: the
    /// connection closes after the answer, and says so.
    ///
    /// - Parameter failure: the answer for an error.
    func answering(
        _ request: Request, failure: (any Error, HTTPResponse.Status) -> Response = { .text("\($0)\n", status: $1) },
        _ body: @escaping @Sendable (Parameters, QueryControl) throws -> Response
    ) async -> Response {
        var response: Response
        do {
            response = try await request.body.consumeWithCancellationOnInboundClose { form in
                let parameters = try await Parameters(request, form, bodyBytesMax: limits.formBytesMax)
                let timeout = try parameters.timeout(limits)
                return try await runner.run(timeout: timeout) { try body(parameters, $0) }
            }
        } catch is CancellationError {
            response = failure(QueryFailure("the collector is ending", kind: .stopped), .serviceUnavailable)
        } catch {
            response = failure(error, status(of: error))
        }
        response.headers[.connection] = "close"
        return response
    }

    func status(of error: any Error) -> HTTPResponse.Status {
        switch error {
        case is ParameterError, is TraceTooLarge: .badRequest
        case let failure as QueryFailure: failure.kind == .stopped ? .serviceUnavailable : .badRequest
        default: .internalServerError
        }
    }
}
