import NIOCore
import NIOPosix
import QueryEngine
import Synchronization

/// Runs queries on threads of their own: a slow one takes no event loop and no thread of the write path, and leaves
/// threads for others.
///
/// A query ends early when the task that asked for it is cancelled, when its time is up, and on `stop`.
final class QueryRunner: Sendable {
    private struct State {
        var queries: [ObjectIdentifier: QueryControl] = [:]
        var isStopped = false
        var counts = QueryCounts()
    }

    private let pool: NIOThreadPool
    private let queriesMax: Int
    private let state = Mutex(State())

    init(queriesMax: Int) {
        self.queriesMax = queriesMax
        // More than there are cores: a query that takes seconds shares its core with those that take milliseconds.
        pool = NIOThreadPool(numberOfThreads: max(8, 2 * System.coreCount))
    }

    var counts: QueryCounts {
        state.withLock { state in
            var counts = state.counts
            counts.waiting = max(0, state.queries.count - counts.running)
            return counts
        }
    }

    func start() { pool.start() }

    /// Ends all queries, those under way and those to come.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            for control in state.queries.values { control.cancel() }
        }
    }

    /// Waits until all have ended. To be called once started.
    func shutdown() async throws {
        stop()
        try await pool.shutdownGracefully()
    }

    /// - Parameter timeout: counted from now, so that it includes the wait for a thread.
    func run<Value: Sendable>(
        timeout: Duration, _ body: @escaping @Sendable (QueryControl) throws -> Value
    ) async throws -> Value {
        let control = QueryControl(timeout: timeout)
        try admit(control)
        defer { state.withLock { $0.queries[ObjectIdentifier(control)] = nil } }
        return try await withTaskCancellationHandler {
            try await pool.runIfActive { [self] in
                state.withLock { $0.counts.running += 1 }
                defer { state.withLock { $0.counts.running -= 1 } }
                try control.check()
                return try body(control)
            }
        } onCancel: {
            control.cancel()
        }
    }

    private func admit(_ control: QueryControl) throws {
        let count = state.withLock { state in
            if state.isStopped { control.cancel() }
            if state.queries.count < queriesMax { state.counts.taken += 1 } else { state.counts.refused += 1 }
            if state.queries.count < queriesMax { state.queries[ObjectIdentifier(control)] = control }
            return state.queries[ObjectIdentifier(control)] == nil ? queriesMax : nil
        }
        if let count { throw QueryFailure("\(count) queries are under way already; try again later", kind: .stopped) }
    }
}

/// What became of the queries that were asked.
struct QueryCounts: Sendable {
    var taken = 0
    /// As too many were under way.
    var refused = 0
    var running = 0
    var waiting = 0
}
