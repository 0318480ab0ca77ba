import Kernels
import Records

/// A pattern as definitions write it (docs/PARSERS.md, "Patterns"), taken apart.
struct PatternSyntax {
    /// What is made of the text of a capture.
    enum Meaning: Equatable {
        case text, number, quoted, time, level, priority, structuredData, pairs, cefExtension, journalExport
        /// A number of units of so many nanoseconds.
        case duration(nanoseconds: Double)
    }

    struct Capture: Equatable {
        let name: String
        let meaning: Meaning
    }

    private(set) var pieces: [LinePattern.Piece] = []
    private(set) var captures: [Capture] = []

    private struct CaptureType {
        let kind: LinePattern.Kind
        let meaning: Meaning
    }

    private static let types: [String: CaptureType] = [
        "text": CaptureType(kind: .text, meaning: .text),
        "word": CaptureType(kind: .word, meaning: .text),
        "int": CaptureType(kind: .integer, meaning: .number),
        "number": CaptureType(kind: .number, meaning: .number),
        "hex": CaptureType(kind: .hexadecimal, meaning: .text),
        "ip": CaptureType(kind: .address, meaning: .text),
        "quoted": CaptureType(kind: .quoted, meaning: .quoted),
        "time": CaptureType(kind: .time, meaning: .time),
        "level": CaptureType(kind: .oneOf, meaning: .level),
        "seconds": CaptureType(kind: .number, meaning: .duration(nanoseconds: 1e9)),
        "milliseconds": CaptureType(kind: .number, meaning: .duration(nanoseconds: 1e6)),
        "microseconds": CaptureType(kind: .number, meaning: .duration(nanoseconds: 1e3)),
        "nanoseconds": CaptureType(kind: .number, meaning: .duration(nanoseconds: 1)),
        "priority": CaptureType(kind: .integer, meaning: .priority),
        "structured_data": CaptureType(kind: .structuredData, meaning: .structuredData),
        "pairs": CaptureType(kind: .text, meaning: .pairs),
        "cef_extension": CaptureType(kind: .text, meaning: .cefExtension),
        "journal_export": CaptureType(kind: .text, meaning: .journalExport),
    ]

    private var rest: Substring

    init(_ text: String) throws(SyntaxError) {
        guard !text.isEmpty else { throw SyntaxError("the pattern is empty") }
        rest = text[...]
        pieces = try sequence(isInner: false)
        let names = captures.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw SyntaxError("the pattern captures '\(twice)' twice")
        }
        guard names.count <= LinePattern.slotsMax else {
            throw SyntaxError("the pattern captures more than \(LinePattern.slotsMax) fields")
        }
    }

    private mutating func sequence(isInner: Bool) throws(SyntaxError) -> [LinePattern.Piece] {
        var pieces: [LinePattern.Piece] = []
        var literal: [UInt8] = []
        func withLiteral() -> [LinePattern.Piece] { literal.isEmpty ? pieces : pieces + [.literal(literal)] }
        while !rest.isEmpty {
            if rest.hasPrefix("]>") {
                guard isInner else { throw SyntaxError("']>' closes no '<['") }
                if literal.isEmpty, case .capture(.text, _)? = pieces.last, rest.count > 2 {
                    throw SyntaxError("a text capture at the end of an optional part takes all that follows; give it a type")
                }
                return withLiteral()
            }
            if take("<<") {
                literal.append(UInt8(ascii: "<"))
                continue
            }
            if take("  ") {
                while take(" ") {}
                pieces = withLiteral() + [.spaces]
                literal = []
                continue
            }
            guard rest.first == "<" else {
                literal += Array(String(rest.removeFirst()).utf8)
                continue
            }
            pieces = withLiteral()
            literal = []
            pieces.append(try bracketed(after: pieces.last, isInner: isInner))
        }
        if isInner { throw SyntaxError("'<[' is not closed by ']>'") }
        return withLiteral()
    }

    /// A capture or an optional part, at `<`.
    private mutating func bracketed(
        after previous: LinePattern.Piece?, isInner: Bool
    ) throws(SyntaxError) -> LinePattern.Piece {
        if case .capture(.text, _)? = previous {
            throw SyntaxError("a text capture must be followed by a literal or the end; give it a type such as word")
        }
        if take("<[") {
            guard !isInner else { throw SyntaxError("optional parts cannot lie in one another") }
            let inner = try sequence(isInner: true)
            _ = take("]>")
            guard !inner.isEmpty else { throw SyntaxError("the optional part is empty") }
            return .optional(inner)
        }
        guard let close = rest.firstIndex(of: ">") else { throw SyntaxError("'<' is not closed by '>'") }
        let inside = rest[rest.index(after: rest.startIndex)..<close]
        rest = rest[rest.index(after: close)...]
        return try capture(inside)
    }

    private mutating func capture(_ inside: Substring) throws(SyntaxError) -> LinePattern.Piece {
        let parts = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_.-@".contains($0)) }) else {
            throw SyntaxError("'<\(inside)>' has no name that is made of letters, digits, '_', '.', '-' and '@'")
        }
        let implied = name == "time" || name == "level" ? name : "text"
        let typeName = parts.count > 1 ? parts[1] : implied
        guard let type = Self.types[typeName] else {
            let known = Self.types.keys.sorted().joined(separator: ", ")
            throw SyntaxError("unknown type '\(typeName)' of '\(name)'; known are \(known)")
        }
        guard name != "_" else { return .capture(type.kind, slot: nil) }
        guard name != FieldNames.time || type.meaning == .time else {
            throw SyntaxError("'time' is the time of the record, and of type time; give the field another name")
        }
        captures.append(Capture(name: name, meaning: type.meaning))
        return .capture(type.kind, slot: captures.count - 1)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }
}
