import Storage
import Synchronization

/// What a query did, noted by all of its threads.
final class QueryProfile: Sendable {
    struct Counts {
        /// Chunks of which the catalog's counts told enough.
        var countedChunks = 0
        /// Segments that the sort could do without.
        var unwantedSegments = 0
        /// Blocks passed over by word filters and statistics.
        var prunedBlocks = 0
        /// Blocks whose rows were looked at, these rows, and those that matched.
        var blocks = 0
        var rows = 0
        var matchingRows = 0
        /// Parts that were made, and that were known from an earlier query.
        var parts = 0
        var knownParts = 0
        /// CPU time of filters, in nanoseconds; only counted where stages are measured.
        var filterNanoseconds = 0
        /// By place of the pipe.
        var stages: [Int: Stage] = [:]
    }

    struct Stage {
        /// Rows that it was given.
        var rows = 0
        /// CPU time in it and in those after it.
        var nanoseconds = 0
    }

    /// Whether the time that each stage takes is measured.
    let measuresStages: Bool

    let reads = ReadCounts()
    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    init(measuresStages: Bool = false) { self.measuresStages = measuresStages }

    func note(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }
}
