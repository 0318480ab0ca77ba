import Parsing
import Records

/// Lines of JSON, logfmt and text by each way there is to parse them: along shapes, directly, and by the tokenizers.
///
/// All must give the same rows, one for each line that is not blank, in sound batches.
public struct LinesCheck: ~Copyable {
    private var warm = LineParser()
    private var direct: LineParser
    private let plantsDefect: Bool
    private static let receivedAt: Int64 = 42
    /// A definition for lines of JSON, such as `unshaped` is the only one to have, keeps its parser from using shapes.
    private static let definition = """
        name: never
        description: fits no line, since no line has its field
        format: json
        match: {sources: [unshaped], fields: [this field is in no line]}
        samples: [{line: '{}', record: {}}]

        """
    private static let unshaped = LineSource(name: "unshaped")

    /// - Parameter plantsDefect: whether to change a bit of what was parsed, which the check then has to find.
    public init(plantsDefect: Bool = false) throws {
        direct = LineParser(parsers: try ParserSet([ParserDefinition(yaml: Self.definition, file: "never.yaml")]))
        self.plantsDefect = plantsDefect
    }

    /// Lines kept whole because they are malformed, and all lines, so far.
    public var counts: (malformed: Int, rows: Int, learned: Int) {
        (warm.counters.malformedLines, warm.counters.rows, warm.counters.learnedShapes)
    }

    /// What is wrong with the rows of `input`, nil where all is well.
    public mutating func problem(_ input: [UInt8]) -> String? {
        var shaped = warm.batches(input, receivedAt: Self.receivedAt)
        let plain = direct.batches(input, receivedAt: Self.receivedAt, source: Self.unshaped)
        if plantsDefect { shaped = shaped.map(\.withFlippedBit) }
        for batch in shaped + plain {
            if let problem = batch.unsoundness { return problem }
        }
        let rows = shaped.reduce(0) { $0 + $1.rowCount }
        let lines = LineBytes.rowCount(input)
        guard rows == lines else { return "\(lines) lines give \(rows) rows" }
        return Self.difference(shaped, plain) ?? Self.tokenizerProblem(input, plain)
    }

    /// Where the rows along shapes are others than the direct ones. Where batches end is not compared.
    private static func difference(_ shaped: [RecordBatch], _ direct: [RecordBatch]) -> String? {
        if shaped.map(\.sortedByName) == direct.map(\.sortedByName) { return nil }
        let (shaped, direct) = (shaped.flatMap(\.parsedRows), direct.flatMap(\.parsedRows))
        guard shaped.count == direct.count else { return "\(shaped.count) rows along shapes, \(direct.count) without" }
        for (a, b) in zip(shaped, direct) where a.texts != b.texts {
            return "along shapes: \(a)\nwithout:      \(b)"
        }
        return nil
    }

    /// Where the tokenizers accept other lines than the direct parsers.
    private static func tokenizerProblem(_ input: [UInt8], _ batches: [RecordBatch]) -> String? {
        var lines = input.split(separator: 0x0a).lazy.filter { !LineBytes.isBlank($0) }.makeIterator()
        var last: ArraySlice<UInt8> = []
        for batch in batches {
            let errors = batch.column(FieldNames.parseError)
            let messages = batch.column(FieldNames.message)
            for row in 0..<batch.rowCount {
                guard let line = lines.next() else { return "more rows than lines" }
                defer { last = line }
                if line == last { continue }
                if let errors, let index = errors.index(ofRow: row) {
                    if errors.text(index).hasPrefix("BUG") { return errors.text(index) }
                    continue
                }
                let message = messages.flatMap { column in column.index(ofRow: row).map { column.bytes[column.range($0)] } }
                if let reason = refusal(Array(line), message: message) { return "the tokenizer refuses the line: \(reason)" }
            }
        }
        return nil
    }

    /// Why the tokenizer refuses a line that made a record, other than a plain text.
    private static func refusal(_ line: [UInt8], message: ArraySlice<UInt8>?) -> String? {
        if line.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") { return TokenizerCheck.refusal(json: line) }
        guard let reason = TokenizerCheck.refusal(logfmt: line) else { return nil }
        return message.map { Array($0) } == TokenizerCheck.kept(line) ? nil : reason
    }
}
