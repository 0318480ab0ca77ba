import Foundation
import Synchronization

/// What the maintenance of chunks keeps between its calls.
final class Maintenance: Sendable {
    /// Held by whoever replaces chunks.
    let turn = NSLock()
    let replacement = Mutex<Store.Replacement?>(nil)
    let replaced = ReplacedChunks()
    let metrics = MaintenanceMetrics()
    let sampling = Mutex(SamplingState())
    let clock: Mutex<RetentionClock>
    /// By service, chunks that the catalog has not counted and that turned out to have none of its rows.
    let withoutService = Mutex<[String: Set<Int64>]>([:])
    private let waiting = Atomic(0)

    init(_ clock: RetentionClock) { self.clock = Mutex(clock) }

    /// Whether one waits that shall not wait long: what is under way ends early, and is done again later.
    var isWanted: Bool { waiting.load(ordering: .relaxed) > 0 }

    /// Takes the turn ahead of what can wait.
    func withTurn<Result>(_ body: () throws -> Result) rethrows -> Result {
        waiting.add(1, ordering: .relaxed)
        turn.lock()
        waiting.subtract(1, ordering: .relaxed)
        defer { turn.unlock() }
        return try body()
    }
}
