import Collector
import Foundation
import Hummingbird
import NIOCore
import Storage

/// `/health`, whether the process lives, and `/ready`, whether it should get work: what Kubernetes calls a liveness and a
/// readiness probe. A collector that replays its log is alive, and must not be restarted for it.
struct HealthRoutes: Sendable {
    let collector: Collector

    @Sendable
    func health(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        try .json(report)
    }

    /// 200 when rows and queries are taken, else 503.
    @Sendable
    func ready(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        let report = report
        return try .json(report, status: report.ready ? .ok : .serviceUnavailable)
    }

    private var report: HealthReport { HealthReport(collector.store.replayProgress, isListening: collector.isListening) }
}

/// The body of both.
struct HealthReport: Encodable {
    enum Status: String, Encodable {
        case starting, replaying, stalled, ok
    }

    struct Replay: Encodable {
        let segments: Int
        let segmentsTotal: Int
        let bytes: Int
        let bytesTotal: Int
        let rows: Int
        let failure: String?
    }

    let status: Status
    let ready: Bool
    let replay: Replay

    init(_ progress: ReplayProgress, isListening: Bool) {
        status =
            switch progress.phase {
            case .waiting: .starting
            case .replaying: .replaying
            case .stalled: .stalled
            case .done: isListening ? .ok : .starting
            }
        ready = status == .ok
        replay = Replay(
            segments: progress.segments, segmentsTotal: progress.segmentsTotal, bytes: progress.bytes,
            bytesTotal: progress.bytesTotal, rows: progress.rows, failure: progress.failure)
    }
}

extension Response {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = try encoder.encode(value) + Data("\n".utf8)
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// Answers 503 in the place of a route that needs all rows, until the log is replayed.
///
/// A replay that is stalled, as on a full disk, may stay so for long: then queries are answered from what there is.
struct StartingGuard: RouterMiddleware {
    let collector: Collector

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let progress = collector.store.replayProgress
        let isWaiting =
            switch request.uri.path {
            case "/query", "/trace", "/ingest", "/audit": !collector.isListening && progress.phase != .stalled
            // What waits in the log is not found, and would come back.
            case "/delete": !collector.isListening || progress.phase != .done
            case let path where path.hasPrefix("/select/"): !collector.isListening && progress.phase != .stalled
            default: false
            }
        guard isWaiting else { return try await next(request, context) }
        var response = Response.text(
            "the collector is starting: it has replayed \(progress.segments) of \(progress.segmentsTotal) segments of its "
                + "write-ahead log; try again in a moment\n", status: .serviceUnavailable)
        response.headers[.retryAfter] = "1"
        return response
    }
}
