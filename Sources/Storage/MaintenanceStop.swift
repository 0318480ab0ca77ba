import Synchronization

/// Ends the maintenance of chunks from outside. What it was making is thrown away; nothing is lost by it.
public final class MaintenanceStop: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public func stop() { flag.store(true, ordering: .relaxed) }

    public var isStopped: Bool { flag.load(ordering: .relaxed) }
}

/// Maintenance that was to end before it was done.
struct MaintenanceStopped: Error {}
