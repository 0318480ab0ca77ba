import Foundation
import Records
import Testing

/// Any JSON value, told apart by kind.
enum JSONValue: Decodable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    static func parse(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    subscript(key: String) -> JSONValue? { if case .object(let fields) = self { fields[key] } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}

/// A row as the store gives it, from a line of JSON: nested objects flattened with dots.
func record(_ line: String) throws -> Record {
    var fields: [Record.Field] = []
    flatten(try JSONValue.parse(line), "", into: &fields)
    let time = fields.first { $0.name == "time" }.flatMap { nanoseconds($0.value.text) }
    return Record(time: time, fields: fields)
}

private func flatten(_ value: JSONValue, _ name: String, into fields: inout [Record.Field]) {
    func add(_ text: String, _ kind: ValueKinds) { fields.append(Record.Field(name, FieldValue(text, kind: kind))) }
    switch value {
    case .null: break
    case .bool(let value): add(String(value), .bool)
    case .integer(let value): add(String(value), .number)
    case .number(let value): add(String(value), .number)
    case .string(let value): add(value, .string)
    case .array: add("[]", .json)
    case .object(let members):
        for (key, member) in members { flatten(member, name.isEmpty ? key : "\(name).\(key)", into: &fields) }
    }
}

/// Of an RFC 3339 time in UTC.
private func nanoseconds(_ text: String) -> Int64? {
    let parts = text.dropLast().split(separator: ".")
    guard let first = parts.first, let date = try? Date("\(first)Z", strategy: .iso8601) else { return nil }
    let fraction = parts.count > 1 ? parts[1].padding(toLength: 9, withPad: "0", startingAt: 0) : "0"
    return Int64(date.timeIntervalSince1970) * 1_000_000_000 + (Int64(fraction) ?? 0)
}

/// A span of trace `t`, times in nanoseconds.
func span(
    _ id: String, parent: String? = nil, trace: String? = "t", service: String = "s", name: String? = nil,
    start: Int64 = 0, duration: Int64? = 10, _ more: [(String, FieldValue)] = []
) -> Record {
    var fields = [Record.Field("name", FieldValue(name ?? id)), Record.Field("service", FieldValue(service))]
    fields.append(Record.Field("span_id", FieldValue(id)))
    fields.append(Record.Field("start_time_unix_nano", FieldValue(String(start), kind: .number)))
    if let trace { fields.append(Record.Field("trace_id", FieldValue(trace))) }
    if let parent { fields.append(Record.Field("parent_span_id", FieldValue(parent))) }
    if let duration { fields.append(Record.Field("duration_ns", FieldValue(String(duration), kind: .number))) }
    return Record(time: start, fields: fields + more.map { Record.Field($0.0, $0.1) })
}

func log(
    _ message: String, span: String? = nil, trace: String? = "t", service: String = "s", level: String = "info",
    time: Int64? = 0
) -> Record {
    var fields = [Record.Field("message", FieldValue(message)), Record.Field("level", FieldValue(level))]
    fields.append(Record.Field("service", FieldValue(service)))
    if let trace { fields.append(Record.Field("trace_id", FieldValue(trace))) }
    if let span { fields.append(Record.Field("span_id", FieldValue(span))) }
    return Record(time: time, fields: fields)
}

/// Fixed seeds, and one that is new in each run; a failure names the one it had.
let seeds: [UInt64] = Array(1...40) + [UInt64.random(in: 1_000...(.max))]

/// Cells of a line, told independently of `CellText`: the tests only use characters that this knows.
func cells(_ line: some StringProtocol) -> Int {
    line.unicodeScalars.reduce(0) { sum, scalar in
        switch scalar.value {
        case 0x300...0x36F: sum
        case 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x1F600...0x1F64F: sum + 2
        default: sum + 1
        }
    }
}

func withoutColors(_ text: String) -> String { text.replacing(/\u{1b}\[[0-9]+m/, with: "") }
