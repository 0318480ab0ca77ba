import LogsQL
import TestSupport
import Testing

struct NumberTests {
    @Test(arguments: [
        ("0", 0, 0), ("-0", 0, 0), ("10", 10, 10), ("+10", 10, 10), ("-5", -5, -5), ("1_000_000", 1e6, 1_000_000),
        ("1.5", 1.5, nil), (".5", 0.5, nil), ("2.0", 2, 2), ("1.234_567", 1.234567, nil),
        ("1e9", 1e9, 1_000_000_000), ("1.5E-3", 0.0015, nil), ("-2e+3", -2_000, -2_000),
        ("10B", 10, 10), ("10K", 10_000, 10_000), ("10KB", 10_000, 10_000), ("1.5KiB", 1_536, 1_536), ("1Ki", 1_024, 1_024),
        ("2MiB", 2_097_152, 2_097_152), ("1.5GB", 1.5e9, 1_500_000_000), ("3TiB", 3_298_534_883_328, 3_298_534_883_328),
        ("0.0001KiB", 0.1024, nil), ("-1M", -1e6, -1_000_000),
        ("10ms", 1e7, 10_000_000), ("1.5s", 1.5e9, 1_500_000_000), ("5m", 3e11, 300_000_000_000),
        ("1h30m", 5.4e12, 5_400_000_000_000), ("-1µs", -1_000, -1_000),
        ("9223372036854775807", 9.223372036854775807e18, .max), ("-9223372036854775808", -9.223372036854775808e18, .min),
        ("9223372036854775808", 9.223372036854775808e18, nil), ("123456789012345678901234567890", 1.2345678901234568e29, nil),
        ("0.1", 0.1, nil), ("0.30000000000000004", 0.30000000000000004, nil), ("3.141592653589793238462643", 3.141592653589793, nil),
        ("inf", .infinity, nil), ("-Inf", -.infinity, nil), ("+infinity", .infinity, nil),
        ("9999999999999TiB", 9999999999999.0 * 1_099_511_627_776, nil),
    ] as [(String, Double, Int64?)])
    func numbers(text: String, value: Double, integer: Int64?) throws {
        let number = try #require(Number(text))
        #expect(number.value == value)
        #expect(number.integer == integer)
    }

    @Test(arguments: [
        "", "-", "+", ".", "x", "1x", "1.", "1.2.3", "10.0.0.1", "5M5", "nan", "NaN", "0x10", "1e", "1e+", "--1", "1 ", " 1", "_1",
        "10kb", "5mm", "1e999", "-1e999", "99999999y", "2023-01-29", "infx", "KB", "٣",
    ])
    func notNumbers(text: String) { #expect(Number(text) == nil) }

    /// Decimal texts read as the standard library reads them.
    @Test func agreesWithTheStandardLibrary() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<20_000 {
            let digits = random.list(1...25) { String(Int.random(in: 0...9, using: &$0)) }.joined()
            let point = Int.random(in: 0...digits.count, using: &random)
            let text = point == digits.count ? digits : digits.prefix(point) + "." + digits.dropFirst(point)
            #expect(Number(String(text))?.value == Double(String(text.hasPrefix(".") ? "0" + text : text)), "\(text)")
        }
    }

    @Test(arguments: [
        ("5m", 300_000_000_000), ("1.5s", 1_500_000_000), ("1h33m55s", 5_635_000_000_000), ("2w", 1_209_600_000_000_000),
        ("1y", 31_536_000_000_000_000), ("-3ns", -3), ("0.1ns", 0), ("1us", 1_000), ("1µs", 1_000), ("1μs", 1_000),
        ("9223372036854775807ns", .max), ("1m1m", 120_000_000_000),
    ] as [(String, Int64)])
    func durations(text: String, nanoseconds: Int64) { #expect(DurationText.nanoseconds(text) == nanoseconds) }

    @Test(arguments: ["", "5", "m", "5 m", "5mx", "5m-3s", "9223372036854775808ns", "293y", "5M", "-", "1h5"])
    func notDurations(text: String) { #expect(DurationText.nanoseconds(text) == nil) }

    @Test func operandsKeepTextAndNumber() {
        #expect(Operand("10KB").text == "10KB")
        #expect(Operand("10KB").number?.integer == 10_000)
        #expect(Operand("John").number == nil)
        #expect(Operand("1e999").description == "\"1e999\"")
    }
}
