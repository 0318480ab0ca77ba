import Receivers

/// Frames whose rows are in the log and that wait for its next sync. They count as in flight, which bounds them.
struct UnsyncedFrames {
    private let durability: Durability
    private let interval: Int64
    private var frames: [Pending] = []
    private var lastSync: Int64 = 0

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

    mutating func noteSync(at now: Int64) { lastSync = now }

    func isDue(at now: Int64) -> Bool { now - lastSync >= interval }

    /// When the frames that wait are to be answered; nil while none does.
    var deadline: Int64? { frames.isEmpty ? nil : lastSync + interval }
}
