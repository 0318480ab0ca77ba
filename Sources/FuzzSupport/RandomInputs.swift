import TestSupport

/// What a receiver may hand to the parser: whole lines, some of them several times, with all kinds of ends.
public struct RandomInputs {
    private var random: SeededRandom
    private var lines: RandomLines

    public init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let seeds = try (SeedLines.own + SeedLines.samples(step: 40)).map { Array($0.utf8) }
        lines = RandomLines(seed: random.next(), seeds: seeds)
    }

    /// - Parameter linesMax: how many different lines at most.
    /// - Returns: the input, and how many different lines are in it.
    public mutating func next(linesMax: Int) -> (input: [UInt8], count: Int) {
        var input: [UInt8] = []
        let count = 1 + random.below(min(linesMax, random.chance(40) ? 6 : 600))
        for _ in 0..<count {
            let line = line()
            // The third of its kind is walked along the shape that the second has given.
            for _ in 0..<(random.chance(25) ? 3 : 1) {
                input += line
                if random.chance(3) { input.append(UInt8(ascii: "\r")) }
                input.append(UInt8(ascii: "\n"))
                if random.chance(1) { input += Array(random.pick(["\n", " \n", "\r\n", "\t \r\n"]).utf8) }
            }
        }
        if random.chance(50) { input.removeLast() }
        return (LineBytes.exactly(input), count)
    }

    private mutating func line() -> [UInt8] {
        switch random.below(1_000) {
        case 0...2: lineAtLimit()
        case 3...25: bytes(of: Self.everyByte)
        case 26...60: bytes(of: Self.marks)
        default: lines.next()
        }
    }

    private mutating func bytes(of alphabet: [UInt8]) -> [UInt8] {
        (0..<random.below(200)).map { _ in random.pick(alphabet) }
    }

    /// A line that reaches a limit or just passes it.
    private mutating func lineAtLimit() -> [UInt8] {
        let isJSON = random.chance(60)
        switch random.below(isJSON ? 5 : 2) {
        case 0:
            let count = random.chance(2) ? (1 << 20) - 20 + random.below(30) : random.below(70_000)
            let text = String(repeating: random.pick(["x", "é", "\\n", "0123456789abcdef"]), count: count / 2)
            return Array((isJSON ? "{\"a\":\"\(text)\"}" : "a=\"\(text)\"").utf8)
        case 1:
            let name = String(repeating: random.pick(["n", "é"]), count: 1_020 + random.below(8))
            return Array((isJSON ? "{\"\(name)\":1}" : "\(name)=1").utf8)
        case 2:
            let depth = 97 + random.below(6)
            return Array((String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)).utf8)
        case 3:
            let depth = 97 + random.below(6)
            let (open, close) = random.chance(50) ? ("[", "]") : ("[{\"a\":", "}]")
            let count = open.utf8.count > 1 ? depth / 2 : depth
            return Array(("{\"a\":" + String(repeating: open, count: count) + "1" + String(repeating: close, count: count) + "}").utf8)
        default:
            let members = (0..<997 + random.below(6)).map { "\"k\($0 % 400)\":1" }
            return Array(("{" + members.joined(separator: ",") + "}").utf8)
        }
    }

    private static let everyByte = Array(UInt8.min...UInt8.max).filter { $0 != 0x0a }
    private static let marks = Array("{}[]\":,\\ =ab1".utf8)
}
