import Foundation
import Records
import TestSupport
import Testing

/// Times and numbers as text.
struct TextFormTests {
    static let times: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
        (1_674_984_029_295_000_000, "2023-01-29T09:20:29.295Z"),
        (1_674_984_029_000_100_000, "2023-01-29T09:20:29.000100Z"),
        (1_709_164_800_000_000_001, "2024-02-29T00:00:00.000000001Z"), (-86_400_000_000_000, "1969-12-31T00:00:00Z"),
        (.max, "2262-04-11T23:47:16.854775807Z"), (.min, "1677-09-21T00:12:43.145224192Z"),
    ]

    @Test(arguments: times)
    func timestamp(time: Int64, text: String) {
        #expect(Timestamp.text(time) == text)
        #expect(Timestamp.day(time) == String(text.prefix(10)))
    }

    @Test func timestampsAgreeWithFoundation() {
        var random = SeededRandom.seeded()
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        for _ in 0..<3_000 {
            let time = Int64(bitPattern: random.next()) >> Int64(random.below(30))
            let seconds = (time - (time % 1_000_000_000 + 1_000_000_000) % 1_000_000_000) / 1_000_000_000
            guard time >= Int64.min + 1_000_000_000 else { continue }
            let nanoseconds = time - seconds * 1_000_000_000
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let whole = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
                parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
            var fraction = nanoseconds == 0 ? "" : String(format: ".%09d", nanoseconds)
            while fraction.hasSuffix("000") { fraction.removeLast(3) }
            #expect(Timestamp.text(time) == whole + fraction + "Z")
            #expect(Timestamp.day(time) == String(whole.prefix(10)))
        }
    }

    @Test func shortestNumbers() {
        let exact: [(Double, String)] = [
            (0, "0"), (-0.0, "-0.0"), (3, "3"), (-17, "-17"), (1.5, "1.5"), (0.1, "0.1"), (1e21, "1e+21"),
            (9_007_199_254_740_991, "9007199254740991"), (.infinity, "inf"), (-.infinity, "-inf"),
        ]
        for (value, text) in exact { #expect(NumberText.shortest(value) == text) }
        var random = SeededRandom.seeded()
        for _ in 0..<5_000 {
            let bits = random.next()
            let whole = Double(Int64(bitPattern: bits) >> Int64(random.below(64)))
            let value = random.below(2) == 0 ? Double(bitPattern: bits) : whole
            let read = Double(NumberText.shortest(value))
            #expect(value.isNaN ? read?.isNaN == true : read?.bitPattern == value.bitPattern)
        }
    }
}
