/// Regular expressions of the plain kind, for texts of ASCII: what an automaton can match.
indirect enum RegexpNode: Equatable {
    case set(ASCIISet)
    case sequence([RegexpNode])
    case choice([RegexpNode])
    case repeated(RegexpNode, min: Int, max: Int?)
    /// The beginning of the text.
    case start
    /// Its end.
    case end
}

/// Some characters of ASCII.
struct ASCIISet: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    static let all: ASCIISet = ASCIISet(0...127)
    static let digits = ASCIISet(48...57)
    static let word = ASCIISet(48...57).union(ASCIISet(65...90)).union(ASCIISet(97...122)).union(ASCIISet(95...95))
    /// Of other characters it depends on the Unicode version whether they are space.
    static let space = ASCIISet(9...10).union(ASCIISet(12...13)).union(ASCIISet(32...32))
    static let unsureSpace = ASCIISet(11...11).union(ASCIISet(28...31))
    static let lineEnds = ASCIISet(10...13)

    init() {}

    init(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 == 1
    }

    func union(_ other: ASCIISet) -> ASCIISet {
        var set = self
        (set.low, set.high) = (low | other.low, high | other.high)
        return set
    }

    var inverted: ASCIISet {
        var set = self
        (set.low, set.high) = (~low, ~high)
        return set
    }

    /// With both cases of its letters.
    var folded: ASCIISet {
        var set = self
        for byte in UInt8(65)...90 where contains(byte) || contains(byte + 32) {
            set.insert(byte)
            set.insert(byte + 32)
        }
        return set
    }

    /// The one character that it has, if it is one.
    var single: UInt8? {
        guard low.nonzeroBitCount + high.nonzeroBitCount == 1 else { return nil }
        return low != 0 ? UInt8(low.trailingZeroBitCount) : UInt8(64 + high.trailingZeroBitCount)
    }
}

/// Reads the syntax that `NSRegularExpression` has taken already; nil for all that is not plain: groups with options, back
/// references, boundaries, properties, sets of sets, characters beyond ASCII.
struct RegexpReader {
    private let pattern: [UInt8]
    private var place = 0
    private var ignoresCase = false
    private var depth = 0
    /// Whether something depends on what is space.
    private(set) var asksForSpace = false

    init?(_ pattern: String) {
        self.pattern = Array(pattern.utf8)
        guard self.pattern.allSatisfy({ $0 < 0x80 }) else { return nil }
        if pattern.hasPrefix("(?i)") {
            ignoresCase = true
            place = 4
        }
    }

    mutating func read() -> RegexpNode? {
        guard let node = choice(), place == pattern.count else { return nil }
        return node
    }

    private var current: UInt8? { place < pattern.count ? pattern[place] : nil }

    private mutating func accept(_ character: Character) -> Bool {
        guard let current, current == character.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func choice() -> RegexpNode? {
        var choices: [RegexpNode] = []
        repeat {
            guard let sequence = sequence() else { return nil }
            choices.append(sequence)
        } while accept("|")
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() -> RegexpNode? {
        var nodes: [RegexpNode] = []
        while let current, current != UInt8(ascii: "|"), current != UInt8(ascii: ")") {
            guard let atom = atom(), let node = quantified(atom) else { return nil }
            nodes.append(node)
        }
        return .sequence(nodes)
    }

    private mutating func quantified(_ atom: RegexpNode) -> RegexpNode? {
        let bounds: (Int, Int?)
        if accept("*") {
            bounds = (0, nil)
        } else if accept("+") {
            bounds = (1, nil)
        } else if accept("?") {
            bounds = (0, 1)
        } else if accept("{") {
            guard let counted = counts() else { return nil }
            bounds = counted
        } else {
            return atom
        }
        if atom == .start || atom == .end { return nil }
        // Whether the shortest or the longest match is taken does not matter; that it is never given back does.
        _ = accept("?")
        if let current, "+*?{".utf8.contains(current) { return nil }
        return .repeated(atom, min: bounds.0, max: bounds.1)
    }

    private mutating func counts() -> (Int, Int?)? {
        guard let min = number() else { return nil }
        if accept("}") { return (min, min) }
        guard accept(",") else { return nil }
        if accept("}") { return (min, nil) }
        guard let max = number(), accept("}"), min <= max else { return nil }
        return (min, max)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = current, ASCIISet.digits.contains(digit) {
            value = (value ?? 0) * 10 + Int(digit - 48)
            guard value ?? 0 <= 1_000 else { return nil }
            place += 1
        }
        return value
    }

    private mutating func atom() -> RegexpNode? {
        guard let first = current else { return nil }
        place += 1
        switch first {
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "."): return .set(ASCIISet.lineEnds.inverted)
        case UInt8(ascii: "("): return group()
        case UInt8(ascii: "["): return set().map { .set($0) }
        case UInt8(ascii: "\\"): return escaped().map { .set($0) }
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "]"):
            return nil
        default: return .set(literal(first))
        }
    }

    private func literal(_ byte: UInt8) -> ASCIISet {
        let set = ASCIISet(byte...byte)
        return ignoresCase ? set.folded : set
    }

    private mutating func group() -> RegexpNode? {
        if accept("?"), !accept(":") { return nil }
        depth += 1
        defer { depth -= 1 }
        guard depth < 50, let node = choice(), accept(")") else { return nil }
        return node
    }

    private mutating func escaped() -> ASCIISet? {
        guard let byte = current else { return nil }
        place += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ASCIISet.digits.inverted
        case UInt8(ascii: "w"): return .word
        case UInt8(ascii: "W"): return ASCIISet.word.inverted
        case UInt8(ascii: "s"), UInt8(ascii: "S"):
            asksForSpace = true
            return byte == UInt8(ascii: "s") ? .space : ASCIISet.space.inverted
        case UInt8(ascii: "t"): return ASCIISet(9...9)
        case UInt8(ascii: "n"): return ASCIISet(10...10)
        case UInt8(ascii: "r"): return ASCIISet(13...13)
        default: return ASCIISet.word.contains(byte) || byte <= 32 ? nil : literal(byte)
        }
    }

    private mutating func set() -> ASCIISet? {
        let isInverted = accept("^")
        var set = ASCIISet()
        var isFirst = true
        while let byte = current, byte != UInt8(ascii: "]") || isFirst {
            // Sets in sets, and a bracket that comes first, are read in more than one way.
            guard !"[]&^".utf8.contains(byte) else { return nil }
            // A hyphen stands for itself only at an end.
            let isLast = place + 1 < pattern.count && pattern[place + 1] == UInt8(ascii: "]")
            guard byte != UInt8(ascii: "-") || isFirst || isLast else { return nil }
            isFirst = false
            place += 1
            if byte == UInt8(ascii: "\\") {
                guard let escaped = escaped() else { return nil }
                set = set.union(escaped)
                if current == UInt8(ascii: "-"), place + 1 < pattern.count, pattern[place + 1] != UInt8(ascii: "]") { return nil }
            } else if accept("-") {
                guard let last = current else { return nil }
                if last == UInt8(ascii: "]") {
                    set.insert(byte)
                    set.insert(UInt8(ascii: "-"))
                    continue
                }
                guard byte != UInt8(ascii: "-"), !"[\\-&".utf8.contains(last), byte <= last else { return nil }
                place += 1
                set = set.union(ASCIISet(byte...last))
            } else {
                set.insert(byte)
            }
        }
        guard accept("]"), !isFirst else { return nil }
        if ignoresCase { set = set.folded }
        return isInverted ? set.inverted : set
    }
}
