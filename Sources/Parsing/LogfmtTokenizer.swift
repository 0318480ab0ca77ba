import Kernels
import Records

/// Finds the fields of a logfmt line: `key=value key="quoted value" barekey`.
///
/// There is no standard; this follows what go-logfmt and logrus write. Escapes in quotes are those of JSON.
struct LogfmtTokenizer: ~Copyable {
    private let line: PaddedLine
    private var index = 0
    private var literalStart = 0
    private var bareKeys = 0
    private var result = TokenizedLine()

    init(_ line: consuming PaddedLine) { self.line = line }

    mutating func tokenize() throws(LineError) -> TokenizedLine {
        while true {
            while index < line.count, line[index] <= 0x20 {
                guard [0x20, 0x09, 0x0d].contains(line[index]) else { throw LineError("control character", at: index) }
                index += 1
            }
            guard index < line.count else { break }
            try pair()
        }
        result.end = literalStart..<line.count
        return result
    }

    private mutating func pair() throws(LineError) {
        let nameStart = index
        while index < line.count, line[index] > 0x20, line[index] != UInt8(ascii: "="), line[index] != UInt8(ascii: "\"") {
            index += 1
        }
        guard index > nameStart else { throw LineError("expected a key", at: index) }
        guard index - nameStart <= Limits.fieldNameBytesMax else {
            throw LineError("a field name is longer than \(Limits.fieldNameBytesMax) bytes", at: nameStart)
        }
        let name = String(decoding: line.bytes(nameStart..<index), as: UTF8.self)
        if line[index] == UInt8(ascii: "=") {
            index += 1
            try value(name: name)
        } else {
            guard line[index] <= 0x20 else { throw LineError("unexpected quote in a key", at: index) }
            bareKeys += 1
            guard bareKeys <= Limits.bareKeysMax else {
                throw LineError(
                    "more than \(Limits.bareKeysMax) words without '=': neither JSON nor logfmt", isOtherFormat: true)
            }
            try add(name: name, literalEnd: index, valueEnd: index, isBareKey: true)
        }
    }

    private mutating func value(name: String) throws(LineError) {
        let start = index
        if line[index] == UInt8(ascii: "\"") {
            guard let end = line.quotedEnd(index) else {
                throw LineError("the quoted value is not closed, or has a malformed escape,", at: index)
            }
            guard line[end] <= 0x20 else { throw LineError("expected a space after the quoted value", at: end) }
            index = end
        } else {
            while index < line.count, line[index] > 0x20 { index += 1 }
        }
        try add(name: name, literalEnd: start, valueEnd: index, isBareKey: false)
    }

    private mutating func add(name: String, literalEnd: Int, valueEnd: Int, isBareKey: Bool) throws(LineError) {
        guard result.fields.count < Limits.fieldsPerRecordMax else {
            throw LineError("more than \(Limits.fieldsPerRecordMax) fields")
        }
        result.fields.append(TokenizedField(literal: literalStart..<literalEnd, name: name, isBareKey: isBareKey))
        literalStart = valueEnd
    }
}
