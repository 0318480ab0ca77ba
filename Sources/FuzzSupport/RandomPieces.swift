import Records
public import TestSupport

/// Long lines as containers' logs hold them: cut to pieces, those of two streams mixed; and the same lines whole.
public struct RandomPieces {
    public enum Format: String, Sendable, CaseIterable {
        case cri, docker
    }

    /// Lines, and what gives the same records.
    public struct Streams {
        /// The lines in pieces, among others.
        public var pieces: [UInt8] = []
        /// The same lines whole, each where its last piece stands and with the time of its first.
        public var whole: [UInt8] = []
        /// How many of the lines are in several pieces.
        public var cutCount = 0
    }

    private struct Line {
        let text: [UInt8]
        let time: Int64
        var pieces: [Range<Int>]
    }

    private static let texts = [
        "", " ", "ready to serve", #"{"level":"error","msg":"cart is gone","trace_id":"9e8a820408225258ebe1050dd8d91d8c"}"#,
        #"level=warn msg="queue is \"full\"" depth=512"#, "I0129 09:20:30.123456    1234 leader.go:42] lost the lease",
        "ä🧵 öäöäöä ÿ", "\tat com.example.Billing.run(Billing.java:99)", "a\rb", "a\r", "-", "\u{1}\u{7f}",
        String(repeating: "long ", count: 300), "2023-01-29T09:20:10.5Z stdout P inner", #"{"log":"x","stream":"stdout"}"#,
    ]
    private static let others = ["plain", "", #"{"a":1}"#, #"{"a":2}"#, "level=info msg=x"]

    private let format: Format
    private var random: SeededRandom
    private var lines: RandomLines
    /// 2023-01-29T00:00:00Z, and then one nanosecond more for each line.
    private var time: Int64 = 1_674_950_400_000_000_000

    public init(_ format: Format, seed: UInt64) {
        self.format = format
        random = SeededRandom(seed: seed)
        lines = RandomLines(seed: seed, seeds: SeedLines.own.map { Array($0.utf8) })
    }

    public mutating func next() -> Streams {
        var streams = Streams()
        var open: [String: Line] = [:]
        var left = random.below(12)
        while left > 0 || !open.isEmpty {
            time += 1
            if random.chance(10) {
                let other = Array((random.pick(Self.others) + "\n").utf8)
                streams.pieces += other
                streams.whole += other
            }
            let stream = random.pick(["stdout", "stderr"])
            guard left > 0 || open[stream] != nil else { continue }
            if open[stream] == nil { left -= 1 }
            var line = open[stream] ?? nextLine()
            if line.pieces.count > 1, open[stream] == nil { streams.cutCount += 1 }
            let piece = line.pieces.removeFirst()
            let isLast = line.pieces.isEmpty
            open[stream] = isLast ? nil : line
            streams.pieces += written(line.text[piece], stream, time, isLast: isLast)
            if isLast { streams.whole += written(line.text[...], stream, line.time, isLast: true) }
        }
        return streams
    }

    private mutating func nextLine() -> Line {
        let text = nextText()
        // Docker writes whole characters; a piece of CRI may end between two bytes of one.
        let places = (0...text.count).filter { format == .cri || $0 == text.count || text[$0] & 0xc0 != 0x80 }
        let cuts = ((0..<random.below(5)).map { _ in random.pick(places) } + [0, text.count]).sorted()
        return Line(text: text, time: time, pieces: zip(cuts, cuts.dropFirst()).map { $0..<$1 })
    }

    private mutating func nextText() -> [UInt8] {
        if random.chance(60) { return Array(random.pick(Self.texts).utf8) }
        while true {
            let line = lines.next()
            if line.count < 4_000, String(validating: line, as: UTF8.self) != nil { return line }
        }
    }

    private func written(_ text: ArraySlice<UInt8>, _ stream: String, _ time: Int64, isLast: Bool) -> [UInt8] {
        let time = Timestamp.text(time)
        switch format {
        case .cri: return Array("\(time) \(stream) \(isLast ? "F" : "P") ".utf8) + text + [0x0a]
        case .docker:
            let log = Self.quoted(String(decoding: text, as: UTF8.self) + (isLast ? "\n" : ""))
            return Array("{\"log\":\(log),\"stream\":\"\(stream)\",\"time\":\"\(time)\"}\n".utf8)
        }
    }

    /// The text as a string of JSON.
    public static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\u{0}"..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
