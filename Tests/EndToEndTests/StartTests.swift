import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// A collector while it replays its log.
    @Suite struct StartTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private var data: String { folder.file("data") }

        /// A log of several segments, as a kill leaves it; returns the number of its rows.
        private func leaveLog() throws -> Int {
            let collector = try CollectorProcess(folder: data, "--memtable-megabytes", "8", "--memtable-rows", "1000000")
            let pad = String(repeating: "some words that fill a line ", count: 20)
            let lines = (0..<6_000).map { "{\"seq\":\($0),\"message\":\"\(pad)\"}\n" }
            // The log is far smaller than the memtable limit, so that nothing is sealed.
            for start in stride(from: 0, to: lines.count, by: 1_000) {
                try TCPConnection.sendAcknowledged(lines[start..<start + 1_000].joined(), to: collector.tcp)
            }
            collector.killHard()
            return lines.count
        }

        @Test(.timeLimit(.minutes(2))) func answersWhileItReplays() throws {
            let rows = try leaveLog()
            let go = folder.file("go")
            let collector = try StartingCollector(
                folder: data, announcement: folder.file("addresses"), failpoint: "replay.segment:2@\(go)",
                arguments: ["--memtable-megabytes", "8"])
            try collector.wait("two segments are replayed") {
                (try collector.health()["replay"] as? [String: Any])?["segments"] as? Int == 2
            }
            let health = try collector.health()
            #expect(health["status"] as? String == "replaying")
            #expect(health["ready"] as? Bool == false)
            let replay = try #require(health["replay"] as? [String: Any])
            let total = try #require(replay["segmentsTotal"] as? Int)
            #expect(total > 2)
            #expect((replay["bytes"] as? Int ?? 0) > 1 << 20)
            #expect((replay["bytesTotal"] as? Int ?? 0) > (replay["bytes"] as? Int ?? 0))
            #expect((1..<rows).contains(replay["rows"] as? Int ?? 0))
            #expect(try collector.get("/health").status == 200)
            #expect(try collector.get("/ready").status == 503)
            let answer = try collector.get("/query?query=*")
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "1")
            #expect(answer.body.hasPrefix("the collector is starting: it has replayed 2 of \(total) segments"))
            #expect(try collector.post("/ingest", "{\"seq\":-1}\n").status == 503)
            #expect(try collector.get("/trace?id=x").status == 503)
            #expect(try collector.get("/metrics").body.contains("\nlockstitch_replay_pending_segments \(total - 2)\n"))
            #expect(!collector.hasAnnounced)

            try Data().write(to: URL(fileURLWithPath: go))
            try collector.wait("it is ready") { try collector.get("/ready").status == 200 }
            #expect(try collector.health()["status"] as? String == "ok")
            #expect(try collector.get("/query?query=*|stats+count()+n").body == "{\"n\":\(rows)}\n")
            #expect(try collector.get("/metrics").body.contains("\nlockstitch_replay_pending_segments 0\n"))
            #expect(collector.hasAnnounced)
            #expect(collector.terminate() == 0)
        }

        @Test(.timeLimit(.minutes(2))) func canBeEndedWhileItReplays() throws {
            let rows = try leaveLog()
            let go = folder.file("go")
            let collector = try StartingCollector(
                folder: data, announcement: folder.file("addresses"), failpoint: "replay.segment:1@\(go)",
                arguments: ["--memtable-megabytes", "8"])
            try collector.wait("a segment is replayed") {
                (try collector.health()["replay"] as? [String: Any])?["segments"] as? Int == 1
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { try? Data().write(to: URL(fileURLWithPath: go)) }
            #expect(collector.terminate() == 0)
            #expect(try CollectorProcess(folder: data).count("*") == rows)
        }
    }
}
