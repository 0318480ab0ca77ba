public import Storage

/// What sampling makes of a row, and why.
public struct ExplainedRow: Sendable, Hashable {
    /// The same for all rows of a request, counted from 0 in the order in which they come.
    public let request: Int
    /// The rule that decided; nil where none matches.
    public let rule: String?
    /// Whether the row itself matches that rule; another row of its request does, if not.
    public let matchesRule: Bool
    /// 0 if it goes, else how many rows it stands for.
    public let weight: Double
    /// 56 bits, and what they were held against: a request below its threshold goes.
    public let randomness: UInt64
    public let threshold: UInt64
}

extension Sampler {
    /// What would become of the rows of some segments, were there no others.
    ///
    /// - Throws: when a column cannot be read.
    public func explain(_ segments: [any Segment]) throws -> [ExplainedRow] {
        let survey = try SurveyBuilder(matcher, stitching, name: "").build(segments)
        let verdict = explain([survey], [], { _ in nil })
        let filters = try matcher.compiled(now: 0)
        var keys = RateKeys()
        let matches = try segments.map { try matcher.matches($0, 0..<$0.rowCount, filters, &keys) }
        let requestRules = Array(matches.map(\.requestRules).joined())
        let recordRules = Array(matches.map(\.recordRules).joined())
        var numbers: [UInt64: Int] = [:]
        var lone = 0
        return survey.groupOfRow.indices.map { row in
            let group = survey.groupOfRow[row]
            var key = UInt64(1) << 32 | UInt64(row)
            var decision = Verdict.Decision(weight: 1)
            var randomness = survey.randomness(ofLoneRow: UInt32(row))
            if group == RequestSurvey.noGroup {
                decision = verdict.ofLoneRow[0][lone]
                lone += 1
            } else {
                let request = Int(verdict.requests.requestOfGroup[0][Int(group)])
                key = UInt64(request)
                decision = verdict.ofRequest[request] ?? decision
                randomness = verdict.requests.requests[request].randomness.randomness
            }
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            let weight = verdict.weights[0][row]
            var rule = decision.rule
            // A rule about records took it from a request that stays.
            if weight == 0, decision.weight > 0 { rule = recordRules[row].trailingZeroBitCount }
            let all = requestRules[row] | recordRules[row]
            return ExplainedRow(
                request: number, rule: rule.map { rules[$0].name }, matchesRule: rule.map { all & 1 << UInt64($0) != 0 } ?? false,
                weight: weight, randomness: randomness, threshold: decision.threshold)
        }
    }
}
