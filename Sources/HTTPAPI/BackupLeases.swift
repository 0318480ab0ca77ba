import Storage
import Synchronization
import SystemIO

/// Chunks that are held for backups under way. One that is not asked for for a while has ended.
final class BackupLeases: Sendable {
    private struct Lease {
        let view: BackupView
        /// On the monotonic clock, in nanoseconds.
        var usedAt: Int64
    }

    /// How long a backup may not ask for anything.
    static let idle: Duration = .seconds(900)
    /// Backups at once. Further ones are refused: 503.
    static let countMax = 4

    private let clock: any WallClock
    private let names: ULIDGenerator
    private let leases = Mutex<[String: Lease]>([:])

    init(clock: any WallClock) {
        self.clock = clock
        names = ULIDGenerator(clock: clock, random: SystemRandomSource())
    }

    /// Holds the chunks of a view; nil when there are too many such already.
    func add(_ view: BackupView) -> String? {
        let id = names.next()
        let isAdded = leases.withLock { leases in
            removeIdle(&leases)
            guard leases.count < Self.countMax else { return false }
            leases[id] = Lease(view: view, usedAt: clock.monotonic())
            return true
        }
        return isAdded ? id : nil
    }

    /// Nil when it has ended.
    func use(_ id: String) -> BackupView? {
        leases.withLock { leases in
            removeIdle(&leases)
            leases[id]?.usedAt = clock.monotonic()
            return leases[id]?.view
        }
    }

    func remove(_ id: String) { leases.withLock { $0[id] = nil } }

    func isHeld(_ id: String) -> Bool {
        leases.withLock { leases in
            removeIdle(&leases)
            return leases[id] != nil
        }
    }

    private func removeIdle(_ leases: inout [String: Lease]) {
        let oldest = clock.monotonic() - Int64(Self.idle.components.seconds) * 1_000_000_000
        leases = leases.filter { $0.value.usedAt >= oldest }
    }
}
