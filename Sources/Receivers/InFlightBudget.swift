import Synchronization

/// The bytes that a receiver has handed on and that are not stored yet, over all of its connections.
final class InFlightBudget: Sendable {
    private struct State {
        var used = 0
        var isFull = false
        var isGivenUp = false
        var waitingForRoom: [@Sendable () -> Void] = []
        var waitingForEmpty: [@Sendable () -> Void] = []
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var used: Int { state.withLock { $0.used } }

    /// Counts bytes as in flight, whether or not there is room.
    func take(_ bytes: Int) {
        state.withLock {
            $0.used += bytes
            if $0.used >= bytesMax { $0.isFull = true }
        }
    }

    /// Counts bytes as stored, or given up.
    func release(_ bytes: Int) {
        let calls = state.withLock { state in
            state.used -= bytes
            precondition(state.used >= 0, "more bytes released than taken")
            var calls: [@Sendable () -> Void] = []
            if state.used < max(1, bytesMax / 2) {
                state.isFull = false
                calls = state.waitingForRoom
                state.waitingForRoom = []
            }
            if state.used == 0 {
                calls += state.waitingForEmpty
                state.waitingForEmpty = []
            }
            return calls
        }
        for call in calls { call() }
    }

    /// True if there is room. Otherwise calls `resume` once there is: when less than half is used.
    func hasRoom(orCall resume: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if state.isFull { state.waitingForRoom.append(resume) }
            return !state.isFull
        }
    }

    /// Whether so many more bytes stay within the bound.
    func fits(_ bytes: Int) -> Bool { state.withLock { $0.used + bytes <= bytesMax } }

    /// Returns when nothing is in flight, or after `giveUp`.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                let isDone = state.used == 0 || state.isGivenUp
                if !isDone { state.waitingForEmpty.append { continuation.resume() } }
                return isDone
            }
            if isDone { continuation.resume() }
        }
    }

    /// Ends all `waitUntilEmpty` calls, those to come too.
    func giveUp() {
        let calls = state.withLock { state in
            state.isGivenUp = true
            defer { state.waitingForEmpty = [] }
            return state.waitingForEmpty
        }
        for call in calls { call() }
    }
}
