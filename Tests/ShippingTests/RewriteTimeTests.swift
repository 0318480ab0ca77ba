@testable import Shipping
import Testing

@Suite struct RewriteTimeTests {
    /// 2026-01-02T03:04:05.6Z, to which a first line from 2023-01-29T09:20:11.317Z moves by 92,339,034 whole seconds.
    private static let now: Int64 = 1_767_323_045_600_000_000
    private static let shift: Int64 = 92_339_034
    private static let first = #"{"time":"2023-01-29T09:20:11.317Z"}"# + "\n"

    @Test(arguments: [
        (#"{"time":"2023-01-29T09:20:11.317000001Z"}"#, #"{"time":"2026-01-02T03:04:05.317000001Z"}"#),
        (#"{"_time":"2023-01-29T10:20:11+01:00"}"#, #"{"_time":"2026-01-02T04:04:05+01:00"}"#),
        (#"{"@timestamp":"2023-01-29 09:20:12,5"}"#, #"{"@timestamp":"2026-01-02 03:04:06,5"}"#),
        (#"{"timestamp":1674984011}"#, #"{"timestamp":1767323045}"#),
        (#"{"timestamp":"1674984011"}"#, #"{"timestamp":"1767323045"}"#),
        (#"{"ts":1674984011.3170}"#, #"{"ts":1767323045.3170}"#),
        (#"{ "ts" : 1674984011317 , "a":1}"#, #"{ "ts" : 1767323045317 , "a":1}"#),
        (#"{"ts":1674984011317001}"#, #"{"ts":1767323045317001}"#),
        (
            #"{"start_time_unix_nano":1674984011317000002,"end_time_unix_nano":1674984011318000003}"#,
            #"{"start_time_unix_nano":1767323045317000002,"end_time_unix_nano":1767323045318000003}"#
        ),
        (#"{"a":{"time":1674984011},"b":["ts",{"x":"}"}],"c":"\",\"ts\":1","ts":999999999}"#,
            #"{"a":{"time":1674984011},"b":["ts",{"x":"}"}],"c":"\",\"ts\":1","ts":1092339033}"#),
        (#"time=2023-01-29T09:20:11Z level=info msg="ts=1 time=2""#, #"time=2026-01-02T03:04:05Z level=info msg="ts=1 time=2""#),
        (#"bare ts="1674984011" x=1"#, #"bare ts="1767323045" x=1"#),
        // What is no time that can be read stays.
        (#"{"time":"yesterday","ts":1.6e9,"timestamp":null}"#, #"{"time":"yesterday","ts":1.6e9,"timestamp":null}"#),
        (#"{"time":"2023-02-30T00:00:00Z"}"#, #"{"time":"2023-02-30T00:00:00Z"}"#),
        (#"{"ts":-1}"#, #"{"ts":-1}"#),
        (#"{"times":1674984011,"a":"time"}"#, #"{"times":1674984011,"a":"time"}"#),
        (#"{"a":1"#, #"{"a":1"#), (#"{"time"#, #"{"time"#), (#"{"time":"#, #"{"time":"#), (#"{"time":""#, #"{"time":""#),
        (#"{"a":"\"#, #"{"a":"\"#), (#"ts="#, #"ts="#), (#"ts=""#, #"ts=""#), ("", ""), ("plain text", "plain text"),
    ]) func movesEachFormInPlace(_ line: String, _ wanted: String) {
        var rewriter = TimeRewriter { Self.now }
        _ = rewriter.rewrite(Array(Self.first.utf8))
        #expect(String(decoding: rewriter.rewrite(Array((line + "\n").utf8)), as: UTF8.self) == wanted + "\n")
    }

    @Test func takesTheShiftFromTheFirstLineWithATime() {
        var rewriter = TimeRewriter { Self.now }
        let lines = """
            {"message":"no time","duration_ns":5}
            {"end_time_unix_nano":1674984099000000000,"start_time_unix_nano":1674984000000000000,"ts":1674984011.317}
            {"ts":1674984012}

            """
        let wanted = """
            {"message":"no time","duration_ns":5}
            {"end_time_unix_nano":1767323133000000000,"start_time_unix_nano":1767323034000000000,"ts":1767323045.317}
            {"ts":1767323046}

            """
        #expect(1_674_984_011 + Self.shift == 1_767_323_045)
        #expect(String(decoding: rewriter.rewrite(Array(lines.utf8)), as: UTF8.self) == wanted)
    }

    /// Every prefix of every form: whatever is cut off, nothing but digits of times changes, and nothing crashes.
    @Test func survivesCutLines() {
        let line = #"{"a":{"b":[1,"\\"]},"time":"2023-01-29T09:20:11.317Z","ts":1674984011}"#
        for count in 0...line.utf8.count {
            var rewriter = TimeRewriter { Self.now }
            let bytes = Array(line.utf8.prefix(count))
            let output = rewriter.rewrite(bytes)
            #expect(output.count == bytes.count)
        }
    }
}
