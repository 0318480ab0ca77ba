public import Catalog

/// Decides which requests stay, and how many each row that stays stands for.
///
/// A chunk is *hot* from when it is sealed until it is *settled*: merged with others without the rows that sampling takes
/// away. All rows are there meanwhile. The store has each hot chunk surveyed once, and asks for a verdict when some of
/// them are due. It calls from one thread at a time.
public protocol RowSampler: Sendable {
    /// For how long, and with how much, chunks stay hot.
    var window: HotWindow { get }

    /// Takes note of what decides on the requests that have rows here.
    ///
    /// - Parameters:
    ///   - segments: all rows of a chunk in their order, or the rows in memory.
    ///   - name: the same whenever the same chunk is surveyed, and another for each chunk.
    /// - Throws: when a chunk cannot be read.
    func survey(_ segments: [any Segment], name: String) throws -> any SampleSurvey

    /// Decides on all requests that have rows in the chunks that are due.
    ///
    /// - Parameters:
    ///   - due: surveys of the chunks to be settled. All are of this sampler.
    ///   - others: of all further rows there are that are not settled: chunks that stay hot, and rows in memory.
    ///   - decided: the weight of an earlier decision on the request that has an id with this hash; nil where there is
    ///     none. A request with an earlier decision follows it.
    func verdict(
        on due: [any SampleSurvey], among others: [any SampleSurvey], decided: (_ idHash: UInt64) -> Double?
    ) throws -> SampleVerdict
}

/// What a sampler keeps of the rows of one hot chunk.
public protocol SampleSurvey: Sendable {
    /// What it takes in memory.
    var memoryBytes: Int { get }
}

/// The bounds of what is not settled yet. Where one is reached the oldest chunks are settled at once, which counts as early.
public struct HotWindow: Sendable, Hashable {
    /// How long a chunk stays hot after it was sealed, in nanoseconds.
    public var age: Int64
    /// Of all hot chunks on disk.
    public var bytesMax: Int
    /// Of all surveys in memory.
    public var surveyBytesMax: Int
    /// How many ids of decided requests are remembered, for rows that come later. The oldest go first.
    public var decisionsMax: Int

    public init(
        age: Int64 = 600_000_000_000, bytesMax: Int = 4 << 30, surveyBytesMax: Int = 256 << 20, decisionsMax: Int = 1_000_000
    ) {
        self.age = age
        self.bytesMax = bytesMax
        self.surveyBytesMax = surveyBytesMax
        self.decisionsMax = decisionsMax
    }
}

/// What becomes of the rows of some hot chunks.
public struct SampleVerdict: Sendable {
    /// For each chunk that is due, for each of its rows: 0 if it goes, else how many rows it stands for, at least 1.
    public var weights: [[Double]]
    /// The decisions that were made, for each id of each request.
    public var decisions: [SamplingDecision]
    /// Called once the verdict is on disk: what the sampler counts, and what it takes from its buckets.
    public var whenSettled: @Sendable () -> Void

    public init(
        weights: [[Double]], decisions: [SamplingDecision], whenSettled: @escaping @Sendable () -> Void = {}
    ) {
        self.weights = weights
        self.decisions = decisions
        self.whenSettled = whenSettled
    }
}
