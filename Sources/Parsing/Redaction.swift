import Crypto
import Kernels

/// The key by which values are hashed, so that they cannot be found by trying.
public struct RedactionKey: Sendable {
    let key: SymmetricKey

    /// Another one for each process: hashes of two runs do not agree.
    public static let random = RedactionKey(key: SymmetricKey(size: .bits256))

    private init(key: SymmetricKey) { self.key = key }

    /// - Parameter secret: any text that stays the same, and is not told.
    public init(secret: String) {
        key = SymmetricKey(data: SHA256.hash(data: Array(secret.utf8)))
    }

    /// 16 hexadecimal digits of the HMAC-SHA256 of `text`.
    func hash(_ text: Span<UInt8>) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: text.bytes(0..<text.count), using: key)
        return code.prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// One rule of `redact`: finds secrets in a text and writes something else for them.
struct Redaction: Sendable {
    private enum Finder: Sendable {
        case email, card, bearer, awsKey
        /// All captures of a pattern. One that begins with any text at all is looked for where a word begins.
        case pattern(LinePattern, beginsWithText: Bool)
    }

    private static let builtIn: [String: Finder] = [
        "email": .email, "card": .card, "bearer": .bearer, "aws_key": .awsKey,
    ]

    private let finder: Finder
    private let label: String
    private let method: ParserDefinition.Redact.Method
    private let key: RedactionKey
    /// nil for all fields but the ids and the time.
    let fields: [String]?

    /// - Parameters:
    ///   - formats: for captures of times in a pattern.
    ///   - words: for captures of levels.
    init(
        find: String, method: ParserDefinition.Redact.Method, fields: [String]?, key: RedactionKey,
        formats: [TimeFormat], words: Set<[UInt8]>
    ) throws(SyntaxError) {
        if let finder = Self.builtIn[find] {
            self.finder = finder
            label = find
        } else {
            let syntax = try PatternSyntax(find)
            guard !syntax.captures.isEmpty else {
                let known = Self.builtIn.keys.sorted().joined(separator: ", ")
                throw SyntaxError("'\(find)' is neither one of \(known) nor a pattern that captures anything")
            }
            var beginsWithText = false
            if case .capture(let kind, _)? = syntax.pieces.first { beginsWithText = kind == .word || kind == .text }
            finder = .pattern(
                LinePattern(syntax.pieces, slotCount: syntax.captures.count, formats: formats, words: words),
                beginsWithText: beginsWithText)
            label = "redacted"
        }
        self.method = method
        self.fields = fields
        self.key = key
    }

    /// The text without its secrets, or nil where it has none.
    func apply(_ text: Span<UInt8>) -> [UInt8]? {
        let found = secrets(text)
        guard !found.isEmpty else { return nil }
        var bytes: [UInt8] = []
        var copied = 0
        for range in found {
            bytes += text.bytes(copied..<range.lowerBound)
            switch method {
            case .mask: bytes += Array("[\(label)]".utf8)
            case .hash: bytes += Array("[\(label):\(key.hash(text.extracting(range)))]".utf8)
            }
            copied = range.upperBound
        }
        return bytes + text.bytes(copied..<text.count)
    }

    /// Ranges that do not overlap, in order.
    private func secrets(_ text: Span<UInt8>) -> [Range<Int>] {
        switch finder {
        case .email: SecretScan.emails(text)
        case .card: SecretScan.cards(text)
        case .bearer: SecretScan.bearers(text)
        case .awsKey: SecretScan.awsKeys(text)
        case .pattern(let pattern, let beginsWithText): matches(pattern, beginsWithText: beginsWithText, text)
        }
    }

    /// Bytes of a match at the most, so that the work is in proportion to the text.
    private static let matchBytesMax = 4_096

    private func matches(_ pattern: LinePattern, beginsWithText: Bool, _ text: Span<UInt8>) -> [Range<Int>] {
        var matcher = PatternMatcher()
        var found: [Range<Int>] = []
        var start = 0
        while start < text.count {
            let rest = text.extracting(start..<min(text.count, start + Self.matchBytesMax))
            // A match begins where a word does, not in the middle of one.
            let isInWord = start > 0
                && (beginsWithText
                    ? text[start - 1] > 0x20 : text[start - 1].isASCIILetterOrDigit && text[start].isASCIILetterOrDigit)
            if !isInWord, pattern.canBegin(with: text[start]), matcher.match(pattern, rest, receivedAt: 0, isPrefix: true) {
                let ranges = (0..<pattern.slotCount).compactMap { matcher.capture($0) }.filter { !$0.isEmpty }
                found += ranges.map { $0.lowerBound + start..<$0.upperBound + start }
                start = max(start, (found.last?.upperBound ?? start) - 1)
            }
            start += 1
        }
        return found
    }
}

/// Finds secrets of well-known forms.
enum SecretScan {
    static func emails(_ text: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for at in text.indices where text[at] == UInt8(ascii: "@") {
            var start = at
            let floor = found.last?.upperBound ?? 0
            while start > floor, isLocalPart(text[start - 1]) { start -= 1 }
            var end = at + 1
            var lastDot: Int?
            while end < text.count, text[end].isASCIILetterOrDigit || text[end] == UInt8(ascii: "-") || text[end] == UInt8(ascii: ".") {
                if text[end] == UInt8(ascii: ".") { lastDot = end }
                end += 1
            }
            // A full stop after the address ends the sentence.
            if let dot = lastDot, dot == end - 1 {
                end = dot
                lastDot = nil
                for index in at..<end where text[index] == UInt8(ascii: ".") { lastDot = index }
            }
            guard start < at, let lastDot, lastDot > at + 1, end - lastDot > 2 else { continue }
            found.append(start..<end)
        }
        return found
    }

    private static func isLocalPart(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || "._%+-".utf8.contains(byte)
    }

    /// 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1, annex B), with single spaces or hyphens between or not.
    static func cards(_ text: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        while start < text.count {
            let isStart = text[start].isASCIIDigit && (start == 0 || !text[start - 1].isASCIILetterOrDigit)
            if isStart, let end = cardEnd(text, start) {
                found.append(start..<end)
                start = end
            } else {
                start += 1
            }
        }
        return found
    }

    /// The end of the longest card number that begins with the digit at `start`.
    private static func cardEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        var digits: [UInt8] = []
        var longest: Int?
        var index = start
        while index < text.count, digits.count <= 19 {
            if text[index].isASCIIDigit {
                digits.append(text[index] - UInt8(ascii: "0"))
            } else {
                let isSeparator = text[index] == UInt8(ascii: " ") || text[index] == UInt8(ascii: "-")
                guard isSeparator, text[index - 1].isASCIIDigit else { break }
            }
            index += 1
            let isGroupEnd = text[index - 1].isASCIIDigit && (index == text.count || !text[index].isASCIILetterOrDigit)
            if isGroupEnd, (13...19).contains(digits.count), Set(digits).count > 1, passesLuhn(digits) { longest = index }
        }
        return longest
    }

    private static func passesLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let value = Int(digit) * (place % 2 == 0 ? 1 : 2)
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    /// What follows `Bearer ` (RFC 6750, section 2.1).
    static func bearers(_ text: Span<UInt8>) -> [Range<Int>] {
        let word = Array("bearer ".utf8)
        var found: [Range<Int>] = []
        var index = 0
        while index + word.count < text.count {
            var matches = true
            for offset in word.indices where text[index + offset] | 0x20 != word[offset] { matches = false }
            guard matches else {
                index += 1
                continue
            }
            let start = index + word.count
            var end = start
            while end < text.count, text[end].isASCIILetterOrDigit || "-._~+/=".utf8.contains(text[end]) { end += 1 }
            if end - start >= 8 { found.append(start..<end) }
            index = max(end, index + 1)
        }
        return found
    }

    /// The id of an AWS access key: `AKIA` or `ASIA` and 16 more capitals or digits.
    static func awsKeys(_ text: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index + 20 <= text.count {
            let isStart =
                text[index] == UInt8(ascii: "A") && text[index + 2] == UInt8(ascii: "I")
                && text[index + 3] == UInt8(ascii: "A")
                && (text[index + 1] == UInt8(ascii: "K") || text[index + 1] == UInt8(ascii: "S"))
            let isBounded = index == 0 || !text[index - 1].isASCIILetterOrDigit
            var end = index
            while isStart, isBounded, end < text.count, isCapitalOrDigit(text[end]) { end += 1 }
            if end - index == 20 {
                found.append(index..<end)
                index = end
            } else {
                index += 1
            }
        }
        return found
    }

    private static func isCapitalOrDigit(_ byte: UInt8) -> Bool { byte.isASCIILetterOrDigit && byte < UInt8(ascii: "a") }
}
