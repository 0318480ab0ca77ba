public import Catalog
import Foundation
public import Records
import Synchronization
import SystemIO

/// The flags of a store, and those who want to know of changes.
final class FlagBoard: Sendable {
    private struct State {
        var flags: FeatureFlags
        var observers: [@Sendable (FeatureFlags) -> Void] = []
    }

    private let state: Mutex<State>
    /// Held while a flag is set and observers are told, so that all are told of changes in their order.
    private let turn = NSLock()

    init(_ records: [FlagRecord]) { state = Mutex(State(flags: Self.flags(records))) }

    var flags: FeatureFlags { state.withLock { $0.flags } }

    /// - Parameter set: changes flags, and returns all there are then.
    func change(_ set: () throws -> [FlagRecord]) rethrows {
        try turn.withLock {
            let flags = Self.flags(try set())
            let observers = state.withLock { state in
                state.flags = flags
                return state.observers
            }
            for observer in observers { observer(flags) }
        }
    }

    func add(_ observer: @escaping @Sendable (FeatureFlags) -> Void) {
        turn.withLock {
            observer(flags)
            state.withLock { $0.observers.append(observer) }
        }
    }

    private static func flags(_ records: [FlagRecord]) -> FeatureFlags {
        FeatureFlags(Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0.percent) }))
    }
}

extension Store {
    /// The flags as they are now. Cheap.
    public var featureFlags: FeatureFlags { flagBoard.flags }

    /// All flags, by name, with who set them.
    public func flags() throws -> [FlagRecord] { try catalog.flags() }

    /// Sets a flag for good, and notes it in the audit.
    ///
    /// - Parameters:
    ///   - percent: of all requests, in `0...100`.
    ///   - who: for the audit; 256 characters of it.
    /// - Returns: the percentage before, 100 for a flag that was not there.
    /// - Throws: a `StorageError` for a name or percentage that cannot be, else when it cannot be written.
    @discardableResult
    public func setFlag(_ name: String, percent: Double, who: String) throws -> Double {
        if let fault = FeatureFlags.fault(ofName: name) { throw StorageError("cannot set a flag: \(fault)") }
        guard (0...100).contains(percent) else {
            throw StorageError("cannot set flag '\(name)' to \(percent) %: it must be from 0 to 100")
        }
        var before = 100.0
        try flagBoard.change {
            before = try catalog.flags().first { $0.name == name }?.percent ?? 100
            try catalog.set(
                FlagRecord(name: name, percent: percent, changedAt: clock.now(), who: String(who.prefix(256))),
                change: "\(name): \(FeatureFlags.text(before)) -> \(FeatureFlags.text(percent))", countMax: FeatureFlags.countMax)
            return try catalog.flags()
        }
        return before
    }

    /// From now on calls `observer` with all flags: once at once, and then after each change, in their order. It may not
    /// set flags itself.
    public func onFlagsChanged(_ observer: @escaping @Sendable (FeatureFlags) -> Void) { flagBoard.add(observer) }
}
