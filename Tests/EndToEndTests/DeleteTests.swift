import Foundation
@testable import lockstitch
import TestSupport
import Testing

extension EndToEnd {
    /// What takes rows away: `lockstitch delete` and the options of retention.
    @Suite struct DeleteTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func collector(_ data: String = "data") throws -> CollectorProcess {
            let collector = try CollectorProcess(folder: folder.file(data))
            let lines = (0..<100).map { "{\"seq\":\($0),\"service\":\"s\($0 % 2)\",\"request_id\":\"r\($0 % 10)\"}\n" }
            try TCPConnection.sendAcknowledged(lines.joined(), to: collector.tcp)
            return collector
        }

        @Test func deletesWhatMatchesForGood() throws {
            let collector = try collector()
            let dry = try collector.command("delete", "service:s1", "--dry-run")
            #expect(dry.status == 0 && dry.output == "50 rows would be deleted\n" && dry.errors == "")
            let unasked = try collector.command("delete", "service:s1")
            #expect(unasked.status == 1 && unasked.output == "")
            #expect(unasked.errors == "lockstitch: 50 rows would be deleted; give --yes to delete them\n")
            #expect(try collector.count("*") == 100)

            let deleted = try collector.command("delete", "service:s1 seq:>10", "--yes")
            #expect(deleted.status == 0 && deleted.output == "45 rows deleted\n" && deleted.errors == "")
            #expect(try collector.count("*") == 55)
            #expect(try collector.count("service:s1") == 5)
            #expect(try collector.command("trace", "r3", "--output", "json").output.contains("\"seq\":3"))
            collector.killHard()

            let again = try CollectorProcess(folder: folder.file("data"))
            #expect(try again.count("*") == 55)
            let history = try again.command("delete", "--history")
            let entry = try #require(
                try JSONSerialization.jsonObject(with: Data(history.output.utf8)) as? [String: Any])
            #expect(entry["query"] as? String == "service:s1 seq:>10")
            #expect(entry["rows"] as? Int == 45 && entry["chunks"] as? Int == 1)
            #expect(entry["state"] as? String == "done")
            #expect((entry["who"] as? String)?.contains("@") == true)
            #expect(again.terminate() == 0)
        }

        @Test func refusesWhatIsNoFilter() throws {
            let collector = try collector()
            let piped = try collector.command("delete", "* | limit 1", "--yes")
            #expect(piped.status == 2)
            #expect(piped.errors == "lockstitch: what to delete is a filter: leave the pipes away\n")
            #expect(try collector.command("delete", "seq:(", "--yes").status == 2)
            #expect(try collector.command("delete").status == 64)
            #expect(try collector.command("delete", "*", "--history").status == 64)
            #expect(try collector.command("delete", "*", "--yes", "--dry-run").status == 64)
            #expect(try collector.count("*") == 100)
        }

        @Test func pagesOfABrowserCannotDelete() throws {
            let collector = try collector()
            let curl = URL(fileURLWithPath: "/usr/bin/env")
            let arguments = ["curl", "-sS", "-w", "%{http_code}", "\(collector.url)/delete", "-d", "query=*"]
            let refused = try CommandResult.run(curl, arguments + ["-H", "Origin: http://example.org"])
            #expect(refused.output == "deletions are not taken from web pages\n403")
            #expect(try collector.count("*") == 100)
            #expect(try CommandResult.run(curl, arguments).output == "{\"chunks\":1,\"rows\":100}\n200")
            #expect(try collector.count("*") == 0)
        }

        @Test func oldChunksGo() async throws {
            let data = folder.file("data")
            let first = try CollectorProcess(folder: data)
            let now = Date().timeIntervalSince1970
            let lines = [0.0, 20, 40].flatMap { days in
                ["a", "b"].map { "{\"time\":\(Int((now - days * 86_400) * 1_000)),\"days\":\(Int(days)),\"service\":\"\($0)\"}\n" }
            }
            try TCPConnection.sendAcknowledged(lines.joined(), to: first.tcp)
            #expect(first.terminate() == 0)
            #expect(first.chunks.count == 3)
            let second = try CollectorProcess(
                folder: data, "--retention", "30d", "--retention", "service=b:7d", "--retention-bytes", "1GB")
            try second.wait(until: "two of six rows stay") { try $0.count("*") == 3 }
            #expect(try second.query("* | fields days, service").map { "\($0["days"] ?? "")\($0["service"] ?? "")" }.sorted() == ["0a", "0b", "20a"])
            #expect(try await second.metric("lockstitch_retention_rows_total{reason=\"age\"}") == 2)
            #expect(try await second.metric("lockstitch_retention_rows_total{reason=\"service\"}") == 1)
            #expect(second.terminate() == 0)
        }

        @Test func smallChunksOfADayAreMerged() async throws {
            let collector = try CollectorProcess(folder: folder.file("data"), "--memtable-rows", "1")
            for seq in 0..<6 {
                try TCPConnection.sendAcknowledged("{\"seq\":\(seq),\"trace_id\":\"t\(seq)\"}\n", to: collector.tcp)
                try collector.wait(until: "row \(seq) is sealed") { collector in
                    try collector.count("*") == seq + 1 && !collector.chunks.isEmpty
                }
            }
            // Six chunks of a row each, of which at least one merge makes three or fewer.
            while try await collector.metric("lockstitch_compactions_total") ?? 0 == 0 || collector.chunks.count > 3 {
                try await Task.sleep(nanoseconds: 10_000_000)
            }
            #expect(try collector.count("*") == 6)
            #expect(try collector.command("trace", "t0", "--output", "json").status == 0)
            #expect(collector.terminate() == 0)
        }

        @Test(arguments: [
            ["--retention", "soon"], ["--retention", "0d"], ["--retention", "1d", "--retention", "2d"],
            ["--retention", "service=x"], ["--retention", "service=:3d"], ["--retention-bytes", "0"],
            ["--retention-bytes", "ten"],
        ]) func wrongLimitsAreRefused(arguments: [String]) throws {
            let result = try CommandResult.run(try Project.lockstitch, ["collect", "--data", folder.file("x")] + arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains("must be") || result.errors.contains("may be given once"))
        }

        @Test func sizes() {
            #expect(ByteSize.bytes("100GB") == 100_000_000_000)
            #expect(ByteSize.bytes("1.5kib") == 1_536)
            #expect(ByteSize.bytes("4096") == 4_096)
            #expect(ByteSize.bytes("7B") == 7)
            for text in ["", "GB", "1e3", "-1", "1 GB", "1.2.3", "999999999999TB"] { #expect(ByteSize.bytes(text) == nil, "\(text)") }
        }
    }
}
