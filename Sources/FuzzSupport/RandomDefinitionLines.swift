public import TestSupport

/// Samples, broken ones, parts of two put together, and lines of other kinds.
public struct RandomDefinitionLines {
    public var random: SeededRandom
    private var others: RandomLines
    private let samples: [[UInt8]]

    /// - Parameter samples: lines that definitions are for.
    public init(seed: UInt64, samples: [[UInt8]]) {
        self.samples = samples
        random = SeededRandom(seed: seed)
        others = RandomLines(seed: seed, seeds: samples + SeedLines.own.map { Array($0.utf8) })
    }

    public mutating func next() -> [UInt8] {
        switch random.below(10) {
        case 0: return others.next()
        case 1: return (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
        case 2:
            let (a, b) = (random.pick(samples), random.pick(samples))
            return Array(a.prefix(random.below(a.count + 1)) + b.suffix(random.below(b.count + 1)))
        case 3: return Array(random.pick(samples).prefix(random.below(200)))
        default:
            var line = random.pick(samples)
            for _ in 0..<random.below(4) { change(&line) }
            return line
        }
    }

    private mutating func change(_ line: inout [UInt8]) {
        let place = random.below(line.count + 1)
        let end = min(line.count, place + random.below(5))
        switch random.below(5) {
        case 0: line.removeSubrange(place..<end)
        case 1: line.insert(contentsOf: Array(random.pick(Self.pieces).utf8), at: place)
        case 2: replaceNumber(&line)
        case 3: if place < line.count { line[place] = UInt8(random.below(256)) }
        default: line.insert(contentsOf: line[place..<end], at: place)
        }
    }

    /// Puts another number for a run of digits.
    private mutating func replaceNumber(_ line: inout [UInt8]) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        let starts = line.indices.filter { isDigit(line[$0]) && ($0 == 0 || !isDigit(line[$0 - 1])) }
        guard !starts.isEmpty else { return }
        let start = random.pick(starts)
        let end = line[start...].firstIndex { !isDigit($0) } ?? line.count
        line.replaceSubrange(start..<end, with: Array(random.pick(Self.numbers).utf8))
    }

    private static let pieces = [
        " ", "  ", "\t", "\n", "\n\n", "\r\n", "<", ">", "[", "]", "\"", "\\", "-", ":", "{", "}", "=", "|", "%", "0",
        "é", "🧵", "\u{0}", "a=b ", "[x y=\"", " - ", "::", "time=", "Jan 29 09:20:29 ", "ERROR ",
    ]
    private static let numbers = [
        "", "-", "0", "-1", "-8", "00", "191", "192", "1.5", "1e5", "99", "9223372036", "-9223372036854775808",
        "9223372036854775807", "9223372036854775808", "9999999999999999999", "-99999999999999999999999", "0.1.2",
    ]
}
