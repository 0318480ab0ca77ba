import Parsing
import Receivers

/// A frame that waits for its rows to be stored.
struct Pending: Sendable {
    /// Unlike that of any other frame of the pipeline.
    let id: Int
    let frame: Frame
    let completion: @Sendable (FrameOutcome) -> Void
}

/// Bytes of one source that are to be parsed, and the frames they came in.
struct IngestWork {
    private struct Part {
        let pending: Pending
        /// Where its bytes end.
        let end: Int
    }

    let sourceID: UInt64
    let source: LineSource
    let receivedAt: Int64
    private(set) var bytes: [UInt8]
    /// The records held from earlier batches: where each ends, and until when more of it may come, on the monotonic clock
    /// in nanoseconds.
    private var held: [(end: Int, deadline: Int64)]
    private var parts: [Part]
    private var isLast: Bool
    /// How much was held from earlier batches.
    private var heldBytes = 0
    private var heldParts = 0

    /// A record that comes in more frames than this ends all the same: each frame goes over it again.
    private static let framesMax = 1_024

    init(_ pending: Pending, source: LineSource, after open: IngestWork?) {
        sourceID = pending.frame.source.id
        self.source = source
        receivedAt = pending.frame.receivedAt
        bytes = open?.bytes ?? []
        held = open?.held ?? []
        parts = open?.parts ?? []
        isLast = false
        heldBytes = bytes.count
        heldParts = parts.count
        append(pending)
    }

    /// Adds the next frame of the source.
    mutating func append(_ pending: Pending) {
        bytes += pending.frame.bytes
        parts.append(Part(pending: pending, end: bytes.count))
        isLast = pending.frame.isFinal
    }

    /// Whether nothing more comes for the records at the end.
    var isFinal: Bool { isLast || heldParts >= Self.framesMax }

    /// The earliest time at which a held record is waited for no longer.
    var deadline: Int64 { held.map(\.deadline).min() ?? .max }

    /// The ends of the held records that are waited for no longer.
    func overdue(at now: Int64) -> Set<Int> { Set(held.filter { $0.deadline <= now }.map(\.end)) }

    var frames: [Pending] { parts.map(\.pending) }

    /// The frames that came with this batch, and those held from earlier ones.
    var newFrames: [Pending] { parts[heldParts...].map(\.pending) }
    var heldFrames: [Pending] { parts[..<heldParts].map(\.pending) }

    /// What is left open once it was parsed, and the frames of which nothing is.
    func split(_ progress: LineParser.Progress, at now: Int64) -> (open: IngestWork?, parsed: [Pending]) {
        guard !progress.open.isEmpty else { return (nil, frames) }
        let lines = progress.open.flatMap(\.lines).sorted { $0.lowerBound < $1.lowerBound }
        let earlier = Dictionary(uniqueKeysWithValues: held.map { ($0.end, $0.deadline) })
        var deadlines: [Int: Int64] = [:]
        // A record that has not gone on since is waited for no longer than was said then.
        for record in progress.open { deadlines[record.end] = earlier[record.end] ?? now + record.timeout }
        var open = self
        open.bytes = []
        open.held = []
        open.parts = []
        var part = 0
        for line in lines {
            while parts[part].end <= line.lowerBound { part += 1 }
            var start = line.lowerBound
            while start < line.upperBound {
                let end = min(parts[part].end, line.upperBound)
                open.add(bytes[start..<end], of: parts[part].pending)
                start = end
                if end == parts[part].end { part += 1 }
            }
            if let deadline = deadlines[line.upperBound] { open.held.append((open.bytes.count, deadline)) }
        }
        open.hold()
        let left = Set(open.parts.map(\.pending.id))
        return (open, frames.filter { !left.contains($0.id) })
    }

    private mutating func add(_ more: ArraySlice<UInt8>, of pending: Pending) {
        bytes += more
        if parts.last?.pending.id == pending.id { parts.removeLast() }
        parts.append(Part(pending: pending, end: bytes.count))
    }

    /// What was held from earlier batches, as it was; nil where nothing was.
    func held(until deadline: Int64) -> IngestWork? {
        guard heldParts > 0 else { return nil }
        var held = self
        held.bytes = Array(bytes[..<heldBytes])
        held.held = self.held.map { ($0.end, deadline) }
        held.parts = Array(parts[..<heldParts])
        held.hold()
        return held
    }

    /// The same, when no more of its source comes.
    func ended() -> IngestWork {
        var ended = self
        ended.isLast = true
        return ended
    }

    private mutating func hold() {
        isLast = false
        heldBytes = bytes.count
        heldParts = parts.count
    }
}

/// Records at the end of a frame that may go on in the next frame of their source: held back until that comes, or until
/// their time is over. Their frames count as in flight meanwhile, which bounds what is held.
struct OpenRecords {
    private var bySource: [UInt64: IngestWork] = [:]

    /// The earliest deadline, nil if nothing is open.
    private(set) var firstDeadline: Int64?

    mutating func hold(_ work: IngestWork) {
        bySource[work.sourceID] = work
        firstDeadline = min(firstDeadline ?? work.deadline, work.deadline)
    }

    mutating func take(_ sourceID: UInt64) -> IngestWork? {
        guard !bySource.isEmpty, let work = bySource.removeValue(forKey: sourceID) else { return nil }
        if work.deadline == firstDeadline { findFirstDeadline() }
        return work
    }

    /// Takes what has reached its deadline, but for `sources`, of which more has come already.
    mutating func takeExpired(at now: Int64, except sources: () -> Set<UInt64>) -> [IngestWork] {
        guard let deadline = firstDeadline, deadline <= now else { return [] }
        let spared = sources()
        let expired = bySource.values.filter { $0.deadline <= now && !spared.contains($0.sourceID) }
        for work in expired { bySource[work.sourceID] = nil }
        findFirstDeadline()
        return expired
    }

    mutating func takeAll() -> [IngestWork] {
        defer {
            bySource = [:]
            firstDeadline = nil
        }
        return bySource.values.map { $0.ended() }
    }

    private mutating func findFirstDeadline() {
        firstDeadline = nil
        for work in bySource.values { firstDeadline = min(firstDeadline ?? work.deadline, work.deadline) }
    }
}

/// How far a batch has come, so that each of its frames gets its due when something fails.
struct BatchOutcome {
    /// Frames of which nothing is left to parse, and how many of them have all their rows in the store.
    var parsed: [Pending] = []
    var stored = 0

    /// Answers the frames of `works` after a failure, and gives back what was held from earlier batches: rows of its
    /// frames are in the store already, and must not come again.
    ///
    /// A frame that wanted to be on disk is sent again, and its rows are then stored twice, which is what at-least-once
    /// means. One that did not want it is done once its rows are stored.
    func complete(_ works: [IngestWork], after error: any Error, holdUntil deadline: Int64) -> [IngestWork] {
        let done = Set(parsed[..<stored].map(\.id))
        var held: [IngestWork] = []
        for work in works {
            let isHeldDone = work.heldFrames.allSatisfy { done.contains($0.id) }
            if !isHeldDone, let before = work.held(until: deadline) { held.append(before) }
            for pending in isHeldDone ? work.frames : work.newFrames {
                let isDone = done.contains(pending.id) && !pending.frame.needsAck
                pending.completion(isDone ? .accepted : .refused(.storageFailed("\(error)")))
            }
        }
        return held
    }
}
