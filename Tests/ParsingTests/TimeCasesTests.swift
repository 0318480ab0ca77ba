import FuzzSupport
import Parsing
import Records
import Testing

/// Where the time of a row comes from, and which fields change their name.
struct TimeCasesTests {
    struct TimeForm: Sendable, CustomTestStringConvertible {
        let value: String
        let time: Int64

        init(_ value: String, _ time: Int64) {
            self.value = value
            self.time = time
        }

        var testDescription: String { value }
    }

    /// 2023-01-29T09:20:29Z
    static let second: Int64 = 1_674_984_029_000_000_000

    static let forms = [
        TimeForm("2023-01-29T09:20:29Z", second),
        TimeForm("2023-01-29t09:20:29z", second),
        TimeForm("2023-01-29 09:20:29", second),
        TimeForm("2023-01-29T09:20:29+00:00", second),
        TimeForm("2023-01-29T10:20:29+01:00", second),
        TimeForm("2023-01-29T10:20:29+0100", second),
        TimeForm("2023-01-29T03:50:29.5-05:30", second + 500_000_000),
        TimeForm("2023-01-28T23:59:29-09:21", second),
        TimeForm("2023-01-29 09:20:29,295", second + 295_000_000),
        TimeForm("2023-01-29T09:20:60Z", second + 31_000_000_000),
        TimeForm("1970-01-01T00:00:00Z", 0),
        TimeForm("1969-12-31T23:59:59.999999999Z", -1),
        TimeForm("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
        TimeForm("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
        TimeForm("1677-09-21T00:12:44Z", -9_223_372_036_000_000_000),
        TimeForm("2262-04-11T23:47:16.854775807Z", .max),
        TimeForm("1674984029", second),
        TimeForm("1674984029000", second),
        TimeForm("1674984029000000", second),
        TimeForm("1674984029000000000", second),
        TimeForm("1674984029.295", second + 295_000_000),
        TimeForm("1674984029.123456789", second + 123_456_789),
        TimeForm("1674984029.1234567891234", second + 123_456_789),
        TimeForm("1674984029295.5", second + 295_500_000),
        TimeForm("0", 0),
        TimeForm("-1", -1_000_000_000),
        TimeForm("-1.5", -1_500_000_000),
    ]
        + (0...9).map { digits in
            let fraction = String("123456789".prefix(digits))
            let nanoseconds = Int64(fraction.padding(to: 9)) ?? -1
            return TimeForm("2023-01-29T09:20:29\(digits == 0 ? "" : "." + fraction)Z", second + nanoseconds)
        }

    @Test(arguments: forms)
    func read(_ form: TimeForm) {
        var lines = ["{\"time\":\"\(form.value)\"}", "{\"ts\":\"\(form.value)\",\"a\":1}", "time=\"\(form.value)\""]
        if !form.value.contains(" ") { lines.append("a=1 time=\(form.value)") }
        if !form.value.contains(":") { lines.append("{\"@timestamp\":\(form.value)}") }
        for line in lines {
            for rows in Reparsing.threeTimes(Array(line.utf8)) {
                #expect(rows.map(\.time) == [form.time], "\(line)")
                #expect(rows.allSatisfy { $0.fields.keys.allSatisfy { $0 == "a" } }, "\(line)")
            }
        }
    }

    @Test(arguments: [
        "", "soon", "2023-01-29", "2023-01-29T09:20Z", "2023-13-29T09:20:29Z", "2023-02-29T09:20:29Z",
        "1900-02-29T09:20:29Z", "2023-01-00T09:20:29Z", "2023-01-29T24:20:29Z", "2023-01-29T09:60:29Z",
        "2023-01-29T09:20:61Z", "2023-01-29T09:20:29.Z", "2023-01-29T09:20:29X", "2023-01-29T09:20:29+1",
        "2023-01-29T09:20:29+24:00", "2023-01-29T09:20:29Zx", "2023-01-29_09:20:29Z", "2023/01/29 09:20:29",
        "Jan 29 09:20:29 2023", "1500-01-01T00:00:00Z", "2300-01-01T00:00:00Z", "16749840290000000000", "1674984029.",
        "1.6e9x", "1674984029s", "-", "99999999999999999999999",
    ])
    func unreadable(_ value: String) {
        for line in ["{\"time\":\"\(value)\"}", "time=\"\(value)\""] {
            for rows in Reparsing.threeTimes(Array(line.utf8)) {
                #expect(rows == [ParsedRow(time: Reparsing.receivedAt, fields: ["time_text": string(value)])])
            }
        }
    }

    struct Line: Sendable, CustomTestStringConvertible {
        let line: String
        let time: Int64
        let fields: [String: String]

        init(_ line: String, _ time: Int64, _ fields: [String: String] = [:]) {
            self.line = line
            self.time = time
            self.fields = fields
        }

        var testDescription: String { line }
    }

    static let times = [
        Line(#"{"time":null}"#, Reparsing.receivedAt),
        Line(#"{"time":true}"#, Reparsing.receivedAt, ["time_text": "true"]),
        Line(#"{"time":[1]}"#, Reparsing.receivedAt, ["time_text": "[1]"]),
        Line(#"{"time":{"s":1}}"#, Reparsing.receivedAt, ["time.s": "1"]),
        Line(#"{"start_time_unix_nano":7}"#, 7, ["start_time_unix_nano": "7"]),
        Line(#"{"start_time_unix_nano":"1674984029000000000"}"#, second, [
            "start_time_unix_nano": "1674984029000000000"
        ]),
        Line(#"{"start_time_unix_nano":"x"}"#, Reparsing.receivedAt, ["start_time_unix_nano": "x"]),
        Line(#"{"start_time_unix_nano":null}"#, Reparsing.receivedAt),
        Line(#"{"start_time_unix_nano":7,"time":8}"#, 8_000_000_000, ["start_time_unix_nano": "7"]),
        Line(#"{"time":8,"start_time_unix_nano":7}"#, 8_000_000_000, ["start_time_unix_nano": "7"]),
        Line(#"{"time":"soon","start_time_unix_nano":7}"#, 7, ["start_time_unix_nano": "7", "time_text": "soon"]),
        Line(#"{"start_time_unix_nano":7,"time":"soon"}"#, 7, ["start_time_unix_nano": "7", "time_text": "soon"]),
        // The first time counts.
        Line(#"{"ts":1,"time":2}"#, 1_000_000_000, ["time_2": "2"]),
        Line(#"{"time":1,"ts":2,"_time":3}"#, 1_000_000_000, ["ts": "2", "_time": "3"]),
        Line(#"{"time":1,"time":2,"time":3}"#, 1_000_000_000, ["time_2": "3"]),
        // A line's own field may be called as the text of a time that cannot be read.
        Line(#"{"time_text":"x","time":1}"#, 1_000_000_000, ["time_text": "x"]),
        Line(#"{"time_text":"x","time":null}"#, Reparsing.receivedAt, ["time_text": "x"]),
        Line(#"{"time_text":"5","time":null}"#, Reparsing.receivedAt, ["time_text": "5"]),
        Line(#"{"time_text":"x","time":"soon"}"#, Reparsing.receivedAt, ["time_text": "soon"]),
        Line(#"{"time":"soon","time_text":"x"}"#, Reparsing.receivedAt, ["time_text": "x"]),
        Line(#"{"time":1,"time_text":"x"}"#, 1_000_000_000, ["time_text": "x"]),
    ]

    static let aliases = [
        Line(#"{"msg":"a"}"#, Reparsing.receivedAt, ["message": "a"]),
        Line(#"{"_msg":"a","lvl":"b","service.name":"c"}"#, Reparsing.receivedAt, [
            "message": "a", "level": "b", "service": "c",
        ]),
        Line(#"{"service":{"name":"c"},"trace":{"id":"d"},"log":{"level":"e"}}"#, Reparsing.receivedAt, [
            "service": "c", "trace_id": "d", "level": "e",
        ]),
        Line(#"{"traceId":"a","spanId":"b","parentSpanId":"c"}"#, Reparsing.receivedAt, [
            "trace_id": "a", "span_id": "b", "parent_span_id": "c",
        ]),
        Line(#"{"dd.trace_id":"a","dd.span_id":"b","parent_id":"c"}"#, Reparsing.receivedAt, [
            "trace_id": "a", "span_id": "b", "parent_span_id": "c",
        ]),
        Line(#"{"message":"a","msg":"b"}"#, Reparsing.receivedAt, ["message": "a", "msg": "b"]),
        Line(#"{"msg":"b","message":"a"}"#, Reparsing.receivedAt, ["message": "a", "msg": "b"]),
        Line(#"{"msg":"a","_msg":"b"}"#, Reparsing.receivedAt, ["message": "a", "_msg": "b"]),
        Line(#"{"msg":"a","_msg":"b","message":"c"}"#, Reparsing.receivedAt, [
            "message": "c", "msg": "a", "_msg": "b",
        ]),
        Line(#"{"msg":"a","message":"b","msg":"c"}"#, Reparsing.receivedAt, ["message": "b", "msg": "c"]),
        Line(#"{"msg":"a","msg":"b"}"#, Reparsing.receivedAt, ["message": "b"]),
        Line(#"{"msg":null,"message":"b"}"#, Reparsing.receivedAt, ["message": "b"]),
        Line(#"{"msg":"a","message":null}"#, Reparsing.receivedAt, ["msg": "a"]),
        Line("level=info severity=high lvl=3", Reparsing.receivedAt, [
            "level": "info", "severity": "high", "lvl": "3",
        ]),
        Line("Level=info MSG=x", Reparsing.receivedAt, ["Level": "info", "MSG": "x"]),
    ]

    @Test(arguments: times + aliases)
    func fields(_ line: Line) {
        for rows in Reparsing.threeTimes(Array(line.line.utf8)) {
            #expect(rows.map(\.time) == [line.time])
            #expect(rows.map { $0.fields.mapValues(\.text) } == [line.fields])
        }
    }

    @Test(arguments: FieldNames.aliases.keys.sorted())
    func everyAliasIsRead(alias: String) {
        let canonical = FieldNames.aliases[alias] ?? ""
        // The start of a span is in nanoseconds, whatever its size.
        let times = ["time": Self.second, "start_time_unix_nano": 1_674_984_029]
        for rows in Reparsing.threeTimes(Array("{\"\(alias)\":\"1674984029\"}".utf8)) {
            #expect(rows.first?.time == times[canonical] ?? Reparsing.receivedAt)
            #expect(rows.first?.fields == (canonical == "time" ? [:] : [canonical: string("1674984029")]))
        }
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String { self + String(repeating: "0", count: count - self.count) }
}
