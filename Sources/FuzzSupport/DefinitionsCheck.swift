public import Parsing
import Records
import TestSupport

/// Lines through the built-in definitions: each is accounted for, whatever it looks like, and neither what the parser has
/// seen before nor how a stream is cut changes anything.
public struct DefinitionsCheck: ~Copyable {
    /// 2023-01-29T00:00:00Z
    private static let receivedAt: Int64 = 1_674_950_400_000_000_000

    private let set: ParserSet
    private let plantsDefect: Bool
    private var parser: LineParser
    private var other: LineParser
    /// Lines of the definitions.
    public let samples: [[UInt8]]
    /// What a source may be pinned to.
    public let names: [String]

    /// - Parameter plantsDefect: whether to change a bit of what was parsed, which the check then has to find.
    public init(plantsDefect: Bool = false) throws {
        let definitions = try ParserSet.builtInDefinitions()
        set = try ParserSet(definitions)
        samples = definitions.flatMap(\.samples).map { Array($0.text.utf8) }
        names = ["auto", "json", "logfmt", "text"] + definitions.map(\.name)
        parser = LineParser(parsers: set)
        other = LineParser(parsers: set)
        self.plantsDefect = plantsDefect
    }

    /// What is wrong with the rows of a line, nil where all is well.
    ///
    /// - Parameter comparesFresh: whether a parser that has seen no other line has to give the same.
    public mutating func problem(_ line: [UInt8], by pinned: PinnedParser, comparesFresh: Bool) -> String? {
        var batches = parser.batches(line, receivedAt: Self.receivedAt, source: LineSource(parser: pinned))
        if plantsDefect { batches = batches.map(\.withFlippedBit) }
        for batch in batches where batch.rowCount > 0 {
            if let problem = batch.unsoundness { return problem }
        }
        let rows = batches.flatMap(\.parsedRows)
        let isBlank = LineBytes.rowCount(line) == 0
        guard rows.isEmpty == isBlank else { return isBlank ? "rows of nothing: \(rows)" : "no row" }
        if let problem = rows.lazy.compactMap({ Self.problem($0, of: line) }).first { return problem }
        guard comparesFresh else { return nil }
        var fresh = LineParser(parsers: set)
        let expected = fresh.rows(line, receivedAt: Self.receivedAt, source: LineSource(parser: pinned))
        return Self.difference(rows, expected, "by a parser that has seen no other line")
    }

    /// What is wrong with the rows of a stream that is cut into frames, nil where all is well.
    public mutating func problem(_ stream: [UInt8], cutInto frames: [[UInt8]], by pinned: PinnedParser) -> String? {
        let whole = parser.rows(stream, receivedAt: Self.receivedAt, source: LineSource(parser: pinned))
        let cut = RandomFrames.rows(frames, by: pinned, &other, receivedAt: Self.receivedAt)
        return Self.difference(whole, cut, "cut before lines \(Self.cuts(frames))")
    }

    private static func cuts(_ frames: [[UInt8]]) -> String {
        var line = 0
        return frames.dropLast().map { frame in
            line += frame.count { $0 == 0x0a }
            return String(line)
        }.joined(separator: " ")
    }

    private static func difference(_ rows: [ParsedRow], _ others: [ParsedRow], _ how: String) -> String? {
        let (rows, others) = (rows.map(\.texts), others.map(\.texts))
        if rows == others { return nil }
        let index = zip(rows, others).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(rows.count, others.count)
        let (row, other) = (rows.dropFirst(index).first, others.dropFirst(index).first)
        return "row \(index): \(row?.description ?? "none")\n\(how): \(other?.description ?? "none")"
    }

    /// A record that no definition made has all of a line in its message; any other has fields. One made of pieces begins
    /// as the line of the first one.
    public static func problem(_ row: ParsedRow, of line: [UInt8]) -> String? {
        // Of an object there may be nothing to keep but nulls, and of any line nothing but its time.
        if row.fields.isEmpty, row.time == receivedAt, !line.contains(UInt8(ascii: "{")) { return "a row without fields" }
        if row.fields[FieldNames.time] != nil { return "a field called time: \(row)" }
        guard let error = row.fields[FieldNames.parseError]?.text, let message = row.fields[FieldNames.message]?.text,
            !TokenizerCheck.isOfPieces(error)
        else { return nil }
        let lines = line.split(separator: 0x0a)
        let isWhole = lines.contains { line in
            TokenizerCheck.kept(Array(line)) == Array(message.utf8)
                || lines.count > 1 && line.count > 30 && line.prefix(30).elementsEqual(message.utf8.prefix(30))
        }
        return isWhole || line.first == UInt8(ascii: "{") ? nil : "a line that is not kept whole: \(row)"
    }
}
