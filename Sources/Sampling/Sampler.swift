import Records
public import Stitching
public import Storage
import Synchronization

/// Sampling by rules: what becomes of each request whose rows are settled.
///
/// A request matches a rule when one of its records does, and the first rule that it matches decides on all of them. One
/// that matches none stays. Immutable: other rules make another sampler, which goes on with the same `SamplerState`.
public struct Sampler: RowSampler {
    public let window: HotWindow
    let rules: [SamplingRule]
    let matcher: RuleMatcher
    let stitching: StitchingRules
    private let state: SamplerState
    private let isOn: @Sendable (_ flag: String, _ randomness: UInt64) -> Bool

    /// - Parameters:
    ///   - stitching: which fields hold ids of requests.
    ///   - isOn: whether a flag is on for a request with these 56 bits of randomness.
    public init(
        _ configuration: SamplingConfiguration, stitching: StitchingRules = .standard, state: SamplerState = SamplerState(),
        isOn: @escaping @Sendable (_ flag: String, _ randomness: UInt64) -> Bool = { _, _ in true }
    ) {
        window = configuration.window
        rules = configuration.rules
        matcher = RuleMatcher(configuration.rules)
        self.stitching = stitching
        self.state = state
        self.isOn = isOn
    }

    public func survey(_ segments: [any Segment], name: String) throws -> any SampleSurvey {
        try SurveyBuilder(matcher, stitching, name: name).build(segments)
    }

    public func verdict(
        on due: [any SampleSurvey], among others: [any SampleSurvey], decided: (_ idHash: UInt64) -> Double?
    ) throws -> SampleVerdict {
        let explained = explain(due, others, decided)
        return SampleVerdict(weights: explained.weights, decisions: explained.decisions) {
            [state, buckets = explained.buckets, tally = explained.tally] in
            state.buckets.withLock { $0 = buckets }
            state.metrics.add(tally)
        }
    }

    /// A verdict with what led to it.
    func explain(
        _ due: [any SampleSurvey], _ others: [any SampleSurvey], _ decided: (_ idHash: UInt64) -> Double?
    ) -> Verdict {
        let all = (due + others).compactMap { $0 as? RequestSurvey }
        precondition(all.count == due.count + others.count, "a survey of another sampler")
        var verdict = Verdict(
            Requests(all, due: due.count, hubNeighbours: stitching.hubNeighbours), all, due: due.count, rules, isOn,
            state.buckets.withLock { $0 })
        verdict.decide(decided)
        return verdict
    }
}
