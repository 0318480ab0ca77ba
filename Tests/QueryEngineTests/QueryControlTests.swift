import LogsQL
import QueryEngine
import Records
import Storage
import Testing

@Suite struct QueryControlTests {
    /// On this text the pattern takes longer than anyone waits.
    private let slow = Row(time: 0, fields: ["f": String(repeating: "a", count: 60) + "Né"])

    @Test(.timeLimit(.minutes(1)), arguments: Encoding.allCases)
    func timeEndsTheMatchingOfOneText(encoding: Encoding) throws {
        let failure = #expect(throws: QueryFailure.self) {
            try QueryEngine().records(
                parse("f:~\"^(a+)+$\""), over: Snapshot([slow], encodings: [encoding]), now: 0,
                control: QueryControl(timeout: .milliseconds(50)))
        }
        #expect(failure?.kind == .stopped)
        #expect(failure?.description.contains("stopped after 0.05 s") == true)
    }

    @Test func aCancelledQueryReadsNoFurtherBlock() throws {
        let control = QueryControl()
        let segments = (0..<3).map { _ in
            TestSegment(rows: [slow], encoding: .text, rowsPerBlock: 1, onRead: { _ in control.cancel() })
        }
        let failure = #expect(throws: QueryFailure.self) {
            try QueryEngine().records(parse("f:a*"), over: Snapshot(segments), now: 0, control: control)
        }
        #expect(failure?.kind == .stopped)
    }

    @Test(arguments: ["* | sort by (f) | filter f:=x", "* | stats by (f) count() | filter f:=x", "* | uniq by (f) | limit 1"])
    func pipesThatHoldRowsStopToo(query: String) throws {
        let control = QueryControl()
        // One block, so that the check before it is not the one that ends the query.
        let segment = TestSegment(rows: [slow], encoding: .text, rowsPerBlock: 1, onRead: { _ in control.cancel() })
        #expect(throws: QueryFailure.self) {
            try QueryEngine().records(parse(query), over: Snapshot([segment]), now: 0, control: control)
        }
    }

    @Test func matchesAreFoundInTime() throws {
        let found = try QueryEngine().records(
            parse("f:~\"a+N\""), over: Snapshot([slow], encodings: [.text]), now: 0,
            control: QueryControl(timeout: .seconds(60)))
        #expect(found.count == 1)
    }
}
