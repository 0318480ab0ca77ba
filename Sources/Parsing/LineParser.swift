public import Records
import Kernels

/// Turns lines into the columns of a `RecordBatch`: JSON, logfmt and what definitions describe, mixed as they come.
///
/// ```swift
/// var parser = LineParser(parsers: set)
/// var progress = LineParser.Progress()
/// repeat {
///     progress = parser.parse(bytes, after: progress, receivedAt: now)
///     store(parser.takeBatch())
/// } while progress.isBatchFull
/// ```
/// Lines of JSON and logfmt whose shape is known are walked along it, which is the fast way; all others are taken apart
/// into a row draft. A line that is no well-formed record becomes a row all the same: the whole line in `message`, the
/// reason in `parse_error`. Bytes that are not UTF-8 are written `\xNN` there.
///
/// One parser serves one thread; it remembers the shapes of the lines it has seen.
public struct LineParser: ~Copyable {
    /// How far `parse` has come.
    public struct Progress: Sendable {
        /// Whether the batch must be taken, and `parse` called again with this progress.
        public let isBatchFull: Bool
        /// The records that may go on after the end of the bytes, in no order; none where `isBatchFull`.
        public let open: [OpenRecord]
        /// Where the first line begins that is not taken yet.
        let offset: Int
        /// The lines before `offset` of which not all pieces have come.
        let openLines: [OpenLine]

        /// The lines of `open` among the bytes that were parsed, in order: what to give again, before the bytes that follow.
        public func openBytes(of bytes: [UInt8]) -> [UInt8] {
            let lines = open.flatMap(\.lines).sorted { $0.lowerBound < $1.lowerBound }
            return lines.reduce(into: []) { $0 += bytes[$1] }
        }

        /// The start of the bytes.
        public init() { self.init(isBatchFull: false, open: [], offset: 0, openLines: []) }

        init(isBatchFull: Bool, open: [OpenRecord], offset: Int, openLines: [OpenLine]) {
            self.isBatchFull = isBatchFull
            self.open = open
            self.offset = offset
            self.openLines = openLines
        }
    }

    /// A record that may go on: its lines are to be given again, before those that follow.
    public struct OpenRecord: Sendable, Equatable {
        /// Whole lines, in order. Lines of several open records may stand between one another, and are to be given in
        /// the order in which they came.
        public let lines: [Range<Int>]
        /// How long to wait for more of it, in nanoseconds.
        public let timeout: Int64

        /// Where its last line ends.
        public var end: Int { lines.last?.upperBound ?? 0 }
    }

    /// Shapes are dropped at this many bytes of literals, edges or names, and learned anew.
    static let literalBytesMax = 16 << 20
    static let edgesMax = 65_536
    static let keysMax = 65_536
    /// So are columns, when they keep more memory than this from batch to batch.
    static let retainedBytesMax = 256 << 20
    /// After so many lines in a row with a new shape, the next lines of JSON are parsed without looking for theirs.
    static let newShapesMax = 32
    static let directLinesMax = 512

    var builder = BatchBuilder(FieldNames.rowSchema)
    var matcher = PatternMatcher()
    /// The definitions in use.
    public private(set) var set: ParserSet
    private var plans: [ParserPlan?]
    private var commonColumns: CommonColumns?
    /// What to try for text inside of records, by the program that they name: those that came last.
    private var programs = ProgramMemo()
    var levels = LevelMemo()
    /// The generation of the builder that these are valid for.
    private var plansGeneration = 0
    private var counted = ParseCounters()
    /// Memory for the text of the line inside, by its depth.
    var innerTexts = [[UInt8]](repeating: [], count: innerDepthMax + 1)
    /// While `parse` runs: the lines of which not all pieces have come, in the order of their first pieces.
    var openLines: [OpenLine] = []
    /// Hashes of shapes seen once, each in the place that its low bits say.
    private var seenShapes = [UInt64](repeating: 0, count: 4_096)
    private var newShapesInARow = 0
    private var directLinesLeft = 0

    /// - Parameter parsers: the definitions for lines that are neither JSON nor logfmt.
    public init(parsers: ParserSet = .none) {
        set = parsers
        plans = Array(repeating: nil, count: parsers.parsers.count)
    }

    public var counters: ParseCounters {
        var counters = counted
        counters.unreadableTimes += builder.unreadableTimes
        counters.replacedValues += builder.replacedValues
        return counters
    }

    /// Rows that `takeBatch` would give.
    public var rowCount: Int { builder.rowCount }

    /// Goes on with other definitions. Only after `takeBatch`.
    public mutating func use(_ parsers: ParserSet) {
        set = parsers
        plans = Array(repeating: nil, count: parsers.parsers.count)
        programs = ProgramMemo()
        levels = LevelMemo()
        // A shape learned before may be one that a definition is for.
        builder.forgetShapes()
    }

    // MARK: Lines

    /// Appends a row for each record.
    ///
    /// - Parameters:
    ///   - bytes: whole lines; the last newline may be missing.
    ///   - progress: what the last call for the same bytes has returned.
    ///   - receivedAt: the time of rows that say none, in nanoseconds since 1970-01-01 UTC.
    ///   - isFinal: whether no more lines of this source follow. If they may, records are left open that may go on.
    ///   - overdue: the ends of records that were open before and are waited for no longer: where such a record does not
    ///     go on in `bytes`, it ends.
    public mutating func parse(
        _ bytes: [UInt8], after progress: Progress = Progress(), receivedAt: Int64, source: LineSource = LineSource(),
        isFinal: Bool = true, overdue: Set<Int> = []
    ) -> Progress {
        let input = bytes.span
        let usesShapes = source.parser == .auto && !set.hasJSON(ofSource: source.name)
        let tail = usesShapes ? BatchBuilder.tailStart(input) : 0
        var pinned: Int?
        if case .definition(let name) = source.parser { pinned = set.index(name) }
        let context = RecordContext(
            source: source, pinned: pinned, candidates: set.candidates(program: nil, source: source.name),
            receivedAt: receivedAt, isFinal: isFinal, overdue: overdue)
        openLines = progress.openLines
        defer { openLines = [] }
        var offset = progress.offset
        var open: [OpenRecord] = []
        while offset < bytes.count, open.isEmpty {
            if usesShapes, !isDirect(input, offset) {
                let before = builder.rowCount
                let stop = builder.parse(input, from: offset, tail: tail, receivedAt: receivedAt)
                counted.rows += builder.rowCount - before
                if builder.rowCount > before { newShapesInARow = 0 }
                guard case .unknownShape(let line) = stop else {
                    offset = bytes.count
                    break
                }
                offset = line.lowerBound
            }
            guard makeRoom() else { return full(at: offset) }
            let line = offset..<lineEnd(input, from: offset)
            switch take(input, line, context) {
            case .upTo(let end), .piece(let end): offset = end + 1
            case .open(let timeout): open.append(OpenRecord(lines: [offset..<bytes.count], timeout: timeout))
            }
        }
        while let index = openLines.firstIndex(where: { !context.mayGoOn(after: $0.end) }) {
            guard makeRoom() else { return full(at: offset) }
            endOpenLine(index, input, context, .noEnd)
        }
        open += openLines.map { line in
            OpenRecord(lines: line.lines, timeout: set.parsers[line.parser].definition.multiline?.timeout ?? 0)
        }
        return Progress(isBatchFull: false, open: open, offset: offset, openLines: [])
    }

    private func full(at offset: Int) -> Progress {
        Progress(isBatchFull: true, open: [], offset: offset, openLines: openLines)
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

    /// Whether the line at `offset` had better not be looked for among the shapes: it is no JSON or logfmt, or one of
    /// many lines of JSON that all have new shapes.
    private mutating func isDirect(_ input: Span<UInt8>, _ offset: Int) -> Bool {
        let first = input[offset]
        if first == UInt8(ascii: "{") {
            guard directLinesLeft > 0 else { return false }
            directLinesLeft -= 1
            return true
        }
        guard first > 0x20 else { return false }
        return !input.extracting(offset..<min(input.count, offset + 128)).startsWithPair
    }

    private var mustForget: Bool {
        builder.columnCount > Limits.columnsPerBatchMax || builder.edgeCount > Self.edgesMax
            || builder.literalBytes > Self.literalBytesMax || builder.keyCount > Self.keysMax
            || builder.retainedBytes > Self.retainedBytesMax
    }

    /// Drops shapes where there are too many; false where the batch has to be taken before that.
    private mutating func makeRoom() -> Bool {
        guard mustForget else { return true }
        guard builder.rowCount == 0 else { return false }
        builder.forgetShapes()
        counted.shapeResets += 1
        return true
    }

    /// The plan of a parser, made once as long as it is valid.
    mutating func plan(of parser: Int) -> ParserPlan {
        forgetOldColumns()
        if let plan = plans[parser] { return plan }
        let plan = ParserPlan(parser, set.parsers[parser], &builder)
        plans[parser] = plan
        return plan
    }

    var common: CommonColumns {
        mutating get {
            forgetOldColumns()
            if let columns = commonColumns { return columns }
            let columns = CommonColumns(&builder)
            commonColumns = columns
            return columns
        }
    }

    /// What to try for the text inside of a record.
    mutating func innerCandidates(_ context: RecordContext) -> ParserSet.Candidates {
        guard let field = builder.draft.field(common.program) else { return context.candidates }
        let source = context.source.name
        return builder.draft.withText(field) { program in programs.candidates(program, source: source, set) }
    }

    private mutating func forgetOldColumns() {
        guard plansGeneration != builder.generation else { return }
        plansGeneration = builder.generation
        plans = Array(repeating: nil, count: set.parsers.count)
        commonColumns = nil
    }

    // MARK: One record

    /// What became of the line that was to be taken.
    enum Taken {
        /// A row was made of what ends there, a newline or the end of the input.
        case upTo(Int)
        /// What ends there is a piece of a longer line.
        case piece(Int)
        /// It begins a record that may go on; wait so many nanoseconds.
        case open(Int64)
    }

    private mutating func take(_ input: Span<UInt8>, _ line: Range<Int>, _ context: RecordContext) -> Taken {
        let text = input.extracting(line)
        if text.isBlank { return .upTo(line.upperBound) }
        do throws(LineError) {
            guard line.count <= Limits.lineBytesMax else {
                throw LineError("the line is longer than \(Limits.lineBytesMax) bytes; cut there")
            }
            if let index = firstInvalidUTF8(text) {
                if let taken = takeBrokenPiece(input, line, invalidAt: index, context) { return taken }
                throw LineError("invalid UTF-8", at: index)
            }
            let taken = try takeValid(input, line, context)
            if case .upTo = taken { counted.rows += 1 }
            return taken
        } catch {
            keepWhole(text, reason: error.reason, receivedAt: context.receivedAt)
            return .upTo(line.upperBound)
        }
    }

    private mutating func takeValid(
        _ input: Span<UInt8>, _ line: Range<Int>, _ context: RecordContext
    ) throws(LineError) -> Taken {
        let text = input.extracting(line)
        let start = line.lowerBound + text.leadingSpaceCount
        let isJSON = start < line.upperBound && input[start] == UInt8(ascii: "{")
        builder.beginDraft()
        switch context.source.parser {
        case .auto:
            if isJSON {
                return try takeJSON(input, start..<line.upperBound, leading: start - line.lowerBound, pinned: nil, context)
            }
            if input.extracting(start..<line.upperBound).startsWithPair, !beginsJournalEntry(input.extracting(line), context) {
                if try takeLogfmt(input, start..<line.upperBound, leading: start - line.lowerBound, context, isPinned: false) {
                    return .upTo(line.upperBound)
                }
                builder.beginDraft()
            }
            return takeText(input, line, context)
        case .json:
            guard isJSON else { throw LineError("no JSON object, and the source is pinned to JSON") }
            return try takeJSON(input, start..<line.upperBound, leading: start - line.lowerBound, pinned: nil, context)
        case .logfmt:
            _ = try takeLogfmt(input, start..<line.upperBound, leading: start - line.lowerBound, context, isPinned: true)
            return .upTo(line.upperBound)
        case .text:
            draftPlainText(input.extracting(input.withoutCarriageReturn(line)), context.receivedAt)
            builder.commitDraft(receivedAt: context.receivedAt)
            return .upTo(line.upperBound)
        case .definition(let name):
            guard let index = context.pinned else { throw LineError("there is no parser '\(name)'") }
            if set.parsers[index].definition.format == .text { return try takePinned(input, line, index, context) }
            guard isJSON else { throw LineError("no JSON object, as the parser '\(name)' expects") }
            return try takeJSON(input, start..<line.upperBound, leading: start - line.lowerBound, pinned: index, context)
        }
    }

    private mutating func takeJSON(
        _ input: Span<UInt8>, _ object: Range<Int>, leading: Int, pinned: Int?, _ context: RecordContext
    ) throws(LineError) -> Taken {
        let counts = draftCounts
        guard builder.draftJSON(input, object) else { throw jsonError(input.extracting(object), leading) }
        let plan = pinned.map { self.plan(of: $0) } ?? matchingJSONParser(context.candidates)
        if let plan {
            guard pinned == nil || hasAllFields(plan) else {
                throw LineError("a field is missing that the parser '\(plan.parser.name)' is for")
            }
            if let taken = takeJSONPiece(input, object, by: plan, since: counts, context) { return taken }
            finishDraft(plan, context)
        } else if !isShapeOfDefinition(context.candidates) {
            learnIfSeen(input.extracting(object), isJSON: true)
        }
        builder.commitDraft(receivedAt: context.receivedAt)
        return .upTo(object.upperBound)
    }

    /// - Returns: false where the line is something else than logfmt.
    private mutating func takeLogfmt(
        _ input: Span<UInt8>, _ pairs: Range<Int>, leading: Int, _ context: RecordContext, isPinned: Bool
    ) throws(LineError) -> Bool {
        let text = input.extracting(pairs)
        guard text.startsWithPair || isPinned, builder.draftLogfmt(input, pairs) else {
            let error = logfmtError(text, leading)
            if error.isOtherFormat, !isPinned { return false }
            throw error
        }
        // A source pinned to logfmt has lines that are plain text elsewhere, where shapes are shared.
        if !isPinned { learnIfSeen(text, isJSON: false) }
        builder.commitDraft(receivedAt: context.receivedAt)
        return true
    }

    private func jsonError(_ object: Span<UInt8>, _ leading: Int) -> LineError {
        var tokenizer = JSONTokenizer(PaddedLine(object))
        return Self.error(shiftedBy: leading) { () throws(LineError) in _ = try tokenizer.tokenize() }
    }

    private func logfmtError(_ pairs: Span<UInt8>, _ leading: Int) -> LineError {
        var tokenizer = LogfmtTokenizer(PaddedLine(pairs))
        return Self.error(shiftedBy: leading) { () throws(LineError) in _ = try tokenizer.tokenize() }
    }

    private static func error(shiftedBy count: Int, _ body: () throws(LineError) -> Void) -> LineError {
        do throws(LineError) {
            try body()
        } catch {
            return error.shifted(by: count)
        }
        return LineError("BUG: the direct parser refuses what the tokenizer accepts")
    }

    /// Learns the shape of a line when it comes for the second time: most shapes that come once never come again.
    private mutating func learnIfSeen(_ line: Span<UInt8>, isJSON: Bool) {
        let shape = builder.draftShape | 1
        let place = Int(truncatingIfNeeded: shape >> 1) & (seenShapes.count - 1)
        guard seenShapes[place] == shape else {
            seenShapes[place] = shape
            newShapesInARow += 1
            if newShapesInARow >= Self.newShapesMax {
                newShapesInARow = 0
                directLinesLeft = Self.directLinesMax
            }
            return
        }
        let tokenized: TokenizedLine
        do throws(LineError) {
            if isJSON {
                var tokenizer = JSONTokenizer(PaddedLine(line))
                tokenized = try tokenizer.tokenize()
            } else {
                var tokenizer = LogfmtTokenizer(PaddedLine(line))
                tokenized = try tokenizer.tokenize()
            }
        } catch {
            // The direct parser has accepted the line; if the tokenizer does not, there is no shape to learn.
            return
        }
        let steps = ShapeLearner.steps(of: tokenized, bytes: { line.bytes($0) }, builder: &builder)
        builder.learn(isJSON ? .json : .logfmt, steps)
        counted.learnedShapes += 1
    }

    mutating func keepWhole(_ line: Span<UInt8>, reason: String, receivedAt: Int64) {
        let text = line.extracting(..<line.keptCount(atMost: Limits.lineBytesMax)).escapingInvalidUTF8()
        builder.beginDraft()
        builder.draft.put(text.span, column: builder.column(named: FieldNames.message), kind: ValueKind.string)
        builder.draft.put(
            Array(reason.utf8).span, column: builder.column(named: FieldNames.parseError), kind: ValueKind.string)
        builder.commitDraft(receivedAt: receivedAt)
        counted.rows += 1
        counted.malformedLines += 1
    }

    /// A record was made of pieces.
    mutating func countJoined(isCut: Bool) {
        counted.rows += 1
        if isCut { counted.malformedLines += 1 }
    }

    /// A record was made of some of the pieces of a line.
    mutating func countCutLine() { counted.cutLines += 1 }

    /// What drafts have counted.
    struct DraftCounts {
        fileprivate let unreadableTimes: Int
        fileprivate let replacedValues: Int
    }

    private var draftCounts: DraftCounts {
        DraftCounts(unreadableTimes: builder.unreadableTimes, replacedValues: builder.replacedValues)
    }

    /// Takes back what a draft has counted: its line will be taken apart again.
    mutating func giveUpDraft(since counts: DraftCounts) {
        counted.unreadableTimes -= builder.unreadableTimes - counts.unreadableTimes
        counted.replacedValues -= builder.replacedValues - counts.replacedValues
    }

    mutating func countUnreadableTime() { counted.unreadableTimes += 1 }

    /// A time that was counted as unreadable has been read by the format of a definition.
    mutating func countReadableTime() { counted.unreadableTimes -= 1 }
}

/// What is known of a record beside its text.
struct RecordContext {
    let source: LineSource
    /// The parser that the source is pinned to, if it is a definition.
    let pinned: Int?
    /// What to try for lines of the source.
    let candidates: ParserSet.Candidates
    let receivedAt: Int64
    /// Whether nothing follows the input.
    let isFinal: Bool
    /// The ends of open records that are waited for no longer.
    let overdue: Set<Int>

    /// Whether more may come of a record whose last line ends at `end`.
    func mayGoOn(after end: Int) -> Bool { !isFinal && !overdue.contains(end) }
}

extension FieldNames {
    /// The names and bounds that rows are built by.
    static var rowSchema: RowSchema {
        RowSchema(
            aliases: aliases, time: time, secondTime: secondTime, timeText: timeText, startTime: startTime,
            lineBytesMax: Limits.lineBytesMax, fieldsMax: Limits.fieldsPerRecordMax, nestingMax: Limits.nestingMax,
            nameBytesMax: Limits.fieldNameBytesMax, bareKeysMax: Limits.bareKeysMax)
    }
}
