import Stitching
import Testing

@Suite struct RequestClosureTests {
    /// Runs a closure over records, each a set of ids; returns the ids whose records it takes.
    private func close(_ asked: [String], over records: [Set<String>]) -> Set<String> {
        var closure = RequestClosure(asked)
        var taken: Set<String> = []
        while let id = closure.next() {
            let neighbours = records.filter { $0.contains(id) }.reduce(into: Set()) { $0.formUnion($1) }.subtracting([id])
            if closure.visit(id, neighbours: neighbours) { taken.insert(id) }
        }
        return taken
    }

    @Test func followsEdgesToTheWholeComponent() {
        let records: [Set<String>] = [["a", "b"], ["b", "c"], ["d", "e"], ["c"]]
        for start in ["a", "b", "c"] { #expect(close([start], over: records) == ["a", "b", "c"]) }
        #expect(close(["e"], over: records) == ["d", "e"])
        #expect(close(["nowhere"], over: records) == ["nowhere"])
    }

    @Test func aHubCanBeAskedForButJoinsNothing() {
        let records = (0...StitchingRules.hubNeighboursStandard).map { Set(["session", "request-\($0)"]) }
        #expect(close(["session"], over: records) == ["session"])
        #expect(close(["request-3"], over: records) == ["request-3"])
        // One neighbour fewer, and it is no hub.
        #expect(close(["session"], over: Array(records.dropLast())).count == StitchingRules.hubNeighboursStandard + 1)
    }

    @Test func isBounded() {
        let chain = (0..<5_000).map { Set(["\($0)", "\($0 + 1)"]) }
        #expect(close(["0"], over: chain).count == RequestClosure.idsMax)
    }
}
