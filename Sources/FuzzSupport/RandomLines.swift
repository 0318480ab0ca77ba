import TestSupport

/// Lines like those of services, and what becomes of them on the way: cut, joined, flipped and mixed up.
public struct RandomLines {
    private var random: SeededRandom
    private let seeds: [[UInt8]]

    public init(seed: UInt64, seeds: [[UInt8]]) {
        random = SeededRandom(seed: seed)
        self.seeds = seeds
    }

    public mutating func next() -> [UInt8] {
        if random.chance(15) { return Array(collidingLine().utf8) }
        var line = random.chance(20) ? generatedObject() : random.pick(seeds)
        let mutations = random.chance(35) ? 0 : 1 + random.below(3)
        for _ in 0..<mutations { mutate(&line) }
        return line.filter { $0 != UInt8(ascii: "\n") }
    }

    private mutating func mutate(_ line: inout [UInt8]) {
        let place = random.below(line.count + 1)
        let end = min(line.count, place + 1 + random.below(random.chance(80) ? 4 : 60))
        switch random.below(9) {
        case 0: line.removeSubrange(place..<end)
        case 1: line.insert(contentsOf: Array(random.pick(Self.pieces).utf8), at: place)
        case 2: line.replaceSubrange(place..<end, with: Array(random.pick(Self.pieces).utf8))
        case 3: if place < line.count { line[place] ^= 1 << UInt8(random.below(8)) }
        case 4: if place < line.count { line[place] = UInt8(random.below(256)) }
        case 5: line.insert(contentsOf: line[place..<end], at: place)
        case 6: if random.chance(30) { line.removeSubrange(place...) }
        case 7: replaceValue(&line)
        default: line.insert(contentsOf: random.pick(seeds).prefix(random.below(40)), at: place)
        }
    }

    /// Puts another JSON value behind some colon, so that most results stay well-formed.
    private mutating func replaceValue(_ line: inout [UInt8]) {
        let colons = line.indices.filter { line[$0] == UInt8(ascii: ":") }
        guard !colons.isEmpty else { return }
        let start = random.pick(colons) + 1
        let end = line[start...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? line.count
        line.replaceSubrange(start..<end, with: Array(value(depth: 2).utf8))
    }

    /// A line of few names, so that names repeat, aliases meet and shapes share their beginnings.
    private mutating func collidingLine() -> String {
        let isJSON = random.chance(60)
        let fields = (0..<1 + random.below(4)).map { _ in
            let name = random.pick(["a", "b", "a.b", "msg", "message", "_msg", "time", "ts", "time_text", "time_2"])
            guard isJSON else { return random.pick([name, name + "=1", name + "=", name + "=\"x\"", name + "=soon"]) }
            let value = random.pick(["1", "\"x\"", "null", "{\"b\":2}", "[]", "{}", "\"soon\"", "true"])
            return "\"\(name)\":\(value)"
        }
        return isJSON ? "{" + fields.joined(separator: ",") + "}" : "k=1 " + fields.joined(separator: " ")
    }

    private mutating func generatedObject() -> [UInt8] {
        Array(object(depth: 3).utf8)
    }

    private mutating func object(depth: Int) -> String {
        let members = (0..<random.below(5)).map { _ in
            "\(space())\"\(random.pick(Self.names))\"\(space()):\(space())\(value(depth: depth - 1))\(space())"
        }
        return "{\(space())" + members.joined(separator: ",") + "}"
    }

    private mutating func value(depth: Int) -> String {
        switch random.below(depth > 0 ? 10 : 7) {
        case 0: "\(random.below(100_000))"
        case 1: random.pick(Self.numbers)
        case 2: random.pick(["true", "false", "null"])
        case 3...6: "\"" + (0..<random.below(6)).map { _ in random.pick(Self.texts) }.joined() + "\""
        case 7: "[\(space())" + (0..<random.below(4)).map { _ in value(depth: depth - 1) }.joined(separator: ", ") + "]"
        default: object(depth: depth)
        }
    }

    private mutating func space() -> String { random.chance(85) ? "" : random.pick([" ", "\t", "  ", "\r", "\u{c}"]) }

    private static let names = [
        "a", "b", "", "a.b", "k é", "🧵", "\\u0061", "x\\\"y", "status", "nested", "c", "level", "a longer name than 16",
    ]
    private static let numbers = [
        "0", "-0", "1.5", "-1e5", "1E+400", "0.1e-7", "12345678901234567890123", "01", "1.", "-", ".5", "1e", "+1",
        "NaN", "-Infinity", "0x1f", "1_0", "1.0000000000000000000000000001",
    ]
    private static let texts = [
        "a", "Bc ", "é", "😀", "\\n", "\\u00e9", "\\uD83D\\uDE00", "\\\\", "\\\"", "\\/", "0123456789abcdef", "\u{7f}",
        "{\\\"a\\\":1}", "\\u0000", "=", "\\uD83D", "\\x", "\\u12", "\t", "-----------------------------------------",
    ]
    private static let pieces = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\t", "\r", "=", "0", "-", ".", "e5", "null", "true", "false",
        "\\u00", "\\ud83d", "\\ude00", "\\n", "\\\"", "é", "😀", "\u{0}", "\u{1f}", "\u{7f}", "{}", "[]", "\"a\":1,",
        ",\"a\":2", " b=1", " c=\"d e\"", "{\"x\":{\"y\":", "[[1,", "                    ", "NaN", "time=1 ", " bare",
    ]
}
