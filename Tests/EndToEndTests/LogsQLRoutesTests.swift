import Foundation
import HTTPAPI
import TestSupport
import Testing

extension EndToEnd {
    /// VictoriaLogs' query API, as its Grafana data source and vlogscli use it: the requests are those that their sources build.
    @Suite struct LogsQLRoutesTests {
        /// A record a minute from 2024-01-01T00:00:30Z on.
        private struct Line {
            let minute: Int
            var service: String { ["cart", "checkout", ""][minute % 3] }
            var level: String { minute % 5 == 0 ? "error" : "info" }
            var message: String { "order \(minute) \"done\"" }
            /// Unix seconds.
            var time: Int { 1_704_067_230 + minute * 60 }
            var text: String { Date(timeIntervalSince1970: TimeInterval(time)).formatted(.iso8601) }
            var stream: String { service.isEmpty ? "{}" : "{service=\"\(service)\"}" }
        }

        private static let lines = (0..<150).map(Line.init)

        private struct Client {
            let http: String

            /// As the data source asks: a GET with all in the URL, and the tenant in headers.
            func get(_ route: String, _ parameters: [(String, String)], headers: String = "AccountID: 0\r\nProjectID: 0\r\n") throws
                -> HTTPAnswer
            {
                try HTTPAnswer.of(
                    "GET /select/logsql/\(route)?\(Self.form(parameters)) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n", from: http)
            }

            /// As vlogscli asks.
            func post(_ route: String, _ parameters: [(String, String)]) throws -> HTTPAnswer {
                let form = Self.form(parameters)
                return try HTTPAnswer.of(
                    "POST /select/logsql/\(route) HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "AccountID: 0\r\nProjectID: 0\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)", from: http)
            }

            static func form(_ parameters: [(String, String)]) -> String {
                let letters = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")
                return parameters.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: letters) ?? "")" }
                    .joined(separator: "&")
            }

            func object(_ route: String, _ parameters: [(String, String)]) throws -> NSDictionary {
                let answer = try get(route, parameters)
                #expect(answer.status == 200, "\(answer.body)")
                #expect(answer.headers["content-type"] == "application/json")
                return try #require(JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? NSDictionary)
            }

            /// Each as `value hits`.
            func values(_ route: String, _ parameters: [(String, String)]) throws -> [String] {
                let found = try #require(try object(route, parameters)["values"] as? [[String: Any]])
                return found.map { "\($0["value"] ?? "") \($0["hits"] ?? "")" }
            }

            func rows(_ answer: HTTPAnswer) throws -> [[String: String]] {
                #expect(answer.status == 200, "\(answer.body)")
                return try answer.body.split(separator: "\n").map { line in
                    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String], "\(line)")
                }
            }
        }

        private func run(limits: HTTPLimits = .init(), _ body: @escaping @Sendable (Client) throws -> Void) async throws {
            let folder = try TemporaryDirectory()
            try await InProcessCollector.run(folder: folder.path, limits: limits) { http in
                let text = Self.lines.map { line in
                    let service = line.service.isEmpty ? "" : "\"service\":\"\(line.service)\","
                    return "{\"time\":\"\(line.text)\",\(service)\"level\":\"\(line.level)\",\"n\":\(line.minute),"
                        + "\"message\":\"\(line.message.replacing("\"", with: "\\\""))\"}\n"
                }.joined()
                let answer = try HTTPAnswer.of(
                    "POST /ingest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)",
                    from: http)
                #expect(answer.body.hasPrefix("{\"lines\":150"), "\(answer.body)")
                try body(Client(http: http))
            }
        }

        private static func lines(_ isWanted: (Line) -> Bool) -> [Line] { lines.filter(isWanted) }

        // MARK: query

        @Test func logs() async throws {
            try await run { client in
                // Explore asks for the latest `limit` lines of a range of whole seconds.
                let (start, end) = (Self.lines[20].time, Self.lines[60].time)
                let answer = try client.get(
                    "query", [("end", String(end)), ("limit", "7"), ("query", "level:error"), ("start", String(start))])
                #expect(answer.headers["content-type"] == "application/stream+json")
                let expected = Self.lines { $0.level == "error" && (start...end).contains($0.time) }.suffix(7)
                let rows = try client.rows(answer)
                #expect(
                    rows.map { $0.filter { $0.key != "_stream_id" } }
                        == expected.map { line in
                            [
                                "_time": line.text, "_msg": line.message, "_stream": line.stream, "level": "error",
                                "n": String(line.minute), "service": line.service,
                            ].filter { !$0.value.isEmpty }
                        })
                let ids = Dictionary(grouping: rows) { $0["_stream"] ?? "" }.mapValues { Set($0.compactMap { $0["_stream_id"] }) }
                #expect(ids.count == 3 && ids.values.allSatisfy { $0.count == 1 })
                #expect(Set(ids.values.joined()).count == 3)
                #expect(ids.values.joined().allSatisfy { $0.wholeMatch(of: /0{16}[0-9a-f]{32}/) != nil })
            }
        }

        @Test func queriesOfOtherClients() async throws {
            try await run { client in
                // vlogscli sends nothing but the query, in canonical form.
                let all = try client.rows(try client.post("query", [("query", "*")]))
                #expect(all.map { $0["n"] } == Self.lines.map { String($0.minute) })
                let sorted = try client.rows(try client.post("query", [("query", "* | sort by (n desc) | fields n, _msg"), ("limit", "2")]))
                #expect(sorted == [149, 148].map { ["n": String($0), "_msg": Self.lines[$0].message] })
                let counts = try client.rows(
                    try client.post("query", [("query", "* | stats by (_time:1h) count() rows"), ("limit", "9")]))
                #expect(counts.map { $0["rows"] } == ["60", "60", "30"])
                #expect(counts.map { $0["_time"] } == ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"])
                // The data source's test of the connection.
                let health = try client.get("query", [("limit", "1"), ("query", "*"), ("start", "-5m")])
                #expect(health.status == 200 && health.body.isEmpty)
            }
        }

        @Test func moreFilters() async throws {
            try await run { client in
                func numbers(_ parameters: [(String, String)]) throws -> [Int] {
                    try client.rows(try client.get("query", [("query", "n:<20 | fields _time, n")] + parameters))
                        .compactMap { $0["n"].flatMap { Int($0) } }
                }
                func expected(_ isWanted: (Line) -> Bool) -> [Int] { Self.lines { $0.minute < 20 && isWanted($0) }.map(\.minute) }
                #expect(try numbers([("extra_filters", "{\"service\":\"cart\"}")]) == expected { $0.service == "cart" })
                #expect(
                    try numbers([("extra_stream_filters", "{\"service\":[\"cart\",\"checkout\"]}"), ("extra_filters", "level:error")])
                        == expected { $0.service != "" && $0.level == "error" })
                #expect(
                    try numbers([("extra_filters", "level:=info"), ("extra_filters", "n:>=10 or service:cart")])
                        == expected { $0.level == "info" && ($0.minute >= 10 || $0.service == "cart") })
                #expect(try numbers([("extra_filters", "")]) == expected { _ in true })
                #expect(try numbers([("extra_stream_filters", "{service=~\"cart|checkout\"}")]) == expected { $0.service != "" })
                // What the data source asks for the context of a line.
                let row = try #require(try client.rows(try client.get("query", [("query", "n:=9")])).first)
                let context = try client.rows(
                    try client.get(
                        "query", [("query", "_stream_id:\"\(row["_stream_id"] ?? "")\" _time:<=\(Self.lines[9].text) | sort by (_time) desc limit 2"), ("limit", "2")]))
                #expect(context.map { $0["n"] } == ["9", "6"])
                let streams = try client.rows(try client.get("query", [("query", "n:=9 | fields _stream, n")]))
                #expect(streams == [["_stream": "{service=\"cart\"}", "n": "9"]])
                // `_time` in the query counts from the end.
                let end = Self.lines[10].text
                let last = try client.rows(try client.get("query", [("query", "_time:3m"), ("end", end)]))
                #expect(last.compactMap { $0["n"] } == ["7", "8", "9"])
            }
        }

        // MARK: hits, facets

        @Test func hits() async throws {
            try await run { client in
                let answer = try client.object(
                    "hits", [
                        ("end", "2024-01-01T02:00:00Z"), ("field", "level"), ("query", "n:>9 | limit 1"), ("start", "2024-01-01T00:30Z"),
                        ("step", "30m0s"),
                    ])
                let series = ["error", "info"].map { level -> [String: Any] in
                    let values = (1...3).map { part in
                        Self.lines { $0.level == level && $0.minute > 9 && $0.minute / 30 == part }.count
                    }
                    return [
                        "fields": ["level": level], "values": values, "total": values.reduce(0, +),
                        "timestamps": ["2024-01-01T00:30:00Z", "2024-01-01T01:00:00Z", "2024-01-01T01:30:00Z"],
                    ]
                }
                #expect(answer == ["hits": series] as NSDictionary)
                let largest = try client.object(
                    "hits", [("query", "n:<30"), ("step", "1d"), ("field", "service"), ("field", "level"), ("fields_limit", "1"), ("offset", "-1h")])
                #expect(
                    largest == [
                        "hits": [
                            [
                                "fields": ["service": "", "level": "info"], "timestamps": ["2023-12-31T23:00:00Z"], "values": [8],
                                "total": 8,
                            ],
                            ["fields": [:], "timestamps": ["2023-12-31T23:00:00Z"], "values": [22], "total": 22],
                        ]
                    ] as NSDictionary)
                #expect(try client.object("hits", [("query", "nowhere:x")]) == ["hits": []] as NSDictionary)
            }
        }

        @Test func facets() async throws {
            try await run { client in
                let answer = try client.object("facets", [("query", "* | limit 1"), ("limit", "2"), ("max_values_per_field", "3")])
                func value(_ text: String, _ hits: Int) -> [String: Any] { ["field_value": text, "hits": hits] }
                #expect(
                    answer == [
                        "facets": [
                            ["field_name": "level", "values": [value("info", 120), value("error", 30)]],
                            ["field_name": "service", "values": [value("cart", 50), value("checkout", 50)]],
                        ]
                    ] as NSDictionary)
                let constant = try client.object(
                    "facets", [("query", "level:error"), ("keep_const_fields", "1"), ("max_values_per_field", "1")])
                #expect(constant == ["facets": [["field_name": "level", "values": [value("error", 30)]]]] as NSDictionary)
            }
        }

        // MARK: stats

        @Test func stats() async throws {
            try await run { client in
                let answer = try client.object(
                    "stats_query", [("query", "_time:30m | stats by (level) count() as n, max(n) | sort by (n)"), ("time", "1704070800.5")])
                let lines = Self.lines { (30..<60).contains($0.minute) }
                let expected = ["error", "info"].flatMap { level -> [[String: Any]] in
                    let own = lines.filter { $0.level == level }
                    return [("n", own.count), ("max(n)", own.map(\.minute).max() ?? 0)].map { name, value in
                        ["metric": ["__name__": name, "level": level], "value": [1_704_070_800.5, String(value)]]
                    }
                }
                #expect(
                    answer
                        == ["status": "success", "data": ["resultType": "vector", "result": expected] as [String: Any]] as NSDictionary)
            }
        }

        @Test func statsOverTime() async throws {
            try await run { client in
                let answer = try client.object(
                    "stats_query_range", [
                        ("end", "1704073200"), ("query", "* | stats by (level) count() as n | first 1 by (n desc)"),
                        ("start", "1704067200"), ("step", "40m"), ("offset", "20m"),
                    ])
                let starts = [1_704_066_000, 1_704_068_400, 1_704_070_800]
                let values = starts.map { start -> [Any] in
                    [start, String(Self.lines { $0.level == "info" && $0.time < 1_704_073_200 && (start..<(start + 2_400)).contains($0.time) }.count)]
                }
                let series: [String: Any] = ["metric": ["__name__": "n", "level": "info"], "values": values]
                #expect(
                    answer
                        == ["status": "success", "data": ["resultType": "matrix", "result": [series]] as [String: Any]] as NSDictionary)
            }
        }

        // MARK: Names and values

        @Test func namesAndValues() async throws {
            try await run { client in
                func values(_ route: String, _ parameters: [(String, String)]) throws -> [String] {
                    try client.values(route, [("query", "n:<30 | limit 1")] + parameters)
                }
                #expect(
                    try values("field_names", []) == ["_msg 30", "_stream 30", "_stream_id 30", "_time 30", "level 30", "n 30", "service 20"])
                #expect(try values("field_names", [("filter", "str")]) == ["_stream 30", "_stream_id 30"])
                #expect(try values("field_values", [("field", "level")]) == ["info 24", "error 6"])
                #expect(try values("field_values", [("field", "level"), ("limit", "1")]) == ["info 24"])
                #expect(try values("field_values", [("field", "_msg"), ("filter", "order 29")]) == ["order 29 \"done\" 1"])
                #expect(try values("field_values", [("field", "_stream"), ("filter", "c")]) == ["{service=\"cart\"} 10", "{service=\"checkout\"} 10"])
                #expect(try values("streams", []) == ["{service=\"cart\"} 10", "{service=\"checkout\"} 10", "{} 10"])
                let ids = try values("stream_ids", [])
                #expect(try values("field_values", [("field", "_stream_id")]) == ids)
                #expect(try values("stream_ids", [("limit", "2")]).count == 2)
                #expect(try values("stream_field_names", []) == ["service 20"])
                #expect(try values("stream_field_values", [("field", "service")]) == ["cart 10", "checkout 10"])
                #expect(try values("stream_field_values", [("field", "level")]).isEmpty)
            }
        }

        // MARK: Errors

        @Test func errors() async throws {
            try await run { client in
                for (route, parameters, text) in [
                    ("query", [], "cannot parse query: cannot parse query: it is empty"),
                    ("query", [("query", "foo |")], "cannot parse query: cannot parse pipe"),
                    ("query", [("query", "*"), ("start", "yesterday")], "cannot parse start=yesterday"),
                    ("query", [("query", "*"), ("limit", "-1")], "the parameter 'limit' must be"),
                    ("query", [("query", "*"), ("timeout", "0")], "the parameter 'timeout' must be"),
                    ("query", [("query", "*"), ("extra_filters", "{\"a\":1}")], "'extra_filters' must have texts"),
                    ("query", [("query", "*"), ("extra_filters", "a | limit 1")], "'extra_filters' is a filter"),
                    ("query", [("query", "*"), ("extra_filters", "a or")], "cannot parse extra_filters"),
                    ("hits", [("query", "*"), ("step", "0")], "the parameter 'step' must be above 0"),
                    ("hits", [("query", "*"), ("step", "x")], "the parameter 'step' must be a duration"),
                    ("hits", [("query", "*"), ("field", "_time")], "hits are by time already"),
                    ("field_values", [("query", "*")], "the parameter 'field' is missing"),
                    ("stream_field_values", [("query", "*")], "the parameter 'field' is missing"),
                    ("tail", [("query", "* | stats count()")], "a live tail gives records as they come"),
                    ("tail", [("query", "* | fields n")], "a live tail gives records as they come"),
                    ("tail", [("query", "*"), ("offset", "-1s")], "an offset of a live tail cannot be below 0"),
                ] as [(String, [(String, String)], String)] {
                    let answer = try client.get(route, parameters)
                    #expect(answer.status == 400, "\(route) \(parameters)")
                    #expect(answer.body.hasPrefix(text), "\(route) \(parameters): \(answer.body)")
                }
                // The clients of stats read errors as Prometheus writes them.
                for (route, query, text) in [
                    ("stats_query", "*", "the query has no pipe stats"), ("stats_query", "foo |", "cannot parse query"),
                    ("stats_query", "* | stats count() n | uniq by (n)", "the pipe 'uniq by (n)' cannot come after stats"),
                    ("stats_query_range", "* | stats count() n | limit 1", "the pipe 'limit 1' cannot be here"),
                ] {
                    let answer = try client.get(route, [("query", query)])
                    #expect(answer.status == 422)
                    let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: String]
                    #expect(object?["status"] == "error" && object?["errorType"] == "422")
                    #expect(object?["error"]?.hasPrefix(text) == true, "\(answer.body)")
                }
                let tenant = try client.get("query", [("query", "*")], headers: "AccountID: 12\r\n")
                #expect(tenant.status == 400 && tenant.body.hasPrefix("there is one tenant"))
                let none = try client.get("query", [("query", "n:=1")], headers: "")
                #expect(try client.rows(none).count == 1)
            }
        }
    }
}
