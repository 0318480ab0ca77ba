import Foundation
import Parsing
import Records

/// Python's json module accepts the same lines and finds the same fields: scripts/python/json_lines.py.
///
/// Differences that are meant, and how they are kept out:
/// - NaN, Infinity, halves of surrogate pairs, top-level values other than objects, a carriage return before the
///   object: Python takes them; the script refuses them.
/// - The limits on length, fields, names and nesting: no line here comes near them.
/// - Aliases, and fields that tell the time: Python knows none; lines with such fields are passed over.
/// - Lines that do not begin with `{` are logfmt or text here; they are passed over.
public struct PythonCheck: ~Copyable {
    private struct Answer: Decodable {
        let ok: [String: [String]]?
        let error: String?
    }

    /// A line of which the two say something else.
    public struct Difference: Sendable {
        public let line: [UInt8]
        public let what: String
    }

    private var parser = LineParser()
    private let plantsDefect: Bool
    private var random: RandomLines
    /// Lines that both accept, and that both refuse, so far.
    public private(set) var accepted = 0
    public private(set) var refused = 0

    /// - Parameter plantsDefect: whether to change a bit of what was parsed, which the check then has to find.
    public init(seed: UInt64, plantsDefect: Bool = false) throws {
        let seeds = try (SeedLines.own + SeedLines.samples(step: 40)).filter { $0.hasPrefix("{") }.map {
            Array($0.replacing("\"time\":", with: "\"at\":").replacing("start_time_unix_nano", with: "start").utf8)
        }
        random = RandomLines(seed: seed, seeds: seeds)
        self.plantsDefect = plantsDefect
    }

    /// Makes so many lines, and compares.
    public mutating func differences(count: Int) throws -> [Difference] {
        let lines = lines(count)
        let answers = try Self.judged(lines)
        return zip(lines, answers).compactMap { line, answer in
            problem(line, answer).map { Difference(line: line, what: $0) }
        }
    }

    private mutating func lines(_ count: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        while lines.count < count {
            let line = random.next()
            if line.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") { lines.append(LineBytes.exactly(line)) }
        }
        return lines
    }

    private mutating func problem(_ line: [UInt8], _ answer: Answer) -> String? {
        if Self.hasSpecialName(answer, line) { return nil }
        var batches = parser.batches(line, receivedAt: 42)
        if plantsDefect { batches = batches.map(\.withFlippedBit) }
        let rows = batches.flatMap(\.parsedRows)
        guard let row = rows.first, rows.count == 1 else { return "\(rows.count) rows" }
        let error = row.fields[FieldNames.parseError]?.text
        guard let expected = answer.ok else {
            refused += 1
            return error == nil ? "Python refuses it: \(answer.error ?? ""); here it is \(row)" : nil
        }
        accepted += 1
        if let error { return "refused here: \(error)" }
        let found = Self.comparable(row.fields)
        return found == expected ? nil : "here:   \(Self.text(found))\nPython: \(Self.text(expected))"
    }

    private static func text(_ fields: [String: [String]]) -> String {
        fields.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
    }

    private static let specialNames = Set(FieldNames.aliases.keys)
        .union([FieldNames.time, FieldNames.timeText, FieldNames.startTime, FieldNames.parseError])

    private static func hasSpecialName(_ answer: Answer, _ line: [UInt8]) -> Bool {
        if let fields = answer.ok, !specialNames.isDisjoint(with: fields.keys) { return true }
        // A repeated name may be gone from the answer.
        return answer.ok != nil && line.split(separator: UInt8(ascii: "\"")).contains { specialNameBytes.contains($0) }
    }

    private static let specialNameBytes = Set(specialNames.map { ArraySlice($0.utf8) })

    private static func comparable(_ fields: [String: FieldValue]) -> [String: [String]] {
        fields.mapValues { value in
            switch value.kind {
            case .number: ["number", value.text]
            case .bool: ["bool", value.text]
            case .json: ["json", compact(value.text)]
            default: ["string", value.text]
            }
        }
    }

    /// Well-formed JSON without spaces, its strings escaped as the script does.
    private static func compact(_ json: String) -> String {
        var (text, string): ([UInt8], [UInt8]?) = ([], nil)
        var isEscaped = false
        for byte in json.utf8 {
            if var content = string {
                content.append(byte)
                string = content
                if byte == UInt8(ascii: "\""), !isEscaped {
                    let decoded = try? JSONDecoder().decode(String.self, from: Data(content))
                    JSONText.appendString(decoded ?? "not a string", to: &text)
                    string = nil
                }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else if byte == UInt8(ascii: "\"") {
                (string, isEscaped) = ([byte], false)
            } else if ![0x20, 0x09, 0x0d].contains(byte) {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func judged(_ lines: [[UInt8]]) throws -> [Answer] {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "lines")
        try Data(lines.flatMap { $0 + [0x0a] }).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = SeedLines.repositoryRoot.appending(path: "scripts/python/json_lines.py")
        process.arguments = [python, script.path, input.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonFailure(description: "json_lines.py failed; see above") }
        let decoder = JSONDecoder()
        let answers = try data.split(separator: 0x0a).map { try decoder.decode(Answer.self, from: $0) }
        guard answers.count == lines.count else {
            throw PythonFailure(description: "json_lines.py gave \(answers.count) answers for \(lines.count) lines")
        }
        return answers
    }

    private static var python: String {
        let own = SeedLines.repositoryRoot.appending(path: ".venv/bin/python").path
        return ProcessInfo.processInfo.environment["LOCKSTITCH_PYTHON"]
            ?? (FileManager.default.isExecutableFile(atPath: own) ? own : "python3")
    }
}

/// Python could not be asked.
struct PythonFailure: Error, CustomStringConvertible {
    let description: String
}
