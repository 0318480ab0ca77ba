import Parsing
import Receivers

/// A frame that waits for its rows to be stored.
struct Pending: Sendable {
    /// Unlike that of any other frame of the pipeline.
    let id: Int
    let frame: Frame
    let completion: @Sendable (FrameOutcome) -> Void
}

/// Bytes of one source that are to be parsed, and the frames that are done when their rows are stored.
struct IngestWork {
    let sourceID: UInt64
    let source: LineSource
    private(set) var bytes: [UInt8]
    let receivedAt: Int64
    private(set) var isFinal: Bool
    let frames: [Pending]
    /// For an open record: until when more of it may come, on the monotonic clock in nanoseconds.
    private(set) var deadline: Int64 = 0

    init(_ pending: Pending, source: LineSource, after open: IngestWork?) {
        let frame = pending.frame
        sourceID = frame.source.id
        self.source = source
        bytes = open.map { $0.bytes + frame.bytes } ?? frame.bytes
        receivedAt = frame.receivedAt
        isFinal = frame.isFinal
        frames = (open?.frames ?? []) + [pending]
    }

    /// The open record at `offset`; when its time is over, nothing more comes for it.
    func left(from offset: Int, until deadline: Int64) -> IngestWork {
        var rest = self
        rest.bytes = Array(bytes[offset...])
        rest.isFinal = true
        rest.deadline = deadline
        return rest
    }
}

/// How far a batch has come, so that each of its frames gets its due when something fails.
struct BatchOutcome {
    /// Frames that were looked at.
    var begun: [Pending] = []
    /// Frames of which nothing is left to parse, and how many of them have all their rows in the store.
    var parsed: [Pending] = []
    var stored = 0
    /// Sources with an open record of this batch.
    var opened: Set<UInt64> = []

    /// Answers all frames of the batch.
    ///
    /// A frame that wanted to be on disk is sent again, and its rows are then stored twice, which is what at-least-once
    /// means. One that did not want it is done once its rows are stored.
    func complete(after error: any Error, _ batch: [Pending]) {
        let done = Set(parsed[..<stored].filter { !$0.frame.needsAck }.map(\.id))
        var answered: Set<Int> = []
        for pending in begun + batch where answered.insert(pending.id).inserted {
            pending.completion(done.contains(pending.id) ? .accepted : .refused(.storageFailed("\(error)")))
        }
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
        findFirstDeadline()
        return work
    }

    mutating func takeExpired(at now: Int64) -> [IngestWork] {
        guard let deadline = firstDeadline, deadline <= now else { return [] }
        let expired = bySource.values.filter { $0.deadline <= now }
        for work in expired { bySource[work.sourceID] = nil }
        findFirstDeadline()
        return expired
    }

    mutating func takeAll() -> [IngestWork] {
        defer { bySource = [:] }
        return Array(bySource.values)
    }

    private mutating func findFirstDeadline() { firstDeadline = bySource.values.map(\.deadline).min() }
}
