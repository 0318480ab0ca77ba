import Kernels
import Records

/// Finds the fields of a line that is one JSON object (RFC 8259), nested objects flattened with dots.
struct JSONTokenizer: ~Copyable {
    private let line: PaddedLine
    private var index = 0
    private var literalStart = 0
    /// The dotted name that each open object adds to, with its dot.
    private var prefixes: [String] = []
    private var result = TokenizedLine()

    init(_ line: consuming PaddedLine) { self.line = line }

    mutating func tokenize() throws(LineError) -> TokenizedLine {
        skipSpace()
        try expect(UInt8(ascii: "{"), "an object")
        prefixes.append("")
        skipSpace()
        if line[index] == UInt8(ascii: "}") {
            closeObject()
        } else {
            try member()
        }
        while !prefixes.isEmpty {
            skipSpace()
            if line[index] == UInt8(ascii: ",") {
                index += 1
                skipSpace()
                try member()
            } else if line[index] == UInt8(ascii: "}") {
                closeObject()
            } else {
                throw failure("expected ',' or '}'")
            }
        }
        skipSpace()
        guard index == line.count else { throw LineError("unexpected text after the object", at: index) }
        result.end = literalStart..<line.count
        return result
    }

    /// Reads one member, or as many names as lead to the first value of nested objects.
    private mutating func member() throws(LineError) {
        while true {
            let name = try memberName()
            let valueStart = index
            if let end = line.valueEnd(valueStart) {
                try add(name: name, valueStart: valueStart, valueEnd: end)
                return
            }
            guard line[index] == UInt8(ascii: "{") else { throw malformedValue() }
            guard prefixes.count < Limits.nestingMax else {
                throw LineError("objects are nested more than \(Limits.nestingMax) levels deep", at: index)
            }
            prefixes.append(name + ".")
            index += 1
            skipSpace()
        }
    }

    private mutating func memberName() throws(LineError) -> String {
        guard line[index] == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
        guard let end = line.quotedEnd(index) else { throw malformedString() }
        let name = (prefixes.last ?? "") + line.decoded(index + 1..<end - 1)
        guard name.utf8.count <= Limits.fieldNameBytesMax else {
            throw LineError("a field name is longer than \(Limits.fieldNameBytesMax) bytes", at: index)
        }
        index = end
        skipSpace()
        try expect(UInt8(ascii: ":"), "':'")
        skipSpace()
        return name
    }

    private mutating func add(name: String, valueStart: Int, valueEnd: Int) throws(LineError) {
        guard result.fields.count < Limits.fieldsPerRecordMax else {
            throw LineError("more than \(Limits.fieldsPerRecordMax) fields")
        }
        result.fields.append(TokenizedField(literal: literalStart..<valueStart, name: name, isBareKey: false))
        literalStart = valueEnd
        index = valueEnd
    }

    private mutating func closeObject() {
        index += 1
        prefixes.removeLast()
    }

    private mutating func skipSpace() {
        while line[index] == 0x20 || line[index] == 0x09 || line[index] == 0x0d { index += 1 }
    }

    private mutating func expect(_ byte: UInt8, _ what: String) throws(LineError) {
        guard line[index] == byte else { throw failure("expected \(what)") }
        index += 1
    }

    private func failure(_ expected: String) -> LineError {
        index >= line.count
            ? LineError("the line ends early: \(expected)", at: index) : LineError(expected, at: index)
    }

    private func malformedValue() -> LineError {
        switch line[index] {
        case UInt8(ascii: "\""): malformedString()
        case UInt8(ascii: "["):
            LineError("the array is not well-formed, or nested more than \(arrayNestingMax) levels deep,", at: index)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): LineError("malformed number", at: index)
        default: failure("expected a value")
        }
    }

    /// Says what is wrong with the string at `index`.
    private func malformedString() -> LineError {
        var position = index + 1
        while position < line.count, line[position] >= 0x20 {
            guard line[position] == UInt8(ascii: "\\"), position + 1 < line.count else {
                position += 1
                continue
            }
            guard let end = line.escapeEnd(position) else {
                return LineError("malformed escape in a string", at: position)
            }
            position = end
        }
        if position >= line.count { return LineError("the line ends inside a string", at: line.count) }
        return LineError("control character in a string", at: position)
    }
}
