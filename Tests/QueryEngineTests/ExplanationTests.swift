import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

@Suite struct ExplanationTests {
    private let folder: TemporaryDirectory
    private let store: Store

    init() throws {
        folder = try TemporaryDirectory()
        store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: ["id"]))
        for chunk in 0..<3 {
            let texts = (0..<100).map { $0 == 7 ? "needle in chunk \(chunk)" : "row \($0)" }
            var ends: [UInt32] = []
            for text in texts { ends.append((ends.last ?? 0) + UInt32(text.utf8.count)) }
            let numbers = (0..<100).map { String(chunk * 1_000 + $0) }
            var numberEnds: [UInt32] = []
            for text in numbers { numberEnds.append((numberEnds.last ?? 0) + UInt32(text.utf8.count)) }
            try store.append(
                RecordBatch(
                    times: (0..<100).map { Int64(chunk) * 1_000_000_000 + $0 },
                    columns: [
                        TextColumn(name: "message", kinds: .string, bytes: texts.flatMap(\.utf8), ends: ends, rows: nil),
                        TextColumn(name: "n", kinds: .number, bytes: numbers.flatMap(\.utf8), ends: numberEnds, rows: nil),
                    ]))
            try store.seal()
        }
    }

    private func explain(_ query: String, running: Bool = true) throws -> QueryExplanation {
        try QueryEngine().explain(parse(query), running: running, over: store.snapshot(), now: 0)
    }

    @Test func aPlanReadsNothing() throws {
        let plan = try explain("row n:>5 service:* | stats by (n) count()", running: false)
        #expect(plan.steps.map(\.text) == ["service:*", "row", "n:>5", "stats by (n) count(*)"])
        #expect(plan.work == nil && plan.segments == 3 && plan.rows == 300)
        #expect(store.caches.columns.counts.entries == 0)
        #expect(plan.text.contains("stats gathers each row group for itself"))
        try store.close()
    }

    @Test func boundsOfPagesPrune() throws {
        let found = try explain("n:>=2000 | stats count() c")
        #expect(found.work?.blocksPruned == 2 && found.work?.blocksRead == 1)
        #expect(found.steps.first?.rowsIn == 100 && found.steps.first?.rowsOut == 100)
        #expect(found.steps.last?.rowsIn == 100 && found.steps.last?.rowsOut == 1)
        try store.close()
    }

    @Test func countsAnswerCounts() throws {
        let found = try explain("* | stats by (service) count() c")
        #expect(found.work?.chunksFromCounts == 3 && found.work?.blocksRead == 0 && found.work?.columnsDecoded == 0)
        #expect(try explain("n:>0 | stats by (service) count() c").work?.chunksFromCounts == 0)
        try store.close()
    }

    @Test func theSecondTimeIsFromTheCaches() throws {
        let query = "needle | stats by (message) count() c"
        let first = try explain(query)
        #expect(first.work?.partsMade == 3 && first.work?.partsFromCache == 0)
        let second = try explain(query)
        #expect(second.work?.partsMade == 0 && second.work?.partsFromCache == 3 && second.work?.columnsDecoded == 0)
        #expect(first.steps.last?.rowsOut == 3 && second.steps.last?.rowsOut == 3)
        let other = try explain("needle | fields message")
        #expect(other.work?.columnsFromCache ?? 0 > 0)
        #expect(other.text.contains("3 -> 3 rows"))
        try store.close()
    }
}
