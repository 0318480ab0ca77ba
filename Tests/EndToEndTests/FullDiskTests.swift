import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// A disk that is really full.
    @Suite(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a file system"))
    struct FullDiskTests {
        let disk: SmallDisk
        let folder: TemporaryDirectory

        init() throws {
            disk = try SmallDisk(megabytes: 48)
            folder = try TemporaryDirectory()
        }

        private var data: String { disk.path + "/data" }

        private func start(_ arguments: String...) throws -> StartingCollector {
            let announcement = folder.file(UUID().uuidString)
            let collector = try StartingCollector(folder: data, announcement: announcement, arguments: arguments)
            try collector.wait("all listens") { collector.hasAnnounced }
            return collector
        }

        private func lines(_ numbers: Range<Int>, padBytes: Int = 10) -> String {
            let pad = String(repeating: "x", count: padBytes)
            return numbers.map { "{\"seq\":\($0),\"pad\":\"\(pad)\"}\n" }.joined()
        }

        private func count(_ collector: StartingCollector) throws -> String {
            try collector.get("/query?query=*|stats+count()+n").body
        }

        /// After a clean end, and after a kill.
        @Test(.timeLimit(.minutes(2)), arguments: [true, false]) func startsAnswersRefusesAndRecovers(isClean: Bool) throws {
            let before = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged(lines(0..<1_000), to: before.tcp)
            if isClean { #expect(before.terminate() == 0) } else { before.killHard() }
            try disk.fill()

            let collector = try start()
            #expect(try collector.get("/ready").status == 200)
            #expect(try count(collector) == "{\"n\":1000}\n")
            let refused = try collector.post("/ingest", lines(1_000..<1_001))
            #expect(refused.status == 507)
            #expect(refused.body.contains("No space left on device"))
            #expect(try count(collector) == "{\"n\":1000}\n")

            try disk.free()
            #expect(try collector.post("/ingest", lines(1_000..<1_100)).status == 200)
            #expect(try count(collector) == "{\"n\":1100}\n")
            #expect(collector.terminate() == 0)
            #expect(try CollectorProcess(folder: data).count("*") == 1_100)
        }

        @Test(.timeLimit(.minutes(2))) func aLogThatDoesNotFitInMemoryWaitsOnDisk() throws {
            let before = try CollectorProcess(folder: data, "--memtable-megabytes", "64", "--memtable-rows", "1000000")
            for start in stride(from: 0, to: 20_000, by: 1_000) {
                try TCPConnection.sendAcknowledged(lines(start..<start + 1_000, padBytes: 1_000), to: before.tcp)
            }
            before.killHard()
            try disk.fill()

            let collector = try start("--memtable-megabytes", "10")
            let health = try collector.health()
            #expect(health["status"] as? String == "stalled")
            let replay = try #require(health["replay"] as? [String: Any])
            #expect((replay["failure"] as? String)?.contains("No space left on device") == true)
            let replayed = try #require(replay["rows"] as? Int)
            #expect((1..<20_000).contains(replayed))
            #expect(try collector.get("/ready").status == 503)
            let answer = try collector.get("/query?query=*|stats+count()+n")
            #expect(answer.body == "{\"n\":\(replayed)}\n")
            #expect(answer.headers["x-lockstitch-warning"]?.contains("write-ahead log") == true)
            let refused = try collector.post("/ingest", lines(20_000..<20_001))
            #expect(refused.status == 507)
            #expect(refused.body.contains("not replayed yet"))

            try disk.free()
            try collector.wait("it is ready") { try collector.get("/ready").status == 200 }
            let whole = try collector.get("/query?query=*|stats+count()+n,count_uniq(seq)+u")
            #expect(whole.body == "{\"n\":20000,\"u\":20000}\n")
            #expect(whole.headers["x-lockstitch-warning"] == nil)
            #expect(try collector.post("/ingest", lines(20_000..<20_001)).status == 200)
            #expect(collector.terminate() == 0)
            #expect(try CollectorProcess(folder: data).count("*") == 20_001)
        }
    }
}
