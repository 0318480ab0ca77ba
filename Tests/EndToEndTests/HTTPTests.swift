import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Requests as other clients than our own make them.
    @Suite struct HTTPTests {
        let folder: TemporaryDirectory
        let collector: CollectorProcess

        init() throws {
            folder = try TemporaryDirectory()
            collector = try CollectorProcess(folder: folder.path)
        }

        /// Status, headers and body of the answer.
        private func get(_ target: String) throws -> HTTPAnswer {
            try HTTPAnswer.of("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", from: collector.http)
        }

        private func post(_ path: String, _ body: String) throws -> HTTPAnswer {
            try HTTPAnswer.of(
                "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
                from: collector.http)
        }

        @Test func aPlusIsASpaceInAURLAsInAForm() throws {
            try TCPConnection.sendAcknowledged("{\"message\":\"no stock + none\",\"n\":1}\n", to: collector.tcp)
            for query in ["%22no+stock%22+|+fields+n", "%22no%20stock%22%20|%20fields%20n", "%22stock+%2B+none%22|fields+n"] {
                #expect(try get("/query?query=\(query)").body == "{\"n\":1}\n", "\(query)")
                #expect(try post("/query", "query=\(query)").body == "{\"n\":1}\n", "\(query)")
            }
        }

        @Test(arguments: ["%", "%zz", "%2", "a%ff"]) func whatCannotBeDecodedIsTheClientsMistake(text: String) throws {
            for answer in [try get("/query?query=\(text)"), try post("/query", "query=\(text)"), try get("/trace?id=\(text)")] {
                #expect(answer.status == 400)
                #expect(answer.body.hasPrefix("cannot decode '\(text)'"))
            }
        }

        @Test func anAnswerThatWasCutSaysSo() throws {
            try TCPConnection.sendAcknowledged((0..<1_001).map { "{\"seq\":\($0)}\n" }.joined(), to: collector.tcp)
            for (target, rows, header) in [
                ("query=*", 1_000, "1000"), ("query=*&limit=1000", 1_000, "1000"), ("query=*&limit=1001", 1_001, nil),
                ("query=*&limit=0", 1_001, nil), ("query=*|limit+1000", 1_000, nil), ("query=*|sort+by+(seq)", 1_000, "1000"),
                ("query=*|stats+by+(seq)+count()&limit=7", 7, "7"), ("query=*&limit=9223372036854775807", 1_001, nil),
            ] as [(String, Int, String?)] {
                let answer = try get("/query?\(target)")
                #expect(answer.status == 200, "\(target)")
                #expect(answer.body.split(separator: "\n").count == rows, "\(target)")
                #expect(answer.headers["x-lockstitch-truncated"] == header, "\(target)")
            }
        }

        @Test func theDocumentedMetricsAreThoseThereAre() throws {
            let documented = try String(contentsOfFile: Project.file("docs/HTTP-API.md"), encoding: .utf8)
                .matches(of: /`(lockstitch_\w+)/).map { String($0.1) }
            let there = try get("/metrics").body.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                .map { String($0.split(separator: " ")[2]) }
            #expect(there.count > 20)
            #expect(documented.sorted() == there.sorted())
        }

        @Test(arguments: ["/", "/quary", "/ingest", "/a/b"]) func anUnknownRouteNamesTheKnown(path: String) throws {
            let answer = try get(path)
            #expect(answer.status == 404)
            #expect(
                answer.body == "there is no GET \(path); there are POST /ingest, GET and POST /query, GET /trace, "
                    + "POST /delete, GET /audit, GET and POST /flags, POST /backup, GET /backup/chunk, POST /backup/end, "
                    + "GET /metrics, GET /health, GET /ready, "
                    + "GET and POST /select/logsql/{query,tail,hits,facets,stats_query,stats_query_range,field_names,"
                    + "field_values,streams,stream_ids,stream_field_names,stream_field_values}\n")
        }

        @Test func aFormHasABound() throws {
            let answer = try post("/query", "query=" + String(repeating: "a", count: 1 << 20))
            #expect(answer.status == 400)
            #expect(answer.body == "the form is longer than 1048576 bytes\n")
        }
    }
}
