import FuzzSupport
import Logging
import Parsing
import Receivers
import Records
import Sampling
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Collector

/// Lines in pieces that come in several frames: joined, stored once, and acknowledged when they are stored.
@Suite struct PiecesTests {
    private final class Outcomes: Sendable {
        private let names = Mutex<[String]>([])

        /// The frames that were accepted so far, in order.
        var accepted: [String] { names.withLock { $0 } }

        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    private static let builtIn = Result { try ParserSet(try ParserSet.builtInDefinitions()) }

    private let folder: TemporaryDirectory
    private let disk = SimulatedFileSystem()
    private let clock = ManualClock()
    private let metrics = CollectorMetrics()
    private let store: Store
    private let pipeline: IngestPipeline
    private let outcomes = Outcomes()

    init() throws {
        folder = try TemporaryDirectory()
        store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []), fileSystem: disk)
        pipeline = IngestPipeline(
            store: store, parsers: try Self.builtIn.get(), defaultParser: .auto,
            limiter: ServiceRateLimiter(rowsPerSecond: nil, burst: 1, clock: clock),
            metrics: metrics, clock: clock, syncInterval: 3_600_000_000_000,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        pipeline.start()
    }

    private static func cri(_ tag: String, _ text: String, _ stream: String = "stdout") -> String {
        "2023-01-29T09:20:10.000000001Z \(stream) \(tag) \(text)\n"
    }

    @Test func aFrameIsAnsweredWhenTheLinesOfItsPiecesAreStored() async throws {
        let source = FrameSource()
        let first = submit("1", Self.cri("F", "whole") + Self.cri("P", "a"), source)
        #expect(await isAccepted(submit("2", Self.cri("F", "x", "stderr"), source)) == true)
        let third = submit("3", Self.cri("P", "y", "stderr"), source)
        let fourth = submit("4", Self.cri("P", "b") + Self.cri("F", "z", "stderr"), source)
        #expect(await isAccepted(third) == true)
        #expect(outcomes.accepted == ["2", "3"], "the first and the fourth hold pieces of a line that is not stored")
        #expect(await isAccepted(submit("5", Self.cri("F", "c"), source)) == true)
        #expect(await isAccepted(first) == true)
        #expect(await isAccepted(fourth) == true)
        #expect(try messages == ["abc", "whole", "x", "yz"])
        pipeline.close()
    }

    @Test func eachFrameWaitsForItsOwnLinesOnly() async throws {
        let source = FrameSource()
        var before = submit("0", Self.cri("P", "a"), source)
        for number in 1...100 {
            let next = submit("\(number)", Self.cri("F", "b") + Self.cri("P", "a"), source)
            #expect(await isAccepted(before) == true)
            before = next
        }
        #expect(await isAccepted(submit("last", "", source, isFinal: true)) == true)
        #expect(await isAccepted(before) == true)
        #expect(try messages == ["a"] + Array(repeating: "ab", count: 100))
        pipeline.close()
    }

    // MARK: The end of a line that does not come

    @Test func anOpenLineIsHandedOnAfterItsTime() async throws {
        let source = FrameSource()
        let first = submit("1", Self.cri("P", "a"), source)
        try await passBatch()
        clock.advance(seconds: 0.9)
        let second = submit("2", Self.cri("P", "b", "stderr"), source)
        try await passBatch()
        clock.advance(seconds: 0.2)
        // Wakes the pipeline: its clock stands still otherwise.
        try await passBatch()
        #expect(await isAccepted(first) == true)
        #expect(outcomes.accepted.contains("2") == false, "its time is not over")
        #expect(try messages == ["a"])
        #expect(metrics.current.parse.cutLines == 1)
        #expect(await isAccepted(submit("3", Self.cri("F", "c", "stderr"), source)) == true)
        #expect(await isAccepted(second) == true)
        #expect(try messages == ["a", "bc"])
        pipeline.close()
    }

    /// Each piece gives the next one as much time.
    @Test func aLineThatGoesOnIsWaitedFor() async throws {
        let source = FrameSource()
        let first = submit("1", Self.cri("P", "0"), source)
        for number in 1...5 {
            try await passBatch()
            clock.advance(seconds: 0.7)
            _ = submit("\(number)", Self.cri("P", "\(number)"), source)
        }
        #expect(await isAccepted(submit("last", Self.cri("F", "6"), source)) == true)
        #expect(await isAccepted(first) == true)
        #expect(try messages == ["0123456"])
        pipeline.close()
    }

    /// Lines of other streams do not keep a line open for ever, however many they are.
    @Test func aBusySourceDoesNotKeepALineOpen() async throws {
        let source = FrameSource()
        let first = submit("1", Self.cri("P", "a"), source)
        for _ in 0..<3 {
            #expect(await isAccepted(submit("2", Self.cri("F", "x", "stderr"), source)) == true)
            clock.advance(seconds: 0.5)
        }
        #expect(await isAccepted(first) == true)
        #expect(try messages == ["a", "x", "x", "x"])
        pipeline.close()
    }

    @Test func theEndOfASourceHandsOnWhatIsThere() async throws {
        let source = FrameSource()
        let first = submit("1", Self.cri("P", "{\"level\":"), source)
        #expect(await isAccepted(submit("2", Self.cri("P", "b", "stderr"), source, isFinal: true)) == true)
        #expect(await isAccepted(first) == true)
        #expect(try messages == ["b", "{\"level\":"])
        pipeline.close()
    }

    @Test func closingHandsOnWhatIsThere() async throws {
        let first = submit("1", Self.cri("P", "a") + Self.cri("P", "b", "stderr"), FrameSource())
        pipeline.close()
        #expect(await isAccepted(first) == true)
        #expect(try messages == ["a", "b"])
    }

    @Test func sourcesAreJoinedApart() async throws {
        let (one, two) = (FrameSource(), FrameSource())
        let frames = [
            submit("1", Self.cri("P", "a"), one), submit("2", Self.cri("P", "1"), two),
            submit("3", Self.cri("F", "2"), two), submit("4", Self.cri("F", "b"), one),
        ]
        for frame in frames { #expect(await isAccepted(frame) == true) }
        #expect(try messages == ["12", "ab"])
        pipeline.close()
    }

    @Test func aLineThatIsTooLongIsCutAndCounted() async throws {
        let source = FrameSource()
        let text = String(repeating: "x", count: 400_000)
        let frames = (1...4).map { submit("\($0)", Self.cri($0 < 4 ? "P" : "F", text), source) }
        for frame in frames { #expect(await isAccepted(frame) == true) }
        #expect(try messages == [text + text, text + text])
        #expect(metrics.current.parse.cutLines == 1)
        #expect(metrics.current.parse.malformedLines == 1)
        pipeline.close()
    }

    // MARK: Failures

    @Test func piecesComeOnceAfterAFailure() async throws {
        let source = FrameSource()
        let first = submit("1", Self.cri("F", "whole") + Self.cri("P", "a"), source, needsAck: false)
        let second = submit("2", Self.cri("P", "1", "stderr"), source, needsAck: false)
        try await passBatch()
        disk.faults.capacity = 0
        #expect(await isAccepted(submit("3", Self.cri("F", "b"), source, needsAck: false)) == false)
        disk.faults = SimulatedFileSystem.Faults()
        #expect(outcomes.accepted.contains("1") == false)
        #expect(await isAccepted(submit("3", Self.cri("F", "b"), source, needsAck: false)) == true)
        #expect(await isAccepted(first) == true)
        #expect(await isAccepted(submit("4", Self.cri("F", "2", "stderr"), source, needsAck: false)) == true)
        #expect(await isAccepted(second) == true)
        #expect(try messages == ["12", "ab", "whole"])
        pipeline.close()
    }

    /// The first piece is in a frame that fails itself: its sender sends all of it again.
    @Test func aFrameThatFailsLeavesNoPiece() async throws {
        try store.append(RecordBatch(times: [0], columns: []))
        let source = FrameSource()
        disk.faults.capacity = 0
        let lines = Self.cri("F", "whole") + Self.cri("P", "a")
        #expect(await isAccepted(submit("1", lines, source)) == false)
        disk.faults = SimulatedFileSystem.Faults()
        let again = submit("1", lines, source)
        #expect(await isAccepted(submit("2", Self.cri("F", "b"), source)) == true)
        #expect(await isAccepted(again) == true)
        #expect(try messages == ["ab", "whole"])
        pipeline.close()
    }

    // MARK: Random frames

    @Test(arguments: RandomPieces.Format.allCases)
    func framesGiveTheRecordsOfWholeLines(format: RandomPieces.Format) async throws {
        let seed = FuzzSettings.seed
        print("Collector PiecesTests.framesGiveTheRecordsOfWholeLines(\(format)): LOCKSTITCH_FUZZ_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        var streams = RandomPieces(format, seed: seed)
        var whole: [UInt8] = []
        var frames: [AsyncStream<Bool>] = []
        for _ in 0..<FuzzSettings.lines(standard: 60) {
            let next = streams.next()
            whole += next.whole
            let source = FrameSource()
            let cut = RandomFrames.cut(next.pieces, &random)
            for (index, frame) in cut.enumerated() {
                frames.append(submit(frame, source, isFinal: index == cut.count - 1, needsAck: random.chance(50)))
            }
        }
        for frame in frames { #expect(await isAccepted(frame) == true) }
        pipeline.close()
        var parser = LineParser(parsers: try Self.builtIn.get())
        let expected = parser.rows(whole, receivedAt: 0).map { row in
            row.fields.mapValues(\.text).merging([FieldNames.time: Timestamp.text(row.time)]) { $1 }
        }
        #expect(try Self.sorted(rows) == Self.sorted(expected))
    }

    private static func sorted(_ rows: [[String: String]]) -> [String] {
        rows.map { row in row.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ") }.sorted()
    }

    // MARK: Frames in, rows out

    /// The texts of all rows of the store.
    private var rows: [[String: String]] {
        get throws {
            var rows: [[String: String]] = []
            for segment in try store.snapshot().segments(overlapping: nil) {
                var found = [[String: String]](repeating: [:], count: segment.rowCount)
                for name in try segment.fieldNames {
                    let column = try segment.column(name, rows: 0..<segment.rowCount)
                    for row in 0..<segment.rowCount { found[row][name] = column.value(row)?.text }
                }
                rows += found
            }
            return rows
        }
    }

    private var messages: [String] {
        get throws { try rows.compactMap { $0[FieldNames.message] }.filter { $0 != "marker" }.sorted() }
    }

    /// Returns when the pipeline has taken a batch after all frames submitted so far.
    private func passBatch() async throws {
        #expect(await isAccepted(submit("marker", "{\"message\":\"marker\"}", FrameSource(), isFinal: true)) == true)
    }

    private func submit(
        _ name: String, _ lines: String, _ source: FrameSource, isFinal: Bool = false, needsAck: Bool = true
    ) -> AsyncStream<Bool> {
        submit(Array(lines.utf8), source, isFinal: isFinal, needsAck: needsAck, name: name)
    }

    private func submit(
        _ bytes: [UInt8], _ source: FrameSource, isFinal: Bool, needsAck: Bool, name: String = ""
    ) -> AsyncStream<Bool> {
        let frame = Frame(
            bytes: bytes, needsAck: needsAck, receivedAt: 0, transport: .tcp, source: source, isFinal: isFinal)
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        pipeline.submit(frame) { [outcomes] outcome in
            if case .accepted = outcome {
                outcomes.add(name)
                continuation.yield(true)
            } else {
                continuation.yield(false)
            }
        }
        return stream
    }

    private func isAccepted(_ outcome: AsyncStream<Bool>) async -> Bool? {
        for await isAccepted in outcome { return isAccepted }
        return nil
    }
}
