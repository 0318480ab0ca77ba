import Foundation
import Kernels
import LogsQL

extension Filter.JSONArrayContainsAny {
    func plan() -> any FilterPlan { TextFilter(field: storedField, predicate: JSONArrayPredicate(values)) }
}

/// The text is a JSON array with one of some values in it.
private struct JSONArrayPredicate: TextPredicate {
    private let values: [[UInt8]]

    init(_ values: [String]) { self.values = values.map { Array($0.utf8) } }

    func matches(_ text: Span<UInt8>) -> Bool {
        guard Self.mayBeArray(text) else { return false }
        var reader = JSONArrayReader(text.array)
        var found = false
        let isArray = reader.read { element in
            found = found || values.contains { $0 == element }
        }
        return isArray && found
    }

    /// Whether a bracket comes first, but for white space.
    private static func mayBeArray(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] > 0x20 { return text[index] == UInt8(ascii: "[") }
        return false
    }
}

/// Reads the scalars of a JSON array (RFC 8259): strings without quotes and escapes, other values as they are written.
private struct JSONArrayReader {
    private let text: [UInt8]
    private var index = 0
    /// Arrays and objects in one another; deeper ones are no array.
    private static let depthMax = 200

    init(_ text: [UInt8]) { self.text = text }

    /// Whether the text is an array and nothing else.
    mutating func read(_ element: ([UInt8]) -> Void) -> Bool {
        skipSpace()
        guard readArray(depth: 0, element) else { return false }
        skipSpace()
        return index == text.count
    }

    private var byte: UInt8 { index < text.count ? text[index] : 0 }

    private mutating func skipSpace() {
        while [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: scalar) else { return false }
        index += 1
        skipSpace()
        return true
    }

    private mutating func readArray(depth: Int, _ element: ([UInt8]) -> Void) -> Bool {
        guard depth < Self.depthMax, accept("[") else { return false }
        if accept("]") { return true }
        repeat { guard readValue(depth: depth, element) else { return false } } while accept(",")
        return accept("]")
    }

    private mutating func readObject(depth: Int) -> Bool {
        guard depth < Self.depthMax, accept("{") else { return false }
        if accept("}") { return true }
        repeat {
            guard readString() != nil else { return false }
            skipSpace()
            guard accept(":"), readValue(depth: depth, { _ in }) else { return false }
        } while accept(",")
        return accept("}")
    }

    private mutating func readValue(depth: Int, _ element: ([UInt8]) -> Void) -> Bool {
        switch byte {
        case UInt8(ascii: "["): return readArray(depth: depth + 1) { _ in }
        case UInt8(ascii: "{"): return readObject(depth: depth + 1)
        case UInt8(ascii: "\""):
            guard let string = readString() else { return false }
            element(string)
        default:
            let start = index
            while byte > 0x20, ![UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte) { index += 1 }
            let word = Array(text[start..<index])
            guard Self.isLiteral(word) else { return false }
            element(word)
        }
        skipSpace()
        return true
    }

    private static func isLiteral(_ word: [UInt8]) -> Bool {
        if ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
        var digits = word[...]
        if digits.first == UInt8(ascii: "-") { digits = digits.dropFirst() }
        guard let first = digits.first, first &- UInt8(ascii: "0") <= 9 else { return false }
        return Double(String(decoding: word, as: UTF8.self)) != nil
    }

    private mutating func readString() -> [UInt8]? {
        guard byte == UInt8(ascii: "\"") else { return nil }
        let start = index
        var hasEscapes = false
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            hasEscapes = hasEscapes || text[index] == UInt8(ascii: "\\")
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < text.count else { return nil }
        index += 1
        let quoted = Array(text[start..<index])
        guard hasEscapes else { return Array(quoted.dropFirst().dropLast()) }
        let decoded = try? JSONSerialization.jsonObject(with: Data(quoted), options: .fragmentsAllowed)
        return (decoded as? String).map { Array($0.utf8) }
    }
}
