import Receivers

/// What is in the log since its last sync, and the frames that wait for the next one. They count as in flight, which bounds
/// them.
struct UnsyncedFrames {
    private let durability: Durability
    private let interval: Int64
    private var frames: [Pending] = []
    private var lastSync: Int64 = 0
    private var hasRows = false

    init(_ durability: Durability, interval: Int64) {
        self.durability = durability
        self.interval = interval
    }

    /// Takes the frames that have to wait; gives back those that can be answered now.
    mutating func hold(_ stored: [Pending]) -> [Pending] {
        guard durability == .interval else { return stored }
        frames += stored.filter(\.frame.needsAck)
        return stored.filter { !$0.frame.needsAck }
    }

    mutating func takeAll() -> [Pending] {
        defer { frames = [] }
        return frames
    }

    /// There may be new rows in the log.
    mutating func noteRows() { hasRows = true }

    /// All that was stored is on disk, or never will be: after a sync that failed the rows go to a chunk.
    mutating func noteSync(at now: Int64) {
        lastSync = now
        hasRows = false
    }

    func isDue(at now: Int64) -> Bool { deadline.map { now >= $0 } ?? false }

    /// When the next sync is due; nil where there is nothing to sync.
    var deadline: Int64? { hasRows ? lastSync + interval : nil }
}
