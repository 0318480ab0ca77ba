import Foundation
@testable import lockstitch
import NIOHTTP1
import TestSupport
import Testing

extension EndToEnd {
    /// What the commands write, and how they end.
    @Suite struct CommandTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func collector(rows: Int) throws -> CollectorProcess {
            let collector = try CollectorProcess(folder: folder.file("data"))
            let lines = (0..<rows).map { "{\"seq\":\($0),\"request_id\":\"r\($0)\"}\n" }.joined()
            try TCPConnection.sendAcknowledged(lines, to: collector.tcp)
            return collector
        }

        @Test func savedQueries() throws {
            let collector = try collector(rows: 3)
            let list = try collector.command("query", "@")
            #expect(list.output.contains("@error-rate  Records and errors, by service and time.\n"))
            #expect(list.output.contains("    window   how far back (duration, default 1h)\n"))
            let own = folder.file("own")
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            try Data("# One.\n# param id: the request\nrequest_id:=$id | fields seq\n".utf8).write(to: URL(filePath: own + "/one.logsql"))
            #expect(try collector.command("query", "--queries", own, "@one", "id=r2").output == "{\"seq\":2}\n")
            #expect(try collector.command("query", "--queries", own, "@one", "id=r2 or *").output == "")
            for (arguments, error) in [
                (["@nothing"], "there is no saved query @nothing; 'lockstitch query @' lists those there are"),
                (["--queries", own, "@one"], "@one needs id=…: the request"), (["--queries", own, "@one", "id"], "'id' is no NAME=VALUE"),
                (["--queries", own, "@one", "id=1", "id=2"], "the parameter 'id' is there twice"),
                (["--queries", own + "/no", "@one"], "cannot list the queries in '\(own)/no'"),
            ] {
                let answer = try CommandResult.run(try Project.lockstitch, ["query"] + arguments)
                #expect(answer.status == 2 && answer.errors == "lockstitch: \(error)\n", "\(answer.errors)")
            }
        }

        @Test func aCutAnswerIsTold() throws {
            let collector = try collector(rows: 1_001)
            let cut = try collector.command("query", "*")
            #expect(cut.status == 0)
            #expect(cut.output.split(separator: "\n").count == 1_000)
            #expect(cut.errors == "lockstitch: only the first 1000 rows; --limit 0 for all\n")
            #expect(try collector.command("query", "*", "--limit", "0").errors == "")
            #expect(try collector.command("query", "* | limit 1000").errors == "")
        }

        @Test func anEstimateIsTold() throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            let lines = (0..<100).map { row in
                "{\"seq\":\(row),\"service\":\"\(row < 60 ? "a" : "b")\",\"request_id\":\"r\(row / 10)\"\(row < 60 ? ",\"_weight\":20" : "")}\n"
            }
            try TCPConnection.sendAcknowledged(lines.joined(), to: collector.tcp)
            let query = "* | stats by (service) count() n, max(seq) last"
            let table = try collector.command("query", query, "--output", "table")
            // Six requests of ten rows: the square root of 6 · 20 · 19 · 100.
            #expect(
                table.output == """
                    service           n  last
                    a        1200 ± 480    59
                    b                40    99

                    """)
            #expect(
                table.errors == """
                    lockstitch: estimated from a sample: 8.1 % of the rows it stands for were kept; ± is one standard error
                    lockstitch: of the kept rows alone: last

                    """)
            let json = try collector.query(query)
            #expect(json[0]["n"] as? Int == 1200 && json[1]["n"] as? Int == 40)
            let error = try #require(json[0]["n_stderr"] as? Double)
            #expect(abs(error - 228_000.0.squareRoot()) < 1e-9)
            #expect(json[0]["n_low"] as? Double ?? 0 > 60 && json[0]["n_high"] as? Double ?? 0 > 1200)
            #expect(json[1]["n_stderr"] == nil)
            let odd = try collector.command("query", "* | stats count() n, min(seq) \"größe, b; c=d\"", "--output", "json")
            #expect(odd.errors.hasSuffix("lockstitch: of the kept rows alone: größe, b; c=d\n"))
            let exact = try collector.command("query", "service:b | count()", "--output", "table")
            #expect(exact.errors == "" && exact.output == "count(*)\n      40\n")
        }

        @Test func nothingFoundIsAFailureOfTraceOnly() throws {
            let collector = try collector(rows: 1)
            let query = try collector.command("query", "nowhere:x")
            #expect(query.status == 0 && query.output == "" && query.errors == "")
            let trace = try collector.command("trace", "no-such-id")
            #expect(trace.status == 1 && trace.output == "" && trace.errors.contains("no-such-id"))
            #expect(try collector.command("query", "* | limitx").status == 2)
        }

        @Test func aReaderThatHasGoneEndsACommandQuietly() throws {
            let collector = try collector(rows: 20_000)
            let errors = folder.file("errors")
            let script = """
                set -o pipefail
                '\(try Project.lockstitch.path)' query '*' --limit 0 --url \(collector.url) 2>'\(errors)' | head -n 1
                """
            let result = try CommandResult.run(URL(fileURLWithPath: "/bin/bash"), ["-c", script])
            #expect(result.status == 0)
            #expect(result.output.hasSuffix("\"seq\":0,\"request_id\":\"r0\"}\n"))
            #expect(try String(contentsOfFile: errors, encoding: .utf8) == "")
        }

        @Test func outputThatCannotBeWrittenIsAnError() throws {
            let collector = try collector(rows: 1)
            let script = "'\(try Project.lockstitch.path)' query '*' --url \(collector.url) >/dev/full"
            let result = try CommandResult.run(URL(fileURLWithPath: "/bin/sh"), ["-c", script])
            #expect(result.status == 1)
            #expect(result.errors == "lockstitch: cannot write the output: no space left on device\n")
        }

        // MARK: Collectors that are not there, or not well

        private func errors(url: String) throws -> String {
            let result = try CommandResult.run(try Project.lockstitch, ["query", "*", "--url", url])
            #expect(result.status == 1)
            return result.errors
        }

        @Test func aCollectorThatIsNotThereIsNamedWithTheCause() throws {
            let gone = try FakeServer(answer: nil)
            let url = gone.url
            gone.close()
            #expect(
                try errors(url: url)
                    == "lockstitch: cannot reach the collector at \(url): connection refused; is 'lockstitch collect' running?\n")
            #expect(
                try errors(url: "http://nohost.invalid:5171")
                    == "lockstitch: cannot reach the collector at http://nohost.invalid:5171: the name 'nohost.invalid' is not "
                    + "known; is 'lockstitch collect' running?\n")
        }

        @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
        func aConnectionThatBreaksIsNamed(answer: String) throws {
            let server = try FakeServer(answer: answer)
            #expect(
                try errors(url: server.url)
                    == "lockstitch: the connection to the collector at \(server.url) broke: the collector closed it\n")
        }

        @Test(.timeLimit(.minutes(1))) func aCollectorThatDoesNotAnswerIsNamed() async throws {
            let server = try FakeServer(answer: nil)
            let exchange = HTTPExchange(
                url: try #require(CollectorURL(server.url)),
                head: HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: [:]), body: nil,
                answerTimeout: .milliseconds(50))
            let failure = await #expect(throws: CommandFailure.self) { _ = try await exchange.run { _ in } }
            #expect(failure?.description == "the collector at \(server.url) gave no answer for 0 s")
        }

        @Test(arguments: [
            ("http://127.0.0.1:5171", "127.0.0.1", 5171), ("http://localhost:1/", "localhost", 1), ("HTTP://a-b.c", "a-b.c", 80),
            ("http://[::1]:5171", "::1", 5171), ("http://[::1]", "::1", 80), ("http://x:65535", "x", 65_535),
        ]) func addresses(text: String, host: String, port: Int) throws {
            let url = try #require(CollectorURL(text))
            #expect(url.host == host)
            #expect(url.port == port)
            #expect(CollectorURL(url.description) == url)
        }

        @Test(arguments: [
            "", "http://", "https://x:1", "x:1", "http://x:0", "http://x:65536", "http://x:", "http://x:y", "http://::1:80",
            "http://[::1", "http://[]:1", "http://u@x:1", "http://x:1/path", "http://x:1?q", "http:// :1",
        ]) func whatIsNoAddress(text: String) { #expect(CollectorURL(text) == nil) }
    }
}
