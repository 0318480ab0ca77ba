import Catalog

/// The latest decisions of sampling, by id. The oldest are forgotten, those of one settling together.
struct DecisionMemory {
    private var weights: [UInt64: Double] = [:]
    /// The ids of each settling, the oldest first.
    private var settlings: [[UInt64]] = []
    private var count = 0

    /// What was decided on the request with an id: 0 if its rows go, else how many rows each stands for.
    subscript(idHash: UInt64) -> Double? { weights[idHash] }

    /// Takes the decisions of a settling.
    ///
    /// - Parameter idsMax: how many ids to remember; those of this settling are in any case.
    mutating func add(_ decisions: [SamplingDecision], idsMax: Int) {
        guard !decisions.isEmpty else { return }
        for decision in decisions { weights[decision.idHash] = decision.weight }
        settlings.append(decisions.map(\.idHash))
        count += decisions.count
        while count > idsMax, settlings.count > 1 { forgetOldest() }
    }

    private mutating func forgetOldest() {
        let oldest = settlings.removeFirst()
        count -= oldest.count
        for id in oldest { weights[id] = nil }
        // One that a later settling decided too is remembered for that.
    }
}
