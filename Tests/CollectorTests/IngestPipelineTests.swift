import Glibc
import Logging
import Parsing
import Receivers
import Records
import Sampling
import Storage
import SystemIO
import TestSupport
import Testing

@testable import Collector

@Suite struct IngestPipelineTests {
    private let folder: TemporaryDirectory
    private let disk = SimulatedFileSystem()
    private let store: Store
    private let pipeline: IngestPipeline

    init() throws {
        folder = try TemporaryDirectory()
        store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []), fileSystem: disk)
        let clock = ManualClock()
        // It syncs when a frame wants it, never by itself: the clock stands still.
        pipeline = IngestPipeline(
            store: store, parsers: .none, defaultParser: .auto,
            limiter: ServiceRateLimiter(rowsPerSecond: nil, burst: 1, clock: clock),
            metrics: CollectorMetrics(), clock: clock, syncInterval: 3_600_000_000_000,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func afterAFailedSyncRowsAreStoredOnceUntilTheMemtableIsSealed() async throws {
        try store.append(RecordBatch(times: [0], columns: []))
        disk.faults.syncError = EIO
        // Both are queued before the pipeline starts, and so are one batch.
        let wanting = submit("seq=1", needsAck: true)
        let plain = submit("seq=2", needsAck: false)
        pipeline.start()
        #expect(await isAccepted(wanting) == false)
        #expect(await isAccepted(plain) == true, "its row is stored, and would be stored again")
        #expect(store.counts.memtableRows == 3)

        disk.faults = SimulatedFileSystem.Faults()
        for _ in 0..<3 { #expect(await isAccepted(submit("seq=1", needsAck: true)) == false) }
        #expect(store.counts.memtableRows == 3, "what will be refused is not stored first")
        #expect(await isAccepted(submit("seq=3", needsAck: false)) == true)
        #expect(store.counts.memtableRows == 4)

        #expect(try store.sealIfDue(), "due long before its age")
        #expect(await isAccepted(submit("seq=1", needsAck: true)) == true)
        pipeline.close()
    }

    @Test func framesBeforeOneThatFailsAreNotStoredAgain() async throws {
        try store.append(RecordBatch(times: [0], columns: []))
        // The second frame has more fields than a batch holds columns, so that it is stored in two, the first with it.
        let wide = (0..<3).map { row in
            "{" + (0..<900).map { "\"r\(row)_\($0)\":1" }.joined(separator: ",") + "}\n"
        }.joined()
        let long = "{\"long\":\"\(String(repeating: "x", count: 200_000))\"}"
        let first = submit("{\"seq\":1}", needsAck: false)
        let second = submit(wide + long, needsAck: false)
        disk.faults.capacity = 200_000
        pipeline.start()
        #expect(await isAccepted(first) == true)
        #expect(await isAccepted(second) == false)
        #expect(store.counts.memtableRows == 5)
        pipeline.close()
    }

    // MARK: Records that go on in the next frame

    private static let traces = Result {
        try ParserSet([
            try ParserDefinition(
                yaml: """
                    name: traces
                    description: records of several lines
                    extract: 'REC <message>'
                    multiline: {timeout: 60s}
                    samples: [{line: 'REC a', record: {message: a}}]
                    """, file: "traces.yaml")
        ])
    }

    @Test func aFrameIsAnsweredWhenItsOwnRowsAreStored() async throws {
        pipeline.use(try Self.traces.get())
        pipeline.start()
        let source = FrameSource()
        // Every frame ends in a record that may go on, so that each waits for the next one, but not for all.
        var before = submit("REC a\n b\nREC c\n", needsAck: true, source, isFinal: false)
        for _ in 0..<100 {
            let next = submit(" d\nREC e\n", needsAck: true, source, isFinal: false)
            #expect(await isAccepted(before) == true)
            before = next
        }
        let last = submit("", needsAck: true, source, isFinal: true)
        #expect(await isAccepted(before) == true)
        #expect(await isAccepted(last) == true)
        #expect(store.counts.memtableRows == 102)
        pipeline.close()
    }

    /// Work that grows with the square of the frames would not end here.
    @Test func aRecordInManyFramesIsOneRecord() async throws {
        pipeline.use(try Self.traces.get())
        let source = FrameSource()
        var outcomes = [submit("REC a\n", needsAck: false, source, isFinal: false)]
        for _ in 0..<20_000 { outcomes.append(submit("\tx\n", needsAck: false, source, isFinal: false)) }
        outcomes.append(submit("", needsAck: false, source, isFinal: true))
        pipeline.start()
        for outcome in outcomes { #expect(await isAccepted(outcome) == true) }
        #expect(store.counts.memtableRows == 1)
        pipeline.close()
    }

    @Test func whatWasHeldComesOnceAfterAFailure() async throws {
        pipeline.use(try Self.traces.get())
        pipeline.start()
        let source = FrameSource()
        let first = submit("REC a\nREC b\n", needsAck: false, source, isFinal: false)
        // Answered when the frame before it, of the same batch or an earlier one, has been parsed.
        let marker = submit("{\"seq\":1}", needsAck: false)
        #expect(await isAccepted(marker) == true)
        disk.faults.capacity = 0
        let failed = submit(" c\n", needsAck: false, source, isFinal: true)
        #expect(await isAccepted(failed) == false)
        disk.faults = SimulatedFileSystem.Faults()
        let retried = submit(" c\n", needsAck: false, source, isFinal: true)
        #expect(await isAccepted(retried) == true)
        #expect(await isAccepted(first) == true)
        #expect(store.counts.memtableRows == 3, "a, the marker, and b with its second line")
        pipeline.close()
    }

    private func submit(
        _ lines: String, needsAck: Bool, _ source: FrameSource = FrameSource(), isFinal: Bool = true
    ) -> AsyncStream<Bool> {
        let frame = Frame(
            bytes: Array(lines.utf8), needsAck: needsAck, receivedAt: 0, transport: .tcp, source: source, isFinal: isFinal)
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        pipeline.submit(frame) { outcome in
            if case .accepted = outcome { continuation.yield(true) } else { continuation.yield(false) }
        }
        return stream
    }

    private func isAccepted(_ outcome: AsyncStream<Bool>) async -> Bool? {
        for await isAccepted in outcome { return isAccepted }
        return nil
    }
}
