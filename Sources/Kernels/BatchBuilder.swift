/// Builds the columns of a batch from lines, by shape: the hot loop of ingestion.
///
/// `parse` appends one row per line until it comes to a line whose shape it does not know. The caller makes a row of
/// that line by way of `draft`, may tokenise it and add its shape with `learn`, and calls `parse` again.
///
/// Everything here is a pointer owned by this value and freed with it. Column numbers stay valid until `forgetShapes`.
public struct BatchBuilder: ~Copyable {
    /// Why `parse` stopped, and at which byte of the input.
    public enum Stop: Equatable, Sendable {
        case endOfInput
        /// The line at `line` has an unknown shape or is not well-formed. It has no row yet.
        case unknownShape(line: Range<Int>)
    }

    /// The finished form of one column; see `Records.TextColumn`.
    public struct Column: Sendable {
        public let name: String
        public let kinds: UInt8
        public let bytes: [UInt8]
        public let ends: [UInt32]
        public let rows: [UInt32]?
    }

    let state: UnsafeMutablePointer<WalkState>
    let schema: RowSchema
    /// The row that is being made, between `beginDraft` and `commitDraft`.
    public var draft = RowDraft()
    var direct: DirectState
    var scratch: UnsafeMutablePointer<UInt8>
    private var names: [String] = []
    private var numbers: [String: Int] = [:]
    private var scratchCapacity: Int

    /// Edges learned since the last `forgetShapes`.
    public private(set) var edgeCount = 0
    /// Bytes of literals learned since the last `forgetShapes`.
    public private(set) var literalBytes = 0
    /// Bytes that the columns keep allocated from batch to batch, as of the last `finish`.
    public private(set) var retainedBytes = 0
    /// How often `forgetShapes` was called: column numbers are valid within one generation.
    public private(set) var generation = 0

    /// `parse` stops at a line of more bytes than the schema allows, as if its shape were unknown.
    public init(_ schema: RowSchema) {
        self.schema = schema
        direct = DirectState(nestingMax: schema.nestingMax)
        state = .allocate(capacity: 1)
        state.initialize(to: WalkState())
        scratchCapacity = 4_096
        scratch = .allocate(capacity: scratchCapacity)
        state.pointee.lineBytesMax = schema.lineBytesMax + 1
        state.pointee.timeTextColumn = column(named: schema.timeText)
    }

    deinit {
        state.pointee.deallocate()
        state.deallocate()
        scratch.deallocate()
        direct.deallocate()
    }

    public var rowCount: Int { state.pointee.rowCount }
    public var columnCount: Int { names.count }
    /// Names known to the direct parsers since the last `forgetShapes`.
    public var keyCount: Int { direct.keys.count }
    /// Rows whose time could not be read, since the builder was made.
    public var unreadableTimes: Int { state.pointee.unreadableTimes }
    /// Repeated keys of which the last was taken, since the builder was made.
    public var replacedValues: Int { state.pointee.replacedValues }

    /// The number of the column of that name, made if there is none.
    public mutating func column(named name: String) -> Int {
        if let number = numbers[name] { return number }
        names.append(name)
        numbers[name] = names.count - 1
        return state.pointee.addColumn()
    }

    public func name(ofColumn number: Int) -> String { names[number] }

    /// Appends a row for each line of `input` from byte `start` on.
    ///
    /// - Parameters:
    ///   - input: whole lines; the last newline may be missing.
    ///   - tail: what `tailStart` says of `input`.
    ///   - receivedAt: the time of rows that have none, in nanoseconds since the epoch.
    public mutating func parse(_ input: Span<UInt8>, from start: Int, tail: Int, receivedAt: Int64) -> Stop {
        input.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, start < buffer.count else { return .endOfInput }
            state.pointee.receivedAt = receivedAt
            precondition(tail >= 0 && tail <= max(0, buffer.count - ColumnBuffer.padding))
            if start < tail {
                let stopped = walkLines(state, base + start, base + tail)
                if stopped < base + tail {
                    let line = stopped - base
                    return .unknownShape(line: line..<lineEnd(buffer, from: line))
                }
            }
            return parseTail(UnsafeBufferPointer(rebasing: buffer[max(start, tail)...]), at: max(start, tail))
        }
    }

    /// The walk reads up to `ColumnBuffer.padding` bytes past a line, so the lines that end too near the end of the
    /// input are walked in a padded copy. Returns where these begin. To be asked once for an input, since the last line
    /// may be long.
    public static func tailStart(_ input: Span<UInt8>) -> Int {
        input.withUnsafeBufferPointer { buffer in
            var index = max(0, buffer.count - ColumnBuffer.padding)
            while index > 0, buffer[index - 1] != UInt8(ascii: "\n") { index -= 1 }
            return index
        }
    }

    private mutating func parseTail(_ tail: UnsafeBufferPointer<UInt8>, at offset: Int) -> Stop {
        guard let base = tail.baseAddress, tail.count > 0 else { return .endOfInput }
        reserveScratch(tail.count + 1 + ColumnBuffer.padding)
        scratch.update(from: base, count: tail.count)
        (scratch + tail.count).update(repeating: 0, count: 1 + ColumnBuffer.padding)
        var count = tail.count
        if tail[tail.count - 1] != UInt8(ascii: "\n") {
            scratch[tail.count] = UInt8(ascii: "\n")
            count += 1
        }
        let stopped = walkLines(state, UnsafePointer(scratch), UnsafePointer(scratch + count)) - UnsafePointer(scratch)
        guard stopped < tail.count else { return .endOfInput }
        return .unknownShape(line: offset + stopped..<offset + lineEnd(tail, from: stopped))
    }

    mutating func reserveScratch(_ count: Int) {
        guard count > scratchCapacity else { return }
        scratch.deallocate()
        scratchCapacity = count * 2
        scratch = .allocate(capacity: scratchCapacity)
    }

    /// Adds the shape of a line. Its last step is an `end`.
    public mutating func learn(_ notation: LineNotation, _ steps: [ShapeStep]) {
        var parent = notation == .json ? state.pointee.jsonRoot : state.pointee.logfmtRoot
        for step in steps {
            var child = parent.pointee.firstChild
            while let edge = child, !edge.pointee.hasSameStep(as: step) { child = edge.pointee.nextSibling }
            if let edge = child {
                parent = edge
                continue
            }
            let edge = ShapeEdge.make(
                step.literal, step.action.edgeAction, column: step.column, other: step.other)
            edge.pointee.nextSibling = parent.pointee.firstChild
            parent.pointee.firstChild = edge
            parent.pointee.predicted = edge
            edgeCount += 1
            literalBytes += step.literal.count
            parent = edge
        }
    }

    /// Drops all shapes and columns, to bound memory. Only between batches.
    public mutating func forgetShapes() {
        precondition(rowCount == 0, "shapes are dropped between batches only")
        state.pointee.removeShapes()
        direct.forget()
        names = []
        numbers = [:]
        edgeCount = 0
        literalBytes = 0
        retainedBytes = 0
        state.pointee.timeTextColumn = column(named: schema.timeText)
        generation += 1
    }

    /// Hands over the rows built so far, exactly sized, and starts the next batch with the same shapes.
    public mutating func finish() -> (times: [Int64], columns: [Column]) {
        let rows = rowCount
        let times = Array(UnsafeBufferPointer(start: state.pointee.times, count: rows))
        var columns: [Column] = []
        retainedBytes = 0
        for number in names.indices {
            let buffer = state.pointee.columns[number]
            retainedBytes += buffer.byteCapacity
            guard buffer.count > 0 else { continue }
            columns.append(
                Column(
                    name: names[number], kinds: buffer.kinds,
                    bytes: Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.used)),
                    ends: Array(UnsafeBufferPointer(start: buffer.ends, count: buffer.count)),
                    rows: buffer.count == rows
                        ? nil : Array(UnsafeBufferPointer(start: buffer.rows, count: buffer.count))))
            state.pointee.columns[number].removeAll()
        }
        state.pointee.rowCount = 0
        return (times, columns)
    }
}
