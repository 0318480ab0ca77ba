public import Collector
import Hummingbird
public import Logging
import NIOCore
import Receivers
import Synchronization
public import ServiceLifecycle

/// The collector's HTTP API.
///
/// | route | what |
/// |---|---|
/// | `POST /ingest` | lines of JSON or logfmt; answers when they are on disk |
/// | `GET`/`POST /query` | `query=`, `limit=`, `timeout=`, `output=json` or `table` |
/// | `GET /trace` | `id=`, `timeout=`, `output=json` or `tree` |
/// | `POST /delete` | `query=`, `dry_run=`, `who=`, `timeout=`: takes the matching rows away |
/// | `GET /audit` | the deletions and changes of flags there were; `action=` for those of one kind |
/// | `GET`/`POST /flags` | the flags; `name=`, `value=`, `who=`: sets one |
/// | `GET`/`POST /select/logsql/…` | the queries of VictoriaLogs' API (`LogsQLRoutes`, `TailRoute`) |
/// | `GET /metrics` | counters in Prometheus text format |
/// | `/backup/…` | what `lockstitch backup create` asks for, see `BackupRoutes` |
/// | `GET /health`, `GET /ready` | how far it has started; `/ready` answers 503 until it takes rows and queries |
///
/// An error is a line of plain text that says what is wrong, with a status of 400 (the request), 404 (no such id),
/// 503 (stopped), 507 (cannot store) or 500.
public struct APIServer: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>
    private let collector: Collector
    private let runner: QueryRunner
    private let state: State
    private let address: (host: String, port: Int)

    private final class State: Sendable {
        let isListening = Atomic(false)
    }

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - onRunning: called with the bound port once requests are answered.
    public init(
        collector: Collector, host: String, port: Int, limits: HTTPLimits = .init(), logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        let router = Router()
        self.collector = collector
        router.add(middleware: UnknownRoute())
        router.add(middleware: StartingGuard(collector: collector))
        let state = State()
        self.state = state
        address = (host, port)
        runner = QueryRunner(queriesMax: limits.queriesMax)
        let queries = QueryRoutes(
            store: collector.store, damagedChunks: collector.damagedChunks, runner: runner, limits: limits)
        let health = HealthRoutes(collector: collector)
        router.get("health", use: health.health)
        router.get("ready", use: health.ready)
        router.post("ingest", use: IngestRoute(collector: collector).respond)
        router.get("query", use: queries.query)
        router.post("query", use: queries.query)
        router.get("trace", use: queries.trace)
        let deletions = DeleteRoutes(queries: queries)
        router.post("delete", use: deletions.delete)
        router.get("audit", use: deletions.audit)
        let flags = FlagRoutes(queries: queries)
        router.get("flags", use: flags.list)
        router.post("flags", use: flags.set)
        let metrics = HTTPMetrics()
        LogsQLRoutes(queries: queries).add(to: router)
        TailRoute(queries: queries, metrics: metrics, logger: logger).add(to: router)
        BackupRoutes(collector: collector).add(to: router)
        router.get("metrics") { [runner] _, _ in
            let text = MetricsText.render(collector, queries: runner.counts, http: metrics)
            return Response.text(text, contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
        application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: limits.silenceMax)),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "lockstitch"),
            onServerRunning: { channel in
                state.isListening.store(true, ordering: .relaxed)
                await onRunning(channel.localAddress?.port ?? port)
            },
            logger: logger)
    }

    @Sendable
    private func stop() {
        collector.cancelRecovery()
        runner.stop()
    }

    /// Serves until the surrounding service group shuts down. Queries under way are ended then, and so is a replay.
    ///
    /// - Throws: `ReceiverError` when the address cannot be bound.
    public func run() async throws {
        runner.start()
        do {
            try await withGracefulShutdownHandler(operation: application.run, onGracefulShutdown: stop)
        } catch {
            try await runner.shutdown()
            throw state.isListening.load(ordering: .relaxed)
                ? error : ReceiverError.cannotListen(on: "http", host: address.host, port: address.port, error)
        }
        try await runner.shutdown()
    }
}

extension Response {
    static func text(
        _ text: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func bytes(_ bytes: [UInt8], contentType: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
