import Synchronization

/// The word filters that were found damaged. Queries do without them, and miss no row.
final class DamagedFilters: Sendable {
    private struct State {
        /// By the path of the chunk, the row groups.
        var known: [String: Set<Int>] = [:]
        var unreported: [ChunkDamage] = []
    }

    private let state = Mutex(State())

    func add(_ damage: ChunkDamage) {
        state.withLock { state in
            let isNew = state.known[damage.path, default: []].insert(damage.rowGroup ?? 0).inserted
            if isNew { state.unreported.append(damage) }
        }
    }

    func forget(_ path: String) { state.withLock { $0.known[path] = nil } }

    var count: Int { state.withLock { $0.known.values.reduce(0) { $0 + $1.count } } }

    /// Those that were found since the last call, each once.
    func takeUnreported() -> [ChunkDamage] {
        state.withLock { state in
            defer { state.unreported = [] }
            return state.unreported
        }
    }
}

extension Store {
    /// Row groups whose word filter was found damaged.
    public var damagedFilterCount: Int { openChunks.damagedFilters.count }

    /// The word filters that were found damaged since the last call, each once.
    public func takeUnreportedFilterDamage() -> [ChunkDamage] { openChunks.damagedFilters.takeUnreported() }
}
