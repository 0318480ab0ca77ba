import Kernels

/// Time formats as definitions write them (docs/PARSERS.md, "Times").
enum TimeSyntax {
    /// What is tried where a definition names no formats.
    static let standard = ["rfc3339", "epoch"]

    static func compile(_ text: String, zoneSeconds: Int64) throws(SyntaxError) -> TimeFormat {
        switch text {
        case "rfc3339": return TimeFormat([.rfc3339], zoneSeconds: zoneSeconds)
        case "epoch": return TimeFormat([.anyEpoch], zoneSeconds: zoneSeconds)
        default: break
        }
        var steps: [TimeFormat.Step] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let letter = bytes.popFirst() else { throw SyntaxError("the time format ends with a lone '%'") }
                steps.append(try step(letter))
            } else if byte == UInt8(ascii: " ") {
                if steps.last != .spaces { steps.append(.spaces) }
            } else {
                steps.append(.literal(byte))
            }
        }
        guard !steps.isEmpty else { throw SyntaxError("the time format is empty") }
        return TimeFormat(steps, zoneSeconds: zoneSeconds)
    }

    private static func step(_ letter: UInt8) throws(SyntaxError) -> TimeFormat.Step {
        switch letter {
        case UInt8(ascii: "Y"): return .year
        case UInt8(ascii: "y"): return .yearOfCentury
        case UInt8(ascii: "m"): return .month
        case UInt8(ascii: "b"): return .monthName
        case UInt8(ascii: "d"): return .day
        case UInt8(ascii: "e"): return .paddedDay
        case UInt8(ascii: "a"): return .weekday
        case UInt8(ascii: "H"): return .hour
        case UInt8(ascii: "I"): return .hourOfTwelve
        case UInt8(ascii: "p"): return .halfOfDay
        case UInt8(ascii: "M"): return .minute
        case UInt8(ascii: "S"): return .second
        case UInt8(ascii: "f"): return .fraction
        case UInt8(ascii: "z"): return .zone
        case UInt8(ascii: "s"): return .epoch(1_000_000_000)
        case UInt8(ascii: "L"): return .epoch(1_000_000)
        case UInt8(ascii: "u"): return .epoch(1_000)
        case UInt8(ascii: "n"): return .epoch(1)
        case UInt8(ascii: "%"): return .literal(letter)
        default:
            throw SyntaxError(
                "unknown '%\(Character(Unicode.Scalar(letter)))' in the time format; see docs/PARSERS.md, \"Times\"")
        }
    }

    /// Seconds east of UTC of `UTC`, `Z` or `+01:00`.
    static func zoneSeconds(_ text: String) throws(SyntaxError) -> Int64 {
        if text == "UTC" || text == "Z" { return 0 }
        let bytes = Array(text.utf8)
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), digits.count == 4,
            digits.allSatisfy(\.isASCIIDigit), let number = Int64(String(decoding: digits, as: UTF8.self)), number / 100 < 24, number % 100 < 60
        else { throw SyntaxError("'\(text)' is no zone: write UTC or an offset such as +01:00") }
        let seconds = number / 100 * 3_600 + number % 100 * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}
