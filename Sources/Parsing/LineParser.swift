public import Records
import Kernels

/// Turns lines of JSON and logfmt, mixed as they come, into the columns of a `RecordBatch`.
///
/// ```swift
/// var parser = LineParser()
/// var offset = 0
/// while offset < bytes.count {
///     offset = parser.parse(bytes, from: offset, receivedAt: now)
///     store(parser.takeBatch())
/// }
/// ```
/// A line that is neither, or not well-formed, becomes a row all the same: the whole line in `message`, the reason
/// in `parse_error`. Bytes that are not UTF-8 are written `\xNN` there.
///
/// One parser serves one thread; it remembers the shapes of the lines it has seen.
public struct LineParser: ~Copyable {
    /// Shapes are dropped at this many bytes of literals, or edges, and learned anew.
    static let literalBytesMax = 16 << 20
    static let edgesMax = 65_536

    private var builder = BatchBuilder(timeTextColumn: FieldNames.timeText, lineBytesMax: Limits.lineBytesMax)
    private var counted = ParseCounters()

    public init() {}

    public var counters: ParseCounters {
        var counters = counted
        counters.unreadableTimes = builder.unreadableTimes
        counters.replacedValues = builder.replacedValues
        return counters
    }

    /// Rows that `takeBatch` would give.
    public var rowCount: Int { builder.rowCount }

    /// Appends a row for each line from byte `start` on, and returns where it stopped: the end of `bytes`, or earlier
    /// when the batch has so many columns that it must be taken first.
    ///
    /// - Parameters:
    ///   - bytes: whole lines; the last newline may be missing.
    ///   - receivedAt: the time of rows that say none, in nanoseconds since 1970-01-01 UTC.
    public mutating func parse(_ bytes: [UInt8], from start: Int = 0, receivedAt: Int64) -> Int {
        let input = bytes.span
        let tail = BatchBuilder.tailStart(input)
        var offset = start
        var learnedAt = -1
        while true {
            let before = builder.rowCount
            let stop = builder.parse(input, from: offset, tail: tail, receivedAt: receivedAt)
            counted.rows += builder.rowCount - before
            guard case .unknownShape(let line) = stop else { return bytes.count }
            offset = line.lowerBound
            if mustForget {
                guard builder.rowCount == 0 else { return offset }
                forget()
            }
            do throws(LineError) {
                guard learnedAt != line.lowerBound else { throw LineError("BUG: the learned shape does not fit") }
                try learn(input.extracting(line))
                learnedAt = line.lowerBound
            } catch {
                keepWhole(input.extracting(line), reason: error.reason, receivedAt: receivedAt)
                offset = line.upperBound + 1
            }
        }
    }

    /// The rows appended since the last call. Empty columns are left out.
    public mutating func takeBatch() -> RecordBatch {
        let (times, columns) = builder.finish()
        return RecordBatch(
            times: times,
            columns: columns.map {
                TextColumn(name: $0.name, kinds: ValueKinds(rawValue: $0.kinds), bytes: $0.bytes, ends: $0.ends, rows: $0.rows)
            })
    }

    private var mustForget: Bool {
        builder.columnCount > Limits.columnsPerBatchMax || builder.edgeCount > Self.edgesMax
            || builder.literalBytes > Self.literalBytesMax
    }

    private mutating func forget() {
        builder.forgetShapes()
        counted.shapeResets += 1
    }

    private mutating func learn(_ line: Span<UInt8>) throws(LineError) {
        guard line.count <= Limits.lineBytesMax else {
            throw LineError("the line is longer than \(Limits.lineBytesMax) bytes; cut there")
        }
        if let index = firstInvalidUTF8(line) { throw LineError("invalid UTF-8", at: index) }
        let leading = line.leadingSpaceCount
        do throws(LineError) {
            try learnTrimmed(line.extracting(leading..<line.count))
        } catch {
            throw error.shifted(by: leading)
        }
    }

    private mutating func learnTrimmed(_ line: Span<UInt8>) throws(LineError) {
        let isJSON = line.count > 0 && line[0] == UInt8(ascii: "{")
        let tokenized: TokenizedLine
        if isJSON {
            var tokenizer = JSONTokenizer(PaddedLine(line))
            tokenized = try tokenizer.tokenize()
        } else {
            var tokenizer = LogfmtTokenizer(PaddedLine(line))
            tokenized = try tokenizer.tokenize()
        }
        let steps = ShapeLearner.steps(of: tokenized, bytes: { line.bytes($0) }, builder: &builder)
        builder.learn(isJSON ? .json : .logfmt, steps)
        counted.learnedShapes += 1
    }

    private mutating func keepWhole(_ line: Span<UInt8>, reason: String, receivedAt: Int64) {
        guard !line.isBlank else { return }
        let text = line.extracting(..<line.keptCount(atMost: Limits.lineBytesMax)).escapingInvalidUTF8()
        builder.appendText(text.span, column: builder.column(named: FieldNames.message), kind: ValueKind.string)
        builder.appendText(
            Array(reason.utf8).span, column: builder.column(named: FieldNames.parseError), kind: ValueKind.string)
        builder.endRow(time: receivedAt)
        counted.rows += 1
        counted.malformedLines += 1
    }
}
