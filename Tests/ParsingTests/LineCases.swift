import FuzzSupport
import Parsing
import Records
import Testing

/// A line, and what it must give: by the tokenizer as the first of its shape, and by the shape afterwards.
enum Reparsing {
    static let receivedAt: Int64 = 42

    /// The rows of `line` parsed as the first, second and third line of one parser, each time as a batch of its own;
    /// the third time with a long line after it, so that it is walked in place and not in the padded copy of the tail.
    static func threeTimes(_ line: [UInt8]) -> [[ParsedRow]] {
        var parser = LineParser()
        let first = parser.rows(line, receivedAt: receivedAt)
        let second = parser.rows(line + Array("\n".utf8), receivedAt: receivedAt)
        let tail = Array("\n{\"tail\":\"\(String(repeating: "-", count: 100))\"}\n".utf8)
        var third = parser.rows(line + tail, receivedAt: receivedAt)
        third.removeLast()
        // Kinds are those of the column; the tail has a column of its own, so they stay exact.
        return [first, second, third]
    }
}

func string(_ text: String) -> FieldValue { FieldValue(text, kind: .string) }
func number(_ text: String) -> FieldValue { FieldValue(text, kind: .number) }
func bool(_ value: Bool) -> FieldValue { FieldValue(value ? "true" : "false", kind: .bool) }
func json(_ text: String) -> FieldValue { FieldValue(text, kind: .json) }

/// A line that makes a record.
struct AcceptedLine: Sendable, CustomTestStringConvertible {
    let line: String
    let fields: [String: FieldValue]

    init(_ line: String, _ fields: [String: FieldValue]) {
        self.line = line
        self.fields = fields
    }

    var testDescription: String { String(line.prefix(100)) }
}

/// A line that is kept whole.
struct RefusedLine: Sendable, CustomTestStringConvertible {
    let line: [UInt8]
    let message: String
    let reason: String

    /// - Parameter message: how the line is kept, when not just as it came in.
    init(_ line: String, _ reason: String, message: String? = nil) {
        self.init(bytes: Array(line.utf8), reason, message: message ?? line)
    }

    init(bytes: [UInt8], _ reason: String, message: String) {
        line = bytes
        self.message = message
        self.reason = reason
    }

    var testDescription: String { String(message.prefix(100)) }

    var row: ParsedRow {
        ParsedRow(
            time: Reparsing.receivedAt, fields: ["message": string(message), "parse_error": string(reason)])
    }
}
