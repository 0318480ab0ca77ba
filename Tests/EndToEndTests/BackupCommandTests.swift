import Foundation
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct BackupCommandTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private var data: String { folder.file("data") }
        private var target: String { folder.file("backup") }

        private func backup(_ arguments: String..., failpoint: String? = nil) throws -> CommandResult {
            try CommandResult.run(
                URL(fileURLWithPath: "/usr/bin/env"),
                [failpoint.map { "LOCKSTITCH_FAILPOINT=\($0)" } ?? "LOCKSTITCH_TEST=1", try Project.lockstitch.path, "backup"] + arguments)
        }

        /// Sends rows until it is told to stop.
        private final class Sender: Sendable {
            let isDone = Atomic(false)
            let sent: Atomic<Int>
            private let address: String

            init(sent: Int, to address: String) {
                self.sent = Atomic(sent)
                self.address = address
            }

            func run() async throws {
                while !isDone.load(ordering: .relaxed) {
                    let start = sent.load(ordering: .relaxed)
                    try TCPConnection.sendAcknowledged(BackupCommandTests.lines(start..<start + 100), to: address)
                    sent.store(start + 100, ordering: .relaxed)
                    await Task.yield()
                }
            }
        }

        /// Rows of some services and days, every tenth with the same trace id.
        private static func lines(_ seqs: Range<Int>) -> String {
            seqs.map { seq in
                let trace = seq % 10 == 0 ? "4bf92f3577b34da6a3ce929d0e0e4736" : String(format: "%032x", seq + 1)
                return "{\"time\":\"2024-01-0\(1 + seq / 100 % 4)T00:00:\(10 + seq % 50)Z\",\"seq\":\(seq),\"service\":\"s\(seq % 3)\","
                    + "\"level\":\"\(seq % 7 == 0 ? "error" : "info")\",\"trace_id\":\"\(trace)\",\"message\":\"text \(seq)\"}\n"
            }.joined()
        }

        /// What queries say of a collector's rows.
        private func answers(_ collector: CollectorProcess) throws -> [String] {
            let queries = [
                "* | stats by (service, level) count() rows | sort by (service, level)",
                "_time:2024-01-02 | stats count() rows", "message:\"text 7\"", "* | sort by (seq)",
            ]
            let answers = try queries.map { query in
                let result = try collector.command("query", query, "--limit", "0", "--output", "json")
                #expect(result.status == 0 && result.errors.isEmpty)
                return result.output
            }
            return answers + [try collector.command("trace", "4bf92f3577b34da6a3ce929d0e0e4736").output]
        }

        /// The JSON that a command wrote.
        private func json(_ result: CommandResult) throws -> [String: Any] {
            #expect(result.status == 0, "\(result.errors)")
            return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
        }

        @Test(.timeLimit(.minutes(4))) func aBackupWhileRowsComeBringsAllOfThemBack() async throws {
            let collector = try CollectorProcess(folder: data, "--memtable-rows", "40")
            try TCPConnection.sendAcknowledged(Self.lines(0..<400), to: collector.tcp)
            let sender = Sender(sent: 400, to: collector.tcp)
            async let sending: Void = sender.run()
            let acknowledged = sender.sent.load(ordering: .relaxed)
            let first = try json(try collector.command("backup", "create", target, "--output", "json"))
            #expect(first["rows"] as? Int ?? 0 >= acknowledged)
            sender.isDone.store(true, ordering: .relaxed)
            try await sending
            let sent = sender.sent.load(ordering: .relaxed)
            let before = try answers(collector)
            let second = try json(try collector.command("backup", "create", target, "--output", "json"))
            #expect(second["rows"] as? Int == sent)
            let chunks = try #require(second["chunks"] as? Int)
            #expect(try #require(second["copied_chunks"] as? Int) < chunks, "what the first one copied is there")
            let third = try json(try collector.command("backup", "create", target, "--output", "json"))
            #expect(third["rows"] as? Int == sent)
            #expect(collector.terminate() == 0)
            try FileManager.default.removeItem(atPath: data)

            let restore = try backup("restore", target, data)
            #expect(restore.status == 0 && restore.errors.isEmpty)
            #expect(restore.output.hasPrefix("restored snapshot "))
            let restored = try CollectorProcess(folder: data)
            #expect(try answers(restored) == before)

            let list = try backup("list", target, "--output", "json").output.split(separator: "\n")
            #expect(list.count == 3)
            let snapshot = try #require(list.first.map(String.init))
            let id = try #require(snapshot.split(separator: "\"snapshot\":\"").last?.prefix(26)).description
            #expect(try backup("restore", target, folder.file("first"), "--snapshot", id).status == 0)
            let seqs = try CollectorProcess(folder: folder.file("first")).query("* | fields seq").compactMap { $0["seq"] as? Int }
            #expect(seqs.count >= 400)
            #expect(seqs.sorted() == Array(0..<seqs.count), "no row twice, none left out")
        }

        /// A data folder with some chunks, and no collector.
        private func stopped(_ runs: Int = 3) throws {
            for run in 0..<runs {
                let collector = try CollectorProcess(folder: data)
                try TCPConnection.sendAcknowledged(Self.lines(run * 100..<run * 100 + 100), to: collector.tcp)
                #expect(collector.terminate() == 0)
            }
        }

        @Test func aByteThatChangedIsFoundAndNamed() throws {
            try stopped()
            #expect(try backup("create", target, "--data", data).status == 0)
            #expect(try backup("verify", target).output == "1 snapshot, 3 chunks, \(try size()): all is well\n")
            let chunk = try #require(FileManager.default.subpathsOfDirectory(atPath: target).filter { $0.hasSuffix(".parquet") }.sorted().first)
            let file = URL(fileURLWithPath: "\(target)/\(chunk)")
            var bytes = [UInt8](try Data(contentsOf: file))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: file)
            for arguments in [[], ["--all"], ["--deep"]] {
                let result = try CommandResult.run(try Project.lockstitch, ["backup", "verify", target] + arguments)
                #expect(result.status == 1)
                #expect(result.errors.hasPrefix("lockstitch: '\(chunk)' is damaged: its SHA-256 is "))
                #expect(result.output.hasSuffix(": 1 problem\n"))
            }
            let restore = try backup("restore", target, folder.file("new"))
            #expect(restore.status == 1 && restore.errors.contains("'\(chunk)' is damaged"))
            let refused = try CommandResult.run(
                try Project.lockstitch, ["collect", "--data", folder.file("new"), "--tcp-port", "0", "--udp-port", "0", "--http-port", "0"])
            #expect(refused.status == 1 && refused.errors.contains("a restore into it was cut short"))
            for rebuild in [[], ["--rebuild-catalog"]] {
                let doctor = try CommandResult.run(try Project.lockstitch, ["doctor", "--data", folder.file("new")] + rebuild)
                #expect(doctor.status == 1 && (doctor.output + doctor.errors).contains("a restore into it was cut short"))
            }
            let partial = try backup("restore", target, folder.file("new"), "--skip-damaged")
            #expect(partial.status == 1)
            #expect(partial.errors.contains("lockstitch: warning: 100 rows from 2024-01-01T"))
            #expect(try CollectorProcess(folder: folder.file("new")).count("*") == 200)
        }

        /// As `verify` writes it.
        private func size() throws -> String {
            let line = try json(try backup("list", target, "--output", "json"))
            return String(format: "%.1f KiB", Double(try #require(line["bytes"] as? Int)) / 1_024)
        }

        @Test func theTableOfSnapshots() throws {
            try stopped(1)
            for _ in 0..<2 { #expect(try backup("create", target, "--data", data).status == 0) }
            let lines = try backup("list", target, "--output", "table").output.split(separator: "\n").map(String.init)
            #expect(lines.count == 3)
            #expect(lines[0].split(separator: " ").joined(separator: " ") == "snapshot time chunks rows size new first row last row")
            #expect(lines[1].hasSuffix("2024-01-01T00:00:10Z  2024-01-01T00:00:59Z"))
            #expect(lines[1].contains(" 1   100 ") && lines[2].contains("  0 B  "))
            let pruned = try backup("prune", target, "--keep", "1")
            #expect(pruned.output == "removed 1 snapshot and 0 chunks, 0 B; 1 snapshot left\n")
        }

        @Test func untilATime() throws {
            try stopped()
            #expect(try backup("create", target, "--data", data).status == 0)
            let result = try backup("restore", target, folder.file("new"), "--until", "2024-01-02")
            #expect(result.status == 0 && result.output.hasSuffix("; without 1 later chunk\n"))
            let restored = try CollectorProcess(folder: folder.file("new"))
            #expect(try restored.count("*") == 200)
            #expect(try restored.count("_time:2024-01-03") == 0)
            #expect(try backup("restore", target, folder.file("x"), "--until", "yesterday").status == 64)
        }

        @Test func whatIsRefused() throws {
            try stopped(1)
            #expect(try backup("create", target, "--data", data).status == 0)
            let notEmpty = try backup("restore", target, data)
            #expect(notEmpty.status == 1)
            #expect(notEmpty.errors == "lockstitch: cannot restore into '\(data)': it is not empty; use another folder\n")
            let nothing = try backup("verify", folder.file("nowhere"))
            #expect(nothing.status == 1 && nothing.errors.contains("there is no snapshot in"))
            #expect(try backup("create", target, "--data", folder.file("nowhere")).status == 2)
            let collector = try CollectorProcess(folder: data)
            let locked = try backup("create", target, "--data", data)
            #expect(locked.status == 1 && locked.errors.contains("another process has it"))
            #expect(collector.terminate() == 0)
            let gone = try backup("create", target, "--url", collector.url)
            #expect(gone.status == 1 && gone.errors.contains("cannot reach the collector"))
        }

        @Test func theCollectorGivesOnlyWhatIsHeld() throws {
            let collector = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged(Self.lines(0..<10), to: collector.tcp)
            func send(_ method: String, _ target: String) throws -> HTTPAnswer {
                try HTTPAnswer.of(
                    "\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", from: collector.http)
            }
            let begun = try JSONSerialization.jsonObject(with: Data(send("POST", "/backup").body.utf8)) as? [String: Any]
            let lease = try #require(begun?["lease"] as? String)
            let chunks = (begun?["contents"] as? [String: Any])?["chunks"] as? [[String: Any]]
            let path = try #require(chunks?.first?["path"] as? String)
            let chunk = "/backup/chunk?lease=\(lease)&path=\(path)"
            #expect(try send("GET", chunk + "&count=4").body == "PAR1")
            #expect(try send("GET", chunk + "&offset=1000000000").body.isEmpty)
            #expect(try send("GET", chunk + "&offset=-1").status == 400)
            for other in ["catalog.sqlite", "data/../catalog.sqlite", "/etc/hostname", ""] {
                #expect(try send("GET", "/backup/chunk?lease=\(lease)&path=\(other)").status == 404)
            }
            let ofPage = try HTTPAnswer.of(
                "POST /backup HTTP/1.1\r\nHost: x\r\nOrigin: http://example.org\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                from: collector.http)
            #expect(ofPage.status == 403)
            #expect(try send("GET", "/backup/chunk?lease=other&path=\(path)").status == 410)
            #expect(try send("POST", "/backup/end?lease=\(lease)").status == 200)
            #expect(try send("GET", chunk).status == 410)
        }

        // MARK: Kills

        @Test(arguments: [
            "backup.begun", "backup.file.synced", "backup.file.synced:2", "backup.piece:2", "backup.copied", "backup.copied:2",
            "backup.file.synced:4", "backup.published",
        ])
        func aBackupThatIsKilledLeavesAllAsItWas(at place: String) throws {
            try stopped(1)
            #expect(try backup("create", target, "--data", data).status == 0)
            for run in 1..<3 {
                let collector = try CollectorProcess(folder: data)
                try TCPConnection.sendAcknowledged(Self.lines(run * 100..<run * 100 + 100), to: collector.tcp)
                #expect(collector.terminate() == 0)
            }
            #expect(try backup("create", target, "--data", data, failpoint: place).status == SIGKILL)
            let snapshots = try backup("list", target, "--output", "json").output.split(separator: "\n").count
            #expect(snapshots == (place == "backup.published" ? 2 : 1))
            #expect(try backup("verify", target, "--all").status == 0)
            let again = try json(try backup("create", target, "--data", data, "--output", "json"))
            #expect(again["rows"] as? Int == 300)
            #expect(try backup("verify", target, "--all", "--deep").status == 0)
            let files = try FileManager.default.subpathsOfDirectory(atPath: target)
            #expect(files.filter { $0.hasSuffix(".tmp") || $0.hasPrefix("unfinished/") }.isEmpty)
            #expect(try backup("restore", target, folder.file("new")).status == 0)
            #expect(try CollectorProcess(folder: folder.file("new")).count("*") == 300)
        }

        @Test(arguments: ["restore.begun", "restore.copied", "restore.copied:2", "restore.indexed", "restore.catalog", "restore.done"])
        func aRestoreThatIsKilledGoesOn(at place: String) throws {
            try stopped()
            #expect(try backup("create", target, "--data", data).status == 0)
            let new = folder.file("new")
            #expect(try backup("restore", target, new, failpoint: place).status == SIGKILL)
            if place != "restore.done" {
                let other = try backup("restore", target, new, "--until", "2024-01-02")
                #expect(other.status == 1 && other.errors.contains("another restore was cut short there"))
                #expect(try backup("restore", target, new).status == 0)
            }
            let collector = try CollectorProcess(folder: new)
            #expect(try collector.count("*") == 300)
            #expect(try collector.count("trace_id:=4bf92f3577b34da6a3ce929d0e0e4736") == 30)
        }

        @Test(arguments: ["prune.forgotten", "prune.removed"]) func aPruneThatIsKilledGoesOn(at place: String) throws {
            try stopped(2)
            #expect(try backup("create", target, "--data", data).status == 0)
            try FileManager.default.removeItem(atPath: data)
            try stopped(1)
            #expect(try backup("create", target, "--data", data).status == 0)
            #expect(try backup("prune", target, "--keep", "1", failpoint: place).status == SIGKILL)
            #expect(try backup("verify", target, "--all").output.hasPrefix("1 snapshot, 1 chunk, "))
            #expect(try backup("prune", target, "--keep", "1").status == 0)
            let files = try FileManager.default.subpathsOfDirectory(atPath: target)
            #expect(files.filter { $0.hasSuffix(".parquet") }.count == 1)
        }
    }
}
