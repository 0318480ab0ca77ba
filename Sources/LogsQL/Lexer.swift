/// Cuts a query into words, strings and symbols.
///
/// A word is a run of letters, digits, `_` and `.`; every other character is a symbol of its own, except `>=`, `<=`, `!=`,
/// `!~` and `=~`. White space and `# comments` separate, and are remembered in `spaceBefore`: LogsQL reads `not-found` as
/// one word and `not -found` as three, so the parser joins tokens that touch (see `Parser+Text.swift`).
struct Token: Sendable {
    enum Kind { case word, string, symbol, end }

    var kind: Kind
    /// A word or symbol as written; a string without its quotes, escapes decoded.
    var text: String
    /// Bytes of the source, quotes included.
    var range: Range<Int>
    var spaceBefore: Bool

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
    /// Whether this is the unquoted word `keyword` (given in lower case), whatever its case.
    func isKeyword(_ keyword: String) -> Bool { kind == .word && text.lowercased() == keyword }
}

struct Lexer {
    let bytes: [UInt8]
    private var position = 0
    private var spaceBefore = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// All tokens, with one `.end` at the end.
    static func tokens(of bytes: [UInt8]) throws(QueryError) -> [Token] {
        var lexer = Lexer(bytes: bytes)
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .end
        return tokens
    }

    private mutating func next() throws(QueryError) -> Token {
        skipSpaceAndComments()
        let start = position
        guard position < bytes.count else { return token(.end, from: start) }
        if let length = Lexer.wordCharacterLength(bytes, at: position) {
            position += length
            while let length = Lexer.wordCharacterLength(bytes, at: position) { position += length }
            return token(.word, from: start)
        }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            let text = try string()
            return Token(kind: .string, text: text, range: start..<position, spaceBefore: spaceBefore)
        default:
            position += symbolLength()
            return token(.symbol, from: start)
        }
    }

    private func token(_ kind: Token.Kind, from start: Int) -> Token {
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return Token(kind: kind, text: text, range: start..<position, spaceBefore: spaceBefore)
    }

    private mutating func skipSpaceAndComments() {
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            } else if let length = Lexer.spaceLength(bytes, at: position) {
                position += length
            } else {
                break
            }
        }
        spaceBefore = position > start
    }

    private func symbolLength() -> Int {
        guard position + 1 < bytes.count else { return 1 }
        switch (bytes[position], bytes[position + 1]) {
        case (UInt8(ascii: ">"), UInt8(ascii: "=")), (UInt8(ascii: "<"), UInt8(ascii: "=")),
            (UInt8(ascii: "!"), UInt8(ascii: "=")), (UInt8(ascii: "!"), UInt8(ascii: "~")),
            (UInt8(ascii: "="), UInt8(ascii: "~")):
            return 2
        default: return 1
        }
    }

    private mutating func string() throws(QueryError) -> String {
        let start = position
        let quote = bytes[position]
        position += 1
        guard let close = closingQuote(quote) else {
            throw QueryError(
                "cannot parse string: it has no closing \(Character(Unicode.Scalar(quote))); close it, or put text that holds such a quote in other quotes",
                position: start)
        }
        defer { position = close + 1 }
        let raw = position..<close
        if quote == UInt8(ascii: "`") { return String(decoding: bytes[raw], as: UTF8.self) }
        return try StringEscapes.decode(bytes, raw)
    }

    private func closingQuote(_ quote: UInt8) -> Int? {
        var index = position
        while index < bytes.count, bytes[index] != quote {
            index += bytes[index] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        return index < bytes.count ? index : nil
    }

    // MARK: Characters

    /// Bytes of the word character at `index`, nil if there is none.
    static func wordCharacterLength(_ bytes: [UInt8], at index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            return 1
        case 0x80...:
            let (scalar, length) = scalar(bytes, at: index)
            return scalar.properties.isWhitespace ? nil : length
        default: return nil
        }
    }

    static func spaceLength(_ bytes: [UInt8], at index: Int) -> Int? {
        switch bytes[index] {
        case UInt8(ascii: " "), 0x09...0x0D: return 1
        case 0x80...:
            let (scalar, length) = scalar(bytes, at: index)
            return scalar.properties.isWhitespace ? length : nil
        default: return nil
        }
    }

    /// The scalar that starts at `index` of valid UTF-8, and its length.
    private static func scalar(_ bytes: [UInt8], at index: Int) -> (Unicode.Scalar, Int) {
        let lead = bytes[index]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for byte in bytes[(index + 1)..<min(index + length, bytes.count)] { value = value << 6 | UInt32(byte & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }
}
