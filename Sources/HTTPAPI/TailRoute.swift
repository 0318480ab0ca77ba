import Hummingbird
import Logging
import LogsQL
import NIOCore
import QueryEngine
import Records
import ServiceLifecycle
import Storage
import Synchronization

/// `/select/logsql/tail`: the records that match, as they come, until the client goes.
///
/// Each `refresh_interval` it asks for the records up to `offset` ago, and gives those that it has not given; it looks back for
/// five seconds, as records come late. It begins with those of the last `start_offset`.
struct TailRoute: Sendable {
    let queries: QueryRoutes
    let metrics: HTTPMetrics
    let logger: Logger

    private static let lookBack: Int64 = 5_000_000_000
    private static let refreshMin: Int64 = 100_000_000

    private struct Plan {
        let asked: LogsQLRequest
        let refresh: Duration
        let startOffset: Int64
        let offset: Int64
        let timeout: Duration
    }

    func add(to router: Router<BasicRequestContext>) {
        router.get("select/logsql/tail", use: respond)
        router.post("select/logsql/tail", use: respond)
    }

    @Sendable
    private func respond(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        var request = request
        do {
            _ = try await request.collectBody(upTo: queries.limits.formBytesMax)
        } catch is NIOTooManyBytesError {
            return refusal("the form is longer than \(queries.limits.formBytesMax) bytes", .badRequest)
        }
        do {
            let plan = try await plan(request)
            try admit()
            var response = Response(
                status: .ok, headers: [.contentType: "application/x-ndjson"], body: body(of: request, plan))
            response.headers[.connection] = "close"
            return response
        } catch {
            return refusal("\(error)", queries.status(of: error))
        }
    }

    private func refusal(_ reason: String, _ status: HTTPResponse.Status) -> Response {
        var response = Response.text("\(reason)\n", status: status)
        response.headers[.connection] = "close"
        return response
    }

    private func plan(_ request: Request) async throws -> Plan {
        let parameters = try await Parameters(request, request.body, bodyBytesMax: queries.limits.formBytesMax)
        let asked = try LogsQLRequest(parameters, request.headers, clock: queries.store.now())
        guard asked.query.givesRecordsByTime else {
            throw ParameterError(
                "a live tail gives records as they come, with their times: leave pipes away that count, sort or limit them, or "
                    + "that take '_time' away")
        }
        let refresh = try parameters.positiveDuration("refresh_interval", default: 1_000_000_000)
        let offsets = try ["start_offset", "offset"].map { try parameters.duration($0) }
        guard offsets.allSatisfy({ $0 ?? 0 >= 0 }) else { throw ParameterError("an offset of a live tail cannot be below 0") }
        return Plan(
            asked: asked, refresh: .nanoseconds(max(refresh, Self.refreshMin)), startOffset: offsets[0] ?? 5_000_000_000,
            offset: offsets[1] ?? 1_000_000_000, timeout: try parameters.timeout(queries.limits))
    }

    private func admit() throws {
        let count = metrics.tails.add(1, ordering: .relaxed).newValue
        guard count <= queries.limits.tailsMax else {
            metrics.tails.subtract(1, ordering: .relaxed)
            throw QueryFailure("\(queries.limits.tailsMax) live tails are under way already; try again later", kind: .stopped)
        }
    }

    /// Ends the tail when the client closes the connection.
    private func body(of request: Request, _ plan: Plan) -> ResponseBody {
        let place = TailPlace(metrics)
        return ResponseBody { writer in
            defer { place.leave() }
            do {
                // So that the client sees the answer begin.
                try await writer.write(ByteBuffer())
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await follow(plan) { try await writer.write(ByteBuffer(bytes: $0)) }
                }
            } catch is CancellationError {
                // The client has gone, or the collector is ending.
            } catch {
                try await writer.write(ByteBuffer(string: "\(error)\n"))
            }
            try await writer.finish(nil)
        }
    }

    private func follow(_ plan: Plan, _ write: ([UInt8]) async throws -> Void) async throws {
        var given = GivenRows()
        var isCut = false
        var end = queries.store.now() - plan.offset
        var start = Int64(clamping: Int128(end) - Int128(plan.startOffset))
        while true {
            let times = start...max(start, end)
            let records = try await records(plan, times)
            if records.count == queries.limits.tailRowsMax {
                metrics.tailCuts.add(1, ordering: .relaxed)
                if !isCut { logger.warning("a live tail takes only the latest \(records.count) records at a time: \(plan.asked.query)") }
                isCut = true
            }
            let hasStream = plan.asked.query.givesWholeRecords
            let lines = given.new(records.map { record in
                var bytes: [UInt8] = []
                record.appendLogsQL(hasStream: hasStream, to: &bytes)
                return (record.time ?? .min, bytes)
            })
            metrics.tailRows.add(lines.count, ordering: .relaxed)
            if !lines.isEmpty { try await write(Array(lines.joined())) }
            try await pause(plan.refresh)
            start = Int64(clamping: Int128(times.upperBound) - Int128(Self.lookBack))
            given.forget(before: start)
            end = queries.store.now() - plan.offset
        }
    }

    /// The latest records in some times, oldest first.
    private func records(_ plan: Plan, _ times: ClosedRange<Int64>) async throws -> [Record] {
        let limit = queries.limits.tailRowsMax
        let query = plan.asked.query.latest(limit)
        return try await queries.runner.run(timeout: plan.timeout) { control in
            try queries.reading(control) { snapshot in
                try queries.run(query, over: snapshot, limit: nil, times: times, now: times.upperBound, control)
            }.0.records.reversed()
        }
    }

    /// - Throws: `CancellationError` when the collector is to end, or the client has gone.
    private func pause(_ duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Task.sleep(for: duration) }
            group.addTask {
                try await gracefulShutdown()
                throw CancellationError()
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// Counts a tail until it ends, even if nobody ever reads its answer.
private final class TailPlace: Sendable {
    private let metrics: HTTPMetrics
    private let hasLeft = Atomic(false)

    init(_ metrics: HTTPMetrics) { self.metrics = metrics }

    deinit { leave() }

    func leave() {
        if !hasLeft.exchange(true, ordering: .relaxed) { metrics.tails.subtract(1, ordering: .relaxed) }
    }
}

/// What a tail has given of the times that it will look at again.
private struct GivenRows {
    /// By the hash of the line.
    private var counts: [Int: (count: Int, time: Int64)] = [:]

    /// Those of `rows` that were not given; of equal ones as many as are new.
    mutating func new(_ rows: [(time: Int64, line: [UInt8])]) -> [[UInt8]] {
        var seen: [Int: Int] = [:]
        return rows.filter { row in
            let key = row.line.hashValue
            let count = seen[key, default: 0] + 1
            seen[key] = count
            guard count > counts[key]?.count ?? 0 else { return false }
            counts[key] = (count, row.time)
            return true
        }.map(\.line)
    }

    mutating func forget(before time: Int64) { counts = counts.filter { $0.value.time >= time } }
}
