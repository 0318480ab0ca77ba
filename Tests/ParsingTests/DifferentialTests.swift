import Foundation
import Parsing
import Records
import Testing

/// Python's json module accepts the same lines and finds the same fields: scripts/python/json_lines.py.
///
/// Differences that are meant, and how they are kept out:
/// - NaN, Infinity, halves of surrogate pairs, top-level values other than objects, a carriage return before the
///   object: Python takes them; the script refuses them.
/// - The limits on length, fields, names and nesting: no line here comes near them.
/// - Aliases, and fields that tell the time: Python knows none; lines with such fields are passed over.
/// - Lines that do not begin with `{` are logfmt or text here; they are passed over.
struct DifferentialTests {
    private struct Answer: Decodable {
        let ok: [String: [String]]?
        let error: String?
    }

    @Test func pythonAgrees() throws {
        let seed = FuzzSettings.seed
        print("DifferentialTests: LOCKSTITCH_FUZZ_SEED=\(seed)")
        let lines = try Self.lines(FuzzSettings.lines(standard: 20_000), seed: seed)
        let answers = try Self.judged(lines)
        try #require(answers.count == lines.count)
        var parser = LineParser()
        var (accepted, refused) = (0, 0)
        for (line, answer) in zip(lines, answers) where !Self.hasSpecialName(answer, line) {
            let row = parser.rows(line, receivedAt: 42).first
            let error = row?.fields["parse_error"]?.text
            let text = String(decoding: line, as: UTF8.self)
            guard let expected = answer.ok else {
                refused += 1
                #expect(error != nil, "Python: \(answer.error ?? ""): \(text)")
                continue
            }
            accepted += 1
            #expect(error == nil, "\(text)")
            #expect(row.map { Self.comparable($0.fields) } == expected, "\(text)")
        }
        #expect(accepted > lines.count / 5 && refused > lines.count / 10, "\(accepted) accepted, \(refused) refused")
    }

    private static func lines(_ count: Int, seed: UInt64) throws -> [[UInt8]] {
        let seeds = try (SeedLines.own + SeedLines.samples(step: 40)).filter { $0.hasPrefix("{") }.map {
            Array($0.replacing("\"time\":", with: "\"at\":").replacing("start_time_unix_nano", with: "start").utf8)
        }
        var random = RandomLines(seed: seed, seeds: seeds)
        var lines: [[UInt8]] = []
        while lines.count < count {
            let line = random.next()
            if line.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") { lines.append(line) }
        }
        return lines
    }

    private static let specialNames = Set(FieldNames.aliases.keys)
        .union([FieldNames.time, FieldNames.timeText, FieldNames.startTime, FieldNames.parseError])

    private static func hasSpecialName(_ answer: Answer, _ line: [UInt8]) -> Bool {
        if let fields = answer.ok, !specialNames.isDisjoint(with: fields.keys) { return true }
        // A repeated name may be gone from the answer.
        return answer.ok != nil && quotedNames.contains { line.contains($0) }
    }

    private static let quotedNames = specialNames.map { Array("\"\($0)\"".utf8) }

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
        try #require(process.terminationStatus == 0, "json_lines.py failed; its error stands above")
        return try data.split(separator: 0x0a).map { try JSONDecoder().decode(Answer.self, from: $0) }
    }

    private static var python: String {
        let own = SeedLines.repositoryRoot.appending(path: ".venv/bin/python").path
        return ProcessInfo.processInfo.environment["LOCKSTITCH_PYTHON"]
            ?? (FileManager.default.isExecutableFile(atPath: own) ? own : "python3")
    }
}
