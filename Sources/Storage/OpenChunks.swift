import Synchronization

/// The chunks that were read last, opened.
///
/// Each has a file descriptor and a parsed footer, so only so many are kept, however many chunks there are. One that
/// has to go stays open until reads of it that are under way have ended.
final class OpenChunks: Sendable {
    private struct State {
        var chunks: [String: (layout: ChunkLayout, usedAt: Int)] = [:]
        /// Counts uses.
        var uses = 0
    }

    let damagedFilters = DamagedFilters()
    private let countMax: Int
    private let state = Mutex(State())

    /// - Parameter countMax: one at least.
    init(countMax: Int = 64) { self.countMax = countMax }

    /// The chunk at `path`, opened by `open` unless it is open already.
    func layout(_ path: String, open: () throws -> ChunkLayout) throws -> ChunkLayout {
        if let layout = state.withLock({ Self.use(path, &$0) }) { return layout }
        // Others go on meanwhile. Who opens the same chunk at the same time has the same of it.
        let layout = try open()
        state.withLock { state in
            state.uses += 1
            state.chunks[path] = (layout, state.uses)
            guard state.chunks.count > countMax, let oldest = state.chunks.min(by: { $0.value.usedAt < $1.value.usedAt })
            else { return }
            state.chunks[oldest.key] = nil
        }
        return layout
    }

    /// Closes a chunk whose file goes.
    func forget(_ path: String) {
        state.withLock { $0.chunks[path] = nil }
        damagedFilters.forget(path)
    }

    private static func use(_ path: String, _ state: inout State) -> ChunkLayout? {
        state.uses += 1
        state.chunks[path]?.usedAt = state.uses
        return state.chunks[path]?.layout
    }
}
