import Logging
public import Storage

/// What is done about damage that whoever reads a chunk finds, and said of it in the log.
public struct DamagedChunks: Sendable {
    let store: Store
    let logger: Logger

    /// Sets a chunk aside, if it is one that is damaged. Readers are to go on without it in any case.
    public func setAside(_ damage: ChunkDamage) {
        do {
            if let chunk = try store.setAside(damage) {
                logger.error("chunk '\(chunk.path)' was set aside, queries do without its \(chunk.rows) rows: \(damage)")
            } else {
                logger.warning("a chunk was left out: \(damage)")
            }
        } catch {
            logger.error("a damaged chunk could not be set aside, queries do without it: \(damage); \(error)")
        }
    }

    /// Names the word filters that were found damaged since the last call.
    func reportFilters() {
        for damage in store.takeUnreportedFilterDamage() {
            logger.warning("queries do without a word filter, which makes them slower: \(damage)")
        }
    }
}
