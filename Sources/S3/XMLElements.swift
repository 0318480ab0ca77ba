/// The elements of a small XML document, as S3 answers: text within tags, no mixed content. Attributes, comments and
/// declarations are skipped.
struct XMLElement: Equatable {
    let name: String
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    /// Elements within one another at most.
    private static let depthMax = 16

    /// The document's element; nil when it is malformed.
    init?(_ bytes: [UInt8]) {
        var scanner = Scanner(bytes: bytes)
        var open: [XMLElement] = []
        while let token = scanner.next() {
            switch token {
            case .start(let name, let isEmpty):
                guard open.count < Self.depthMax else { return nil }
                open.append(XMLElement(name: name))
                if isEmpty, let root = Self.close(&open) {
                    self = root
                    return
                }
            case .end(let name):
                guard open.last?.name == name else { return nil }
                if let root = Self.close(&open) {
                    self = root
                    return
                }
            case .text(let text): if !open.isEmpty { open[open.count - 1].text += text }
            case .malformed: return nil
            }
        }
        return nil
    }

    private init(name: String) { self.name = name }

    /// The last element is complete; returned if it is the outermost.
    private static func close(_ open: inout [XMLElement]) -> XMLElement? {
        let element = open.removeLast()
        guard !open.isEmpty else { return element }
        open[open.count - 1].children.append(element)
        return nil
    }

    /// The text of the first child of that name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    private enum Token {
        case start(String, isEmpty: Bool)
        case end(String)
        case text(String)
        case malformed
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        mutating func next() -> Token? {
            guard position < bytes.count else { return nil }
            guard bytes[position] == UInt8(ascii: "<") else {
                let end = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                defer { position = end }
                return Self.decoded(bytes[position..<end]).map(Token.text) ?? .malformed
            }
            if starts("<!--") { return skip("-->") }
            if starts("<?") || starts("<!") { return skip(">") }
            guard let end = bytes[position...].firstIndex(of: UInt8(ascii: ">")) else { return .malformed }
            var tag = bytes[(position + 1)..<end]
            position = end + 1
            let isEnd = tag.first == UInt8(ascii: "/")
            if isEnd { tag.removeFirst() }
            let isEmpty = tag.last == UInt8(ascii: "/")
            if isEmpty { tag.removeLast() }
            let name = String(decoding: tag.prefix { !" \t\r\n".utf8.contains($0) }, as: UTF8.self)
            guard !name.isEmpty, !(isEnd && isEmpty) else { return .malformed }
            return isEnd ? .end(name) : .start(name, isEmpty: isEmpty)
        }

        private func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

        private mutating func skip(_ end: String) -> Token {
            while position < bytes.count, !starts(end) { position += 1 }
            guard position < bytes.count else { return .malformed }
            position += end.utf8.count
            return .text("")
        }

        /// Text with its entities; nil for one that XML does not have.
        private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.contains("&") else { return text }
            let parts = text.split(separator: "&", omittingEmptySubsequences: false)
            var decoded = String(parts[0])
            for part in parts.dropFirst() {
                guard let end = part.firstIndex(of: ";"), let character = entity(part[..<end]) else { return nil }
                decoded += character + part[part.index(after: end)...]
            }
            return decoded
        }

        private static func entity(_ name: Substring) -> String? {
            switch name {
            case "amp": return "&"
            case "lt": return "<"
            case "gt": return ">"
            case "quot": return "\""
            case "apos": return "'"
            default:
                guard name.hasPrefix("#") else { return nil }
                let digits = name.dropFirst()
                let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
                return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
            }
        }
    }
}
