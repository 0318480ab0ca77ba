import Foundation
import Hummingbird
import LogsQL
import NIOCore
import NIOPosix
import QueryEngine
import Records
import Storage
import Traces

/// `/query` and `/trace`. Both run on threads for blocking work, not on event loops.
struct QueryRoutes: Sendable {
    let store: Store

    private static let formBytesMax = 1 << 20

    @Sendable
    func query(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let parameters = try await Parameters(request, bodyBytesMax: Self.formBytesMax)
        guard let source = parameters["query"] else { return .text("the parameter 'query' is missing\n", status: .badRequest) }
        return try await answering {
            let query: Query
            do throws(QueryError) {
                query = try LogsQL.parse(source)
            } catch {
                return .text(error.rendered(source: source) + "\n", status: .badRequest)
            }
            let records = try run(query, limit: try parameters.integer("limit", default: 1_000))
            return try render(records, parameters)
        }
    }

    @Sendable
    func trace(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let parameters = try await Parameters(request, bodyBytesMax: Self.formBytesMax)
        guard let id = parameters["id"] else { return .text("the parameter 'id' is missing\n", status: .badRequest) }
        return try await answering {
            let records = try lookup.records(id: id)
            guard !records.isEmpty else {
                return .text("no log or span has the id '\(id)'\n", status: .notFound)
            }
            let trace = TraceBuilder.build(records)
            switch parameters["output"] ?? "json" {
            case "json":
                return .bytes(Array(TraceJSON.encode(trace).utf8) + [UInt8(ascii: "\n")], contentType: "application/json")
            case "tree":
                return .text(TraceWaterfall.render(trace, options: try parameters.waterfallOptions()))
            case let other:
                return .text("unknown output '\(other)'; use json or tree\n", status: .badRequest)
            }
        }
    }

    private var lookup: TraceLookup {
        TraceLookup(snapshot: store.snapshot(), fields: store.correlationIDs)
    }

    private func run(_ query: Query, limit: Int) throws -> [Record] {
        let lookup = lookup
        let engine = QueryEngine(traceExpander: { ids in try lookup.records(ids: ids) })
        var query = query
        if limit > 0 { query.pipes.append(.limit(limit)) }
        return try engine.records(query, over: store.snapshot(), now: store.now())
    }

    private func render(_ records: [Record], _ parameters: Parameters) throws -> Response {
        switch parameters["output"] ?? "json" {
        case "json":
            var bytes: [UInt8] = []
            for record in records {
                JSONText.append(record, to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
            return .bytes(bytes, contentType: "application/x-ndjson")
        case "table":
            return .text(ResultTable.render(records, width: try parameters.integer("width", default: 120)))
        case let other:
            return .text("unknown output '\(other)'; use json or table\n", status: .badRequest)
        }
    }

    private func answering(_ body: @escaping @Sendable () throws -> Response) async throws -> Response {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as ParameterError {
            return .text(error.description + "\n", status: .badRequest)
        } catch let error as QueryFailure {
            return .text("\(error)\n", status: .badRequest)
        } catch let error as TraceTooLarge {
            return .text("\(error)\n", status: .badRequest)
        } catch {
            return .text("\(error)\n", status: .internalServerError)
        }
    }
}
