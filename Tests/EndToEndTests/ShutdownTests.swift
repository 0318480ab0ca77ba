import Foundation
import HTTPAPI
import TestSupport
import Testing

extension EndToEnd {
    /// SIGTERM ends the collector whatever its clients do, and nothing that was answered is lost.
    @Suite struct ShutdownTests {
        let folder: TemporaryDirectory
        let collector: CollectorProcess

        init() throws {
            folder = try TemporaryDirectory()
            collector = try CollectorProcess(folder: folder.path)
        }

        @Test(.timeLimit(.minutes(2))) func endsWhileAQueryRuns() throws {
            try TCPConnection.sendAcknowledged(
                "{\"message\":\"\(String(repeating: "a", count: 60))Né\"}\n", to: collector.tcp)
            let query = try TCPConnection(collector.http)
            query.send("GET /query?query=message:~%22%5E(a%2B)%2B$%22&timeout=600 HTTP/1.1\r\nHost: x\r\n\r\n")
            // The collector has taken the query once it answers one that came later.
            #expect(try collector.count("*") == 1)
            #expect(collector.terminate() == 0)
            #expect(query.readAll().hasPrefix("HTTP/1.1 503 "))
            #expect(collector.chunks.count == 1)
        }

        @Test(.timeLimit(.minutes(2))) func endsWhileAClientStallsInItsBody() throws {
            let client = try TCPConnection(collector.http)
            let lines = (0..<40_000).map { "{\"seq\":\($0),\"message\":\"a line of some length\"}\n" }.joined()
            client.send("POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n\(lines){\"seq\":-1")
            try collector.wait(forRows: 1, matching: "*")
            #expect(collector.terminate() == 0)
            let answer = client.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            // What the answer says is stored is stored, and no half of a line.
            let again = try CollectorProcess(folder: folder.path)
            let stored = try again.count("seq:>=0")
            #expect(stored > 0)
            #expect(answer.contains("\(stored) lines before were stored"))
            #expect(try again.count("*") == stored)
        }

        @Test(.timeLimit(.minutes(2))) func endsWhileAClientDoesNotReadItsAnswer() throws {
            let line = "{\"message\":\"\(String(repeating: "x", count: 10_000))\"}\n"
            try TCPConnection.sendAcknowledged(String(repeating: line, count: 2_000), to: collector.tcp)
            let client = try TCPConnection(collector.http)
            client.send("GET /query?query=*&limit=0 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.readLine()?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(collector.terminate() == 0)
            #expect(collector.chunks.count == 1)
        }

        @Test(.timeLimit(.minutes(2))) func aClientThatFallsSilentIsClosed() async throws {
            var limits = HTTPLimits()
            limits.silenceMax = .milliseconds(200)
            let lines = String(repeating: "{\"message\":\"\(String(repeating: "x", count: 1_000))\"}\n", count: 1_500)
            try await InProcessCollector.run(folder: folder.file("silent"), limits: limits) { http in
                for start in ["", "POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n\(lines){\"seq\":-1"] {
                    let client = try TCPConnection(http)
                    client.send(start)
                    _ = client.readAll()
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func endsWithIdleConnections() throws {
            let idle = try (0..<3).map { _ in try TCPConnection(collector.http) }
            #expect(collector.terminate() == 0)
            withExtendedLifetime(idle) {}
        }
    }
}
