import Catalog
import Records
import Storage

/// Decides on all requests with rows in chunks that are due.
struct Verdict {
    /// What was decided on a request, or on a lone row.
    struct Decision {
        /// The number of the rule; nil for none.
        var rule: Int?
        /// Whether it follows an earlier decision.
        var isEarlier = false
        /// 0 if it goes.
        var weight: Double
        /// What its randomness was held against.
        var threshold: UInt64 = 0
    }

    private let surveys: [RequestSurvey]
    private let due: Int
    private let rules: [SamplingRule]
    private let isOn: (String, UInt64) -> Bool
    let requests: Requests
    /// Of the buckets of rules with a rate, as they are afterwards.
    private(set) var buckets: [String: RateBuckets]
    /// By request; nil for one without rows in a due chunk.
    private(set) var ofRequest: [Decision?]
    /// By due chunk, by place among its lone rows.
    private(set) var ofLoneRow: [[Decision]]
    private(set) var tally = SamplingMetrics.Values()
    private(set) var weights: [[Double]] = []

    init(
        _ requests: Requests, _ surveys: [RequestSurvey], due: Int, _ rules: [SamplingRule], _ isOn: @escaping (String, UInt64) -> Bool,
        _ buckets: [String: RateBuckets]
    ) {
        self.surveys = surveys
        self.due = due
        self.rules = rules
        self.isOn = isOn
        self.buckets = buckets
        self.requests = requests
        ofRequest = [Decision?](repeating: nil, count: requests.requests.count)
        ofLoneRow = surveys.prefix(due).map { [Decision](repeating: Decision(weight: 1), count: $0.loneRows.count) }
    }

    mutating func decide(_ decided: (_ idHash: UInt64) -> Double?) {
        followEarlier(decided)
        decideByRules()
        decideByRates()
        weighRows()
        countRequests()
    }

    /// For each id of each request that was decided on.
    var decisions: [SamplingDecision] {
        requests.dueIDs.compactMap { id in
            ofRequest[Int(id.request)].map { SamplingDecision(idHash: id.hash, weight: $0.weight) }
        }
    }

    // MARK: Requests

    /// Where several ids of a request were decided on, to stay goes before to go, and what was more likely to stay before
    /// what was less.
    private mutating func followEarlier(_ decided: (_ idHash: UInt64) -> Double?) {
        for (hash, request) in requests.dueIDs {
            guard let weight = decided(hash) else { continue }
            let known = ofRequest[Int(request)]?.weight ?? 0
            let weights = [known, weight].filter { $0 > 0 }
            ofRequest[Int(request)] = Decision(isEarlier: true, weight: weights.min() ?? 0)
        }
    }

    private mutating func decideByRules() {
        for (number, request) in requests.requests.enumerated() where request.isDue && ofRequest[number] == nil {
            ofRequest[number] = decision(request.rules, request.randomness.randomness, sampledAt: request.threshold)
        }
        for (index, survey) in surveys.prefix(due).enumerated() {
            for (place, lone) in survey.loneRows.enumerated() {
                ofLoneRow[index][place] = decision(lone.rules, survey.randomness(ofLoneRow: lone.row), sampledAt: 0)
            }
        }
    }

    /// What the first rule says; one with a rate lets all stay here.
    private func decision(_ matched: UInt64, _ randomness: UInt64, sampledAt upstream: UInt64) -> Decision {
        let rule = firstRule(matched, randomness)
        var decision = Decision(rule: rule, weight: Randomness.weight(threshold: upstream), threshold: upstream)
        guard let rule else { return decision }
        switch rules[rule].action {
        case .keep, .rate: break
        case .drop: decision.weight = 0
        case .probability(let probability):
            decision.threshold = max(upstream, Randomness.threshold(probability: probability))
            let stays = randomness >= decision.threshold
            decision.weight = stays ? Randomness.weight(threshold: decision.threshold) : 0
        }
        return decision
    }

    /// None while the flag of all sampling is off.
    private func firstRule(_ matched: UInt64, _ randomness: UInt64) -> Int? {
        guard isOn(FeatureFlags.sampling, randomness) else { return nil }
        var left = matched
        while left != 0 {
            let rule = left.trailingZeroBitCount
            if isOn(rules[rule].flag, randomness) { return rule }
            left &= left - 1
        }
        return nil
    }

    // MARK: Rates

    /// Where a candidate comes from.
    private enum Place {
        case request(Int)
        case loneRow(survey: Int, place: Int)
    }

    private mutating func decideByRates() {
        for (rule, sampling) in rules.enumerated() {
            guard case .rate(let limit) = sampling.action else { continue }
            var choice = RateChoice(limit, buckets[sampling.name] ?? RateBuckets())
            let (places, candidates, followers) = candidates(rule)
            for follower in followers { choice.charge(follower.charges, at: follower.time) }
            for (place, threshold) in zip(places, choice.thresholds(candidates)) { set(place, threshold) }
            buckets[sampling.name] = choice.buckets
        }
    }

    /// The requests and lone rows on which a rule decides, and those that follow an earlier decision and match it.
    private func candidates(_ rule: Int) -> ([Place], [RateChoice.Candidate], [RateChoice.Candidate]) {
        var places: [Place] = []
        var candidates: [RateChoice.Candidate] = []
        var followers: [RateChoice.Candidate] = []
        var charges: [Int: [String: Double]] = [:]
        // Rows that are not due are charged when they are.
        for (index, survey) in surveys.prefix(due).enumerated() {
            for (groupAndCharge, rows) in survey.charges {
                let request = Int(requests.requestOfGroup[index][Int(groupAndCharge >> 32)])
                guard let decision = ofRequest[request], decision.isEarlier ? decision.weight > 0 : decision.rule == rule,
                    let key = survey.keys.key(of: UInt32(truncatingIfNeeded: groupAndCharge), rule: rule)
                else { continue }
                charges[request, default: [:]][survey.keys.keys[Int(key)], default: 0] += Double(rows)
            }
        }
        for (request, keys) in charges.sorted(by: { $0.key < $1.key }) {
            let facts = requests.requests[request]
            let candidate = RateChoice.Candidate(
                time: facts.firstTime, randomness: facts.randomness.randomness,
                charges: keys.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            if ofRequest[request]?.isEarlier == true {
                followers.append(candidate)
            } else {
                places.append(.request(request))
                candidates.append(candidate)
            }
        }
        for (index, survey) in surveys.prefix(due).enumerated() {
            for (place, lone) in survey.loneRows.enumerated() where ofLoneRow[index][place].rule == rule {
                guard let key = survey.keys.key(of: lone.charge, rule: rule) else { continue }
                places.append(.loneRow(survey: index, place: place))
                candidates.append(
                    RateChoice.Candidate(
                        time: lone.time, randomness: survey.randomness(ofLoneRow: lone.row),
                        charges: [(survey.keys.keys[Int(key)], 1)]))
            }
        }
        return (places, candidates, followers)
    }

    /// - Parameter threshold: nil for what goes.
    private mutating func set(_ place: Place, _ threshold: UInt64?) {
        func weighed(_ decision: Decision?) -> Decision? {
            guard var decision else { return nil }
            let upstream = decision.threshold
            decision.threshold = max(upstream, threshold ?? 0)
            decision.weight = threshold == nil ? 0 : Randomness.weight(threshold: decision.threshold)
            return decision
        }
        switch place {
        case .request(let number): ofRequest[number] = weighed(ofRequest[number])
        case .loneRow(let survey, let place):
            if let decision = weighed(ofLoneRow[survey][place]) { ofLoneRow[survey][place] = decision }
        }
    }

    // MARK: Rows

    private mutating func weighRows() {
        var tally = SamplingMetrics.Values()
        defer { self.tally = tally }
        for (index, survey) in surveys.prefix(due).enumerated() {
            var weights: [Double] = []
            weights.reserveCapacity(survey.groupOfRow.count)
            var counts = RowCounts(survey.services, ruleCount: rules.count)
            var lone = 0
            var record = 0
            for (row, group) in survey.groupOfRow.enumerated() {
                var decision = Decision(weight: 1)
                if group != RequestSurvey.noGroup {
                    decision = ofRequest[Int(requests.requestOfGroup[index][Int(group)])] ?? decision
                } else {
                    decision = ofLoneRow[index][lone]
                    lone += 1
                }
                var ruleCode = code(of: decision)
                if record < survey.recordRules.count, Int(survey.recordRules[record].row) == row {
                    if let rule = recordRule(survey.recordRules[record].rules, decision, survey, row, group) {
                        decision.weight = 0
                        ruleCode = rule
                    }
                    record += 1
                }
                weights.append(decision.weight * (survey.weights?[row] ?? 1))
                counts.add(row, ruleCode, isKept: decision.weight > 0)
            }
            self.weights.append(weights)
            tally.add(counts) { name(ofCode: $0) }
        }
    }

    /// The rule that takes away a record of a request; nil if none does. A rule that decided on the request and stands
    /// before it goes before it.
    private func recordRule(
        _ matched: UInt64, _ decision: Decision, _ survey: RequestSurvey, _ row: Int, _ group: UInt32
    ) -> Int? {
        let randomness = group == RequestSurvey.noGroup
            ? survey.randomness(ofLoneRow: UInt32(row)) : survey.groups[Int(group)].randomness.randomness
        guard let rule = firstRule(matched, randomness), decision.weight > 0 else { return nil }
        return decision.rule.map { $0 < rule } ?? false ? nil : rule
    }

    /// Counts go by numbers: those of rules, then that of no rule and that of earlier decisions.
    private func code(of decision: Decision) -> Int {
        decision.isEarlier ? rules.count + 1 : decision.rule ?? rules.count
    }

    private func name(ofCode code: Int) -> String {
        code < rules.count ? rules[code].name : code == rules.count ? SamplingMetrics.noRule : SamplingMetrics.earlier
    }

    private mutating func countRequests() {
        var counts = [SamplingMetrics.Counts](repeating: .init(), count: rules.count + 2)
        for decision in ofRequest.lazy.compactMap({ $0 }) { count(decision, &counts) }
        for decision in ofLoneRow.joined() { count(decision, &counts) }
        for (code, counts) in counts.enumerated() where counts != .init() {
            tally.rules[name(ofCode: code), default: .init()].keptRequests += counts.keptRequests
            tally.rules[name(ofCode: code), default: .init()].droppedRequests += counts.droppedRequests
        }
    }

    private func count(_ decision: Decision, _ counts: inout [SamplingMetrics.Counts]) {
        if decision.weight > 0 { counts[code(of: decision)].keptRequests += 1 } else { counts[code(of: decision)].droppedRequests += 1 }
    }
}

/// Counts the rows of one chunk by numbers of rules and services.
fileprivate struct RowCounts {
    private let services: ServiceCodes
    private let codes: Int
    private var kept: [Int]
    /// By service, then by rule.
    private var dropped: [Int]

    init(_ services: ServiceCodes, ruleCount: Int) {
        self.services = services
        codes = ruleCount + 2
        kept = [Int](repeating: 0, count: codes)
        dropped = [Int](repeating: 0, count: codes * services.names.count)
    }

    mutating func add(_ row: Int, _ code: Int, isKept: Bool) {
        if isKept { kept[code] += 1 } else { dropped[Int(services.ofRow[row]) * codes + code] += 1 }
    }

    var keptRows: [(code: Int, rows: Int)] { kept.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) } }

    var droppedRows: [(code: Int, service: String, rows: Int)] {
        dropped.enumerated().filter { $0.element > 0 }.map { place, rows in (place % codes, services.names[place / codes], rows) }
    }
}

extension SamplingMetrics.Values {
    /// - Parameter name: that of the rule with a number.
    fileprivate mutating func add(_ counts: RowCounts, _ name: (Int) -> String) {
        for (code, rows) in counts.keptRows { rules[name(code), default: .init()].keptRows += rows }
        for (code, service, rows) in counts.droppedRows {
            rules[name(code), default: .init()].droppedRows += rows
            droppedRows[service, default: [:]][name(code), default: 0] += rows
        }
    }
}
