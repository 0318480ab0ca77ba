import Catalog
import Synchronization
import SystemIO

/// Hot chunks that sampling has gone through, now one chunk.
public struct Settlement: Sendable {
    /// Why chunks were settled before their time.
    public enum Early: String, Sendable, CaseIterable {
        /// Hot chunks took more than `HotWindow.bytesMax`.
        case disk
        /// Their surveys took more than `HotWindow.surveyBytesMax`.
        case memory
    }

    public let chunks: Int
    public let rows: Int
    /// Of these rows, those that stayed.
    public let keptRows: Int
    public let bytesBefore: Int
    public let bytesAfter: Int
    public let early: Early?
}

/// What sampling keeps between settlings.
struct SamplingState {
    private(set) var sampler: (any RowSampler)?
    /// Counts samplers: a survey is of use only to the one that made it.
    private(set) var generation = 0
    /// Of hot chunks, by their number in the catalog.
    var surveys: [Int64: any SampleSurvey] = [:]
    var decisions = DecisionMemory()

    mutating func use(_ new: (any RowSampler)?) {
        sampler = new
        generation += 1
        surveys = [:]
    }

    var surveyBytes: Int { surveys.values.reduce(0) { $0 + $1.memoryBytes } }
}

extension Store {
    /// From now on chunks are hot when they are sealed, and this decides what becomes of them; nil for no sampling. Chunks
    /// that are hot already are surveyed anew.
    public func use(_ sampler: (any RowSampler)?) {
        maintenance.sampling.withLock { $0.use(sampler) }
    }

    /// What a chunk that is sealed now has as `ChunkRecord.hotSince`.
    var hotSince: Int64? { maintenance.sampling.withLock { $0.sampler == nil } ? nil : clock.now() }

    /// The hot chunks there are, their rows and bytes, and what their surveys take in memory.
    public var hotCounts: (chunks: Int, rows: Int, bytes: Int, surveyBytes: Int) {
        let hot = liveChunks.filter { $0.record.hotSince != nil }
        return (
            hot.count, hot.reduce(0) { $0 + $1.record.rows }, hot.reduce(0) { $0 + $1.record.bytes },
            maintenance.sampling.withLock { $0.surveyBytes }
        )
    }

    /// Surveys new hot chunks, and settles some of those that are due.
    ///
    /// - Parameter stop: ends it early, as a deletion that comes meanwhile does.
    /// - Returns: nil when nothing was due, or it ended early.
    /// - Throws: when a chunk cannot be read, or the new one not written; all is then as before.
    public func settleIfDue(_ stop: MaintenanceStop = MaintenanceStop()) throws -> Settlement? {
        guard liveChunks.contains(where: { $0.record.hotSince != nil }) else { return nil }
        return try maintaining(stop) { checkpoint in
            let sampling = maintenance.sampling.withLock { $0 }
            guard let sampler = sampling.sampler else {
                try coolDown()
                return nil
            }
            let (hot, memory) = state.withLock { state in
                (state.chunks.filter { $0.record.hotSince != nil }, (state.sealing?.memtable.segments ?? []) + state.active.segments)
            }
            let (surveys, surveyBytes) = try survey(hot, sampler, sampling, checkpoint)
            let policy = SettlingPolicy(window: sampler.window, targetBytes: options.compactionBytes)
            let surveyed = hot.map(\.record).filter { surveys[$0.id] != nil }
            guard let due = policy.next(surveyed, surveyBytes: surveyBytes, now: clock.now()) else { return nil }
            let others = surveyed.map(\.id).filter { id in !due.chunks.contains { $0.id == id } }
            let rowsInMemory = try memory.isEmpty ? [] : [sampler.survey(memory, name: "")]
            try checkpoint()
            let verdict = try sampler.verdict(
                on: due.chunks.compactMap { surveys[$0.id] }, among: others.compactMap { surveys[$0] } + rowsInMemory,
                decided: { sampling.decisions[$0] })
            return try settle(due, verdict, sampler.window, checkpoint)
        }
    }

    /// Makes hot chunks like all others, as they are.
    private func coolDown() throws {
        let hot = liveChunks.filter { $0.record.hotSince != nil }
        try catalog.coolDown(hot.map(\.record.id))
        let ids = Set(hot.map(\.record.id))
        setChunks { chunks in
            chunks.map { ids.contains($0.record.id) ? Chunk(record: $0.record.cooled, file: $0.file) : $0 }
        }
    }

    /// Of the hot chunks, the first sealed first, until they take more memory than they may.
    private func survey(
        _ hot: [Chunk], _ sampler: any RowSampler, _ sampling: SamplingState, _ checkpoint: () throws -> Void
    ) throws -> (surveys: [Int64: any SampleSurvey], bytes: Int) {
        var surveys: [Int64: any SampleSurvey] = [:]
        var bytes = 0
        for chunk in hot.sorted(by: { ($0.record.hotSince ?? 0, $0.record.id) < ($1.record.hotSince ?? 0, $1.record.id) })
        where bytes <= sampler.window.surveyBytesMax {
            try checkpoint()
            let survey = try sampling.surveys[chunk.record.id] ?? sampler.survey(chunk.file.segments(), name: chunk.record.path)
            surveys[chunk.record.id] = survey
            bytes += survey.memoryBytes
        }
        maintenance.sampling.withLock { if $0.generation == sampling.generation { $0.surveys = surveys } }
        return (surveys, bytes)
    }

    private func settle(
        _ due: SettlingPolicy.Due, _ verdict: SampleVerdict, _ window: HotWindow,
        _ checkpoint: @escaping @Sendable () throws -> Void
    ) throws -> Settlement {
        let byID = liveChunksByID
        let inputs = due.chunks.compactMap { byID[$0.id] }
        guard inputs.count == due.chunks.count, verdict.weights.count == due.chunks.count,
            zip(inputs, verdict.weights).allSatisfy({ $0.record.rows == $1.count })
        else { throw StorageError("cannot settle chunks: the sampler's verdict is on other rows than they have") }
        let weights = RowWeights(paths: inputs.map(\.file.path), weights: verdict.weights, starts: try inputs.map(Self.groupStarts))
        let outcome = try rewriter(checkpoint).rewrite(
            inputs, ulid: names.next(), level: 1, choice: .weighted(weights.callAsFunction), isHot: false)
        Failpoint.pass("settle.written")
        let rows = due.chunks.reduce(0) { $0 + $1.rows }
        let settlement = Settlement(
            chunks: due.chunks.count, rows: rows, keptRows: rows - outcome.excludedRows,
            bytesBefore: due.chunks.reduce(0) { $0 + $1.bytes }, bytesAfter: outcome.sealed?.contents.bytes ?? 0,
            early: due.early)
        try replace(inputs, with: outcome.sealed.map { [$0] } ?? [], decisions: verdict.decisions) { [maintenance] in
            maintenance.sampling.withLock { sampling in
                sampling.decisions.add(verdict.decisions, idsMax: window.decisionsMax)
                for chunk in due.chunks { sampling.surveys[chunk.id] = nil }
            }
            maintenance.metrics.count(settlement)
            verdict.whenSettled()
        }
        Failpoint.pass("settle.published")
        try catalog.forgetSamplingDecisions(beyond: window.decisionsMax)
        return settlement
    }

    /// The first row of each row group.
    private static func groupStarts(_ chunk: Chunk) throws -> [Int] {
        var next = 0
        return try chunk.file.segments().map { segment in
            defer { next += segment.rowCount }
            return next
        }
    }

    /// Loads what was decided before the start.
    func loadDecisions() throws {
        let idsMax = HotWindow().decisionsMax
        let settlings = try catalog.samplingDecisions(idsMax: idsMax)
        maintenance.sampling.withLock { sampling in
            for decisions in settlings.reversed() { sampling.decisions.add(decisions, idsMax: idsMax) }
        }
    }
}

/// The weights of all rows of some chunks.
private struct RowWeights {
    private let chunks: [String: (weights: [Double], starts: [Int])]

    init(paths: [String], weights: [[Double]], starts: [[Int]]) {
        chunks = Dictionary(uniqueKeysWithValues: zip(paths, zip(weights, starts).map { (weights: $0, starts: $1) }))
    }

    func callAsFunction(_ segment: ChunkSegment, _ rows: Range<Int>) -> ArraySlice<Double> {
        guard let (weights, starts) = chunks[segment.path] else { return [] }
        let start = starts[segment.rowGroup]
        return weights[start + rows.lowerBound..<start + rows.upperBound]
    }
}

extension ChunkRecord {
    /// The same, not hot.
    fileprivate var cooled: ChunkRecord {
        ChunkRecord(
            id: id, path: path, minTime: minTime, maxTime: maxTime, rows: rows, bytes: bytes, day: day, level: level)
    }
}
