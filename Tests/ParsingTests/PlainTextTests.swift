import FuzzSupport
import Parsing
import Records
import Testing

/// Lines in no known format: all of the line is the message, its time and level are where they usually stand.
struct PlainTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        var time: String?
        var level: String?

        var testDescription: String { line }
    }

    /// 2023-01-29T00:00:00Z
    private static let receivedAt: Int64 = 1_674_950_400_000_000_000

    @Test(arguments: cases)
    func isKeptWholeWithTimeAndLevel(_ line: Case) {
        var parser = LineParser()
        let rows = parser.rows(Array(line.line.utf8), receivedAt: Self.receivedAt)
        #expect(rows.map { Timestamp.text($0.time) } == [line.time ?? "2023-01-29T00:00:00Z"])
        #expect(rows.first?.fields["message"] == string(line.line))
        #expect(rows.first?.fields["level"]?.text == line.level)
        #expect(rows.first?.fields["parse_error"] == nil)
        #expect(parser.counters.malformedLines == 0)
    }

    static let cases = [
        Case(line: "hello"),
        Case(line: "[1]"),
        Case(line: "=a"),
        Case(line: #""a"=1"#),
        Case(line: "Listening on port=8080"),
        Case(line: "a=1 w1 w2 w3 w4 w5 w6 w7 w8 w9"),
        Case(line: "2023-01-29 09:20:29 INFO started id=7", time: "2023-01-29T09:20:29Z", level: "info"),
        Case(line: "2023-01-29T09:20:29.5+01:00 [warning] disk 91 % full", time: "2023-01-29T08:20:29.500Z", level: "warn"),
        Case(line: "[29/Jan/2023:09:20:29 +0100] error: no route", time: "2023-01-29T08:20:29Z", level: "error"),
        Case(line: "2023/01/29 09:20:29.000250 http: panic serving", time: "2023-01-29T09:20:29.000250Z"),
        Case(line: "Sun Jan 29 09:20:29 2023 FATAL out of memory", time: "2023-01-29T09:20:29Z", level: "fatal"),
        // The year is the one that is nearest to the time of receipt.
        Case(line: "Dec 31 23:59:59 last year", time: "2022-12-31T23:59:59Z"),
        Case(line: "Jan  2 00:00:01 this year", time: "2023-01-02T00:00:01Z"),
        Case(line: "1674984029 tick", time: "2023-01-29T09:20:29Z"),
        Case(line: "16749840291234567890123 is no time"),
        Case(line: "12:30 is no time either"),
        Case(line: "no error was found, nor a warning"),
        Case(line: "terrors and INFORMATIONS are no levels"),
        Case(line: "retry.error.count went up"),
        Case(line: "worker <3> (ERROR) gave up", level: "error"),
    ]

    @Test func aCarriageReturnIsNoPartOfTheMessage() {
        var parser = LineParser()
        #expect(parser.rows(Array("hello\r\n".utf8), receivedAt: 0).first?.fields == ["message": string("hello")])
    }
}
