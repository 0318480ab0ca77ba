import Kernels

/// What a message has in common with others that were written in the same place of a program: numbers, ids and quoted parts
/// become `<*>`.
///
/// In this order: a part in quotes that does not begin or end within a word; a UUID; a word with a digit, or of 16 hexadecimal
/// digits and more. Of placeholders with nothing but one of `.:-+,/` between them one is left. Only the first KiB is looked at,
/// and what follows it is `…`.
struct MessageTemplate {
    private static let bytesMax = 1_024
    private static let placeholder = Array("<*>".utf8)

    private let text: [UInt8]
    private var result: [UInt8] = []
    private var place = 0
    /// Where the last placeholder ends in `result`.
    private var placeholderEnd = -1

    static func bytes(of text: Span<UInt8>) -> [UInt8] {
        var end = min(text.count, bytesMax)
        // Not within a character.
        while end < text.count, end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        var template = MessageTemplate(text: text.extracting(0..<end).array)
        template.read()
        if text.count > bytesMax { template.result += Array("…".utf8) }
        return template.result
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func read() {
        while place < text.count {
            if let end = quotedEnd() {
                result.append(text[place])
                appendPlaceholder()
                result.append(text[end])
                place = end + 1
            } else if let end = idEnd() {
                appendPlaceholder()
                place = end
            } else {
                let end = max(wordEnd(place), place + 1)
                result += text[place..<end]
                place = end
            }
        }
    }

    private mutating func appendPlaceholder() {
        if placeholderEnd >= 0, result.count == placeholderEnd + 1, Self.joins(result[placeholderEnd]) {
            result.removeLast()
        } else {
            result += Self.placeholder
        }
        placeholderEnd = result.count
    }

    private static func joins(_ byte: UInt8) -> Bool { ".:-+,/".utf8.contains(byte) }

    /// Where the quotes end that begin here, if they do.
    private func quotedEnd() -> Int? {
        guard "\"'`".utf8.contains(text[place]), place == 0 || !Self.isWord(text[place - 1]) else { return nil }
        guard let end = text[(place + 1)...].firstIndex(of: text[place]), end > place + 1,
            end + 1 == text.count || !Self.isWord(text[end + 1])
        else { return nil }
        return end
    }

    /// Where the id or number ends that begins here, if one does. To be asked where words begin.
    private func idEnd() -> Int? {
        guard Self.isWord(text[place]) else { return nil }
        if let end = uuidEnd() { return end }
        let end = wordEnd(place)
        let word = text[place..<end]
        return word.contains(where: Self.isDigit) || word.count >= 16 && word.allSatisfy(Self.isHex) ? end : nil
    }

    private func uuidEnd() -> Int? {
        let end = place + 36
        guard end <= text.count, end == text.count || !Self.isWord(text[end]) else { return nil }
        for index in 0..<36 {
            let byte = text[place + index]
            guard [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : Self.isHex(byte) else { return nil }
        }
        return end
    }

    private func wordEnd(_ start: Int) -> Int { text[start...].firstIndex { !Self.isWord($0) } ?? text.count }

    /// Letters of other scripts are taken for letters of words.
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
}
