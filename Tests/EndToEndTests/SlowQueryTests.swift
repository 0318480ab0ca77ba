import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Queries that take too long, beside others and at the end of the collector.
    @Suite struct SlowQueryTests {
        let folder: TemporaryDirectory
        let collector: CollectorProcess

        init() throws {
            folder = try TemporaryDirectory()
            collector = try CollectorProcess(folder: folder.path)
            let line = "{\"service\":\"a\",\"message\":\"" + String(repeating: "a", count: 60) + "Né\"}\n"
            try TCPConnection.sendAcknowledged(String(repeating: line, count: 20), to: collector.tcp)
        }

        /// A query on which a regular expression backtracks for years.
        private func ask(timeout: String = "600s") throws -> TCPConnection {
            let connection = try TCPConnection(collector.http)
            connection.send("GET /query?query=message:~%22%5E(a%2B)%2B$%22&timeout=\(timeout) HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection
        }

        @Test(.timeLimit(.minutes(2))) func leaveThreadsForOthers() throws {
            let slow = try (0..<4).map { _ in try ask() }
            #expect(try collector.count("*") == 20)
            withExtendedLifetime(slow) {}
        }

        @Test(.timeLimit(.minutes(2))) func endWhenTheirTimeIsUp() throws {
            let answer = try ask(timeout: "200ms").readAll()
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.contains("stopped after 0.2 s"))
        }

        @Test(.timeLimit(.minutes(2))) func endWhenTheClientGoes() throws {
            // More than there are threads for queries: unless they end, the count below waits for ten minutes.
            for _ in 0..<40 { _ = try ask() }
            #expect(try collector.count("*") == 20)
        }

        @Test(arguments: ["0", "-1", "x", "2h"]) func aTimeThatCannotBeGivenIsRefused(timeout: String) throws {
            let answer = try ask(timeout: timeout).readAll()
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.contains("'timeout' must be"))
        }
    }
}
