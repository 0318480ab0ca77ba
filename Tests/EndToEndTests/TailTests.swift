import Foundation
import HTTPAPI
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct TailTests {
        private static func ingest(_ lines: [String], _ http: String) throws {
            let text = lines.map { $0 + "\n" }.joined()
            let answer = try HTTPAnswer.of(
                "POST /ingest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)", from: http)
            #expect(answer.status == 200, "\(answer.body)")
        }

        private static func now(minus seconds: Double = 0) -> String {
            (Date() - seconds).formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
        }

        private static func tail(_ parameters: String, _ http: String) throws -> TCPConnection {
            let connection = try TCPConnection(http)
            connection.send("GET /select/logsql/tail?\(parameters) HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection
        }

        /// The number `n` of the next record.
        private static func next(_ connection: TCPConnection) -> String? {
            while let line = connection.readLine() {
                if let match = line.firstMatch(of: /"n":"(\d+)"/) { return String(match.1) }
            }
            return nil
        }

        /// The value of a metric.
        private static func metric(_ name: String, _ http: String) throws -> String? {
            let text = try HTTPAnswer.of("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", from: http).body
            return text.split(separator: "\n").first { $0.hasPrefix("lockstitch_\(name) ") }.map { String($0.split(separator: " ")[1]) }
        }

        @Test(.timeLimit(.minutes(2))) func recordsComeAsTheyAreStored() async throws {
            let folder = try TemporaryDirectory()
            try await InProcessCollector.run(folder: folder.path, limits: .init()) { http in
                try Self.ingest(["{\"time\":\"\(Self.now(minus: 3))\",\"level\":\"error\",\"n\":1}"], http)
                let tail = try Self.tail("query=level:error&offset=0&refresh_interval=100ms&start_offset=1h", http)
                #expect(Self.next(tail) == "1")
                #expect(try Self.metric("tails", http) == "1")
                // One that comes late, and one twice: all are given, each once.
                let time = Self.now()
                try Self.ingest(
                    [
                        "{\"time\":\"\(time)\",\"level\":\"info\",\"n\":2}", "{\"time\":\"\(time)\",\"level\":\"error\",\"n\":3}",
                        "{\"time\":\"\(time)\",\"level\":\"error\",\"n\":3}",
                    ], http)
                #expect(Self.next(tail) == "3")
                #expect(Self.next(tail) == "3")
                try Self.ingest(["{\"time\":\"\(Self.now(minus: 2))\",\"level\":\"error\",\"n\":4}"], http)
                #expect(Self.next(tail) == "4")
                try Self.ingest(["{\"time\":\"\(Self.now())\",\"level\":\"error\",\"n\":5}"], http)
                #expect(Self.next(tail) == "5")
                #expect(try Self.metric("tail_rows_total", http) == "5")
            }
        }

        @Test(.timeLimit(.minutes(2))) func tailsEndWhenTheirClientsGo() async throws {
            let folder = try TemporaryDirectory()
            var limits = HTTPLimits()
            limits.tailsMax = 2
            try await InProcessCollector.run(folder: folder.path, limits: limits) { http in
                let parameters = "query=*&offset=0&refresh_interval=1h"
                var tails = try (0..<2).map { _ in try Self.tail(parameters, http) }
                for tail in tails { #expect(tail.readLine()?.hasPrefix("HTTP/1.1 200 ") == true) }
                let refused = try Self.tail(parameters, http).readAll()
                #expect(refused.hasPrefix("HTTP/1.1 503 "))
                #expect(refused.contains("2 live tails are under way already"))
                tails[0].finish()
                _ = tails[0].readAll()
                // There is room again.
                #expect(try Self.tail(parameters, http).readLine()?.hasPrefix("HTTP/1.1 200 ") == true)
                tails = []
            }
        }

        @Test(.timeLimit(.minutes(2))) func whatIsTooMuchAtOnceIsCounted() async throws {
            let folder = try TemporaryDirectory()
            var limits = HTTPLimits()
            limits.tailRowsMax = 3
            try await InProcessCollector.run(folder: folder.path, limits: limits) { http in
                try Self.ingest((0..<5).map { "{\"time\":\"\(Self.now(minus: Double(9 - $0)))\",\"n\":\($0)}" }, http)
                let tail = try Self.tail("query=*&offset=0&start_offset=1m", http)
                #expect((0..<3).map { _ in Self.next(tail) } == ["2", "3", "4"])
                #expect(try Self.metric("tail_cuts_total", http) == "1")
            }
        }
    }
}
