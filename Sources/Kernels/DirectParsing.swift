import CScan

// JSON and logfmt straight into a row draft, without a shape: for lines whose shape is new, and for lines that a
// definition works on. Accepts just what the tokenizers of Parsing accept; where it says no, they say why.

/// What the direct parsers keep between lines, and which key gave each column of the row its value.
struct DirectState {
    var keys = KeyTable()
    /// Nodes of the objects that are open.
    let parents: UnsafeMutablePointer<UInt32>
    var text: UnsafeMutablePointer<UInt8>
    var textCapacity = 4_096
    /// For each column, the key whose value it holds and the row in which that was so.
    var owners: [(node: Int, row: UInt64)] = []
    var row: UInt64 = 0
    var hasTimeField = false
    var hasUnreadableTime = false
    /// A hash of the keys so far: equal for lines of one sequence of keys.
    var shape: UInt64 = 0
    var fieldCount = 0

    init(nestingMax: Int) {
        parents = .allocate(capacity: nestingMax)
        text = .allocate(capacity: textCapacity)
    }

    func deallocate() {
        keys.deallocate()
        parents.deallocate()
        text.deallocate()
    }

    mutating func forget() {
        keys.removeAll()
        owners.removeAll()
    }

    mutating func beginRow() {
        row &+= 1
        hasTimeField = false
        hasUnreadableTime = false
        shape = 0
        fieldCount = 0
    }

    @inline(__always)
    func owner(_ column: Int) -> Int? {
        guard column < owners.count, owners[column].row == row else { return nil }
        return owners[column].node
    }

    @inline(__always)
    mutating func own(_ column: Int, _ node: Int) {
        while column >= owners.count { owners.append((0, 0)) }
        owners[column] = (node, row)
    }

    /// Makes room for the unescaped text of a line.
    mutating func reserveText(_ count: Int) {
        guard count > textCapacity else { return }
        text.deallocate()
        textCapacity = count * 2
        text = .allocate(capacity: textCapacity)
    }
}

extension BatchBuilder {
    /// Starts a row draft.
    public mutating func beginDraft() {
        draft.removeAll()
        direct.beginRow()
    }

    /// Starts a line within the line: what it says is added to the draft, and wins over what is there.
    public mutating func beginInnerLine() { direct.beginRow() }

    /// Whether the line had a key that stands for `column`, whatever its value.
    public func draftHasKey(_ column: Int) -> Bool { direct.owner(column) != nil }

    /// Whether the line had a key that stands for the time, whatever its value.
    public var draftHasTimeKey: Bool { direct.hasTimeField }

    /// Whether the line had a time that could not be read; its text is in the column for that.
    public var draftHasUnreadableTime: Bool { direct.hasUnreadableTime }

    /// A hash of the sequence of keys that `draftJSON` or `draftLogfmt` found.
    public var draftShape: UInt64 { direct.shape }

    /// Adds the members of the JSON object in `line` to the draft, nested objects flattened with dots.
    ///
    /// - Parameters:
    ///   - line: bytes of `input`, valid UTF-8. A newline among them ends no line, and is not well-formed.
    /// - Returns: false where it is not well-formed or passes a limit. The draft then holds what came before.
    public mutating func draftJSON(_ input: Span<UInt8>, _ line: Range<Int>) -> Bool {
        withPaddedLine(input, line) { builder, start in builder.draftJSON(start, start + line.count) }
    }

    /// Adds the pairs of the logfmt line in `line` to the draft; as `draftJSON`.
    public mutating func draftLogfmt(_ input: Span<UInt8>, _ line: Range<Int>) -> Bool {
        withPaddedLine(input, line) { builder, start in builder.draftLogfmt(start, start + line.count) }
    }

    /// Ends the row: the draft goes to the columns.
    public mutating func commitDraft(receivedAt: Int64) {
        let row = UInt32(truncatingIfNeeded: rowCount)
        for index in 0..<draft.count {
            let field = draft[index]
            let column = state.pointee.columns + field.column
            let value = UnsafePointer(draft.text) + field.range.lowerBound
            if field.range.count <= ColumnBuffer.padding {
                let target = column.pointee.bytes + column.pointee.used
                lockstitch_copy16(value, target)
                lockstitch_copy16(value + 16, target + 16)
                column.pointee.commit(row: row, newUsed: column.pointee.used &+ field.range.count, kind: field.kind)
            } else {
                column.pointee.append(value, count: field.range.count, row: row, kind: field.kind)
            }
        }
        state.pointee.endRow(time: draft.time ?? receivedAt)
    }

    /// Runs `body` on the bytes of a line of which `ColumnBuffer.padding` bytes past its newline may be read: in place,
    /// or on a copy where the line ends too near the end of the input.
    private mutating func withPaddedLine(
        _ input: Span<UInt8>, _ line: Range<Int>, _ body: (inout Self, UnsafePointer<UInt8>) -> Bool
    ) -> Bool {
        precondition(line.upperBound <= input.count)
        return input.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return body(&self, UnsafePointer(emptyLine())) }
            if line.upperBound + 1 + ColumnBuffer.padding <= buffer.count, base[line.upperBound] == UInt8(ascii: "\n") {
                return body(&self, base + line.lowerBound)
            }
            reserveScratch(line.count + 1 + ColumnBuffer.padding)
            scratch.update(from: base + line.lowerBound, count: line.count)
            scratch[line.count] = UInt8(ascii: "\n")
            (scratch + line.count + 1).update(repeating: 0, count: ColumnBuffer.padding)
            return body(&self, UnsafePointer(scratch))
        }
    }

    private mutating func emptyLine() -> UnsafeMutablePointer<UInt8> {
        scratch.update(repeating: UInt8(ascii: "\n"), count: 1 + ColumnBuffer.padding)
        return scratch
    }

    // MARK: JSON

    private mutating func draftJSON(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        direct.reserveText(end - start + 16)
        guard start[0] == UInt8(ascii: "{") else { return false }
        var p = skippingSpace(start + 1)
        var depth = 1
        direct.parents[0] = 0
        var closes = p[0] == UInt8(ascii: "}")
        while true {
            if closes {
                p += 1
                depth &-= 1
                if depth == 0 { return skippingSpace(p) == end }
            } else {
                guard let next = draftMember(p, &depth) else { return false }
                p = next
            }
            p = skippingSpace(p)
            closes = p[0] == UInt8(ascii: "}")
            if !closes {
                guard p[0] == UInt8(ascii: ",") else { return false }
                p = skippingSpace(p + 1)
            }
        }
    }

    /// Takes the member at `p`, or the names that lead to the first value of nested objects; what follows it, or nil.
    @inline(__always)
    private mutating func draftMember(_ start: UnsafePointer<UInt8>, _ depth: inout Int) -> UnsafePointer<UInt8>? {
        var p = start
        while true {
            guard p[0] == UInt8(ascii: "\""), let (node, afterKey) = takeKey(p + 1, direct.parents[depth &- 1]) else {
                return nil
            }
            p = skippingSpace(afterKey)
            guard p[0] == UInt8(ascii: ":") else { return nil }
            p = skippingSpace(p + 1)
            if p[0] == UInt8(ascii: "\"") {
                guard let (text, after) = scanString(p + 1), countField() else { return nil }
                place(node, text, ValueKind.string)
                return after
            }
            if let (end, kind) = unquotedEnd(p) {
                guard countField() else { return nil }
                place(node, kind == 0 ? nil : UnsafeBufferPointer(start: p, count: end - p), kind)
                return end
            }
            guard p[0] == UInt8(ascii: "{"), depth < schema.nestingMax else { return nil }
            direct.parents[depth] = UInt32(node)
            depth &+= 1
            p = skippingSpace(p + 1)
        }
    }

    @inline(__always)
    private mutating func takeKey(
        _ start: UnsafePointer<UInt8>, _ parent: UInt32
    ) -> (node: Int, after: UnsafePointer<UInt8>)? {
        guard let (name, after) = scanString(start) else { return nil }
        let node = direct.keys.node(parent: parent, name.baseAddress ?? start, name.count)
        guard direct.keys.nodes[node].dottedCount <= schema.nameBytesMax else { return nil }
        return (node, after)
    }

    /// The text of the string whose first byte is at `start`, unescaped, and what follows its closing quote.
    @inline(__always)
    private mutating func scanString(
        _ start: UnsafePointer<UInt8>
    ) -> (text: UnsafeBufferPointer<UInt8>, after: UnsafePointer<UInt8>)? {
        var p = start
        while true {
            let stop = lockstitch_quoted16(p)
            if stop == 0 {
                p += 16
                continue
            }
            p += stop.trailingZeroBitCount
            if p[0] == UInt8(ascii: "\"") { return (UnsafeBufferPointer(start: start, count: p - start), p + 1) }
            return p[0] == UInt8(ascii: "\\") ? unescapeString(start, from: p) : nil
        }
    }

    /// As `scanString`, for a string whose first escape is at `escape`. The text is valid until the next one.
    @inline(never)
    private mutating func unescapeString(
        _ start: UnsafePointer<UInt8>, from escape: UnsafePointer<UInt8>
    ) -> (text: UnsafeBufferPointer<UInt8>, after: UnsafePointer<UInt8>)? {
        let text = direct.text
        var used = escape - start
        text.update(from: start, count: used)
        var p = escape
        while true {
            switch p[0] {
            case UInt8(ascii: "\""): return (UnsafeBufferPointer(start: text, count: used), p + 1)
            case UInt8(ascii: "\\"):
                guard let (after, written) = takeEscape(p, text + used) else { return nil }
                p = after
                used += written
            case 0..<0x20: return nil
            default:
                let stop = lockstitch_quoted16(p)
                let count = stop == 0 ? 16 : stop.trailingZeroBitCount
                (text + used).update(from: p, count: count)
                used += count
                p += count
            }
        }
    }

    @inline(__always)
    private func skippingSpace(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var p = start
        while p[0] == 0x20 || p[0] == 0x09 || p[0] == 0x0d { p += 1 }
        return p
    }

    // MARK: logfmt

    private mutating func draftLogfmt(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        direct.reserveText(end - start + 16)
        var p = start
        var bareKeys = 0
        while true {
            while p < end, p[0] <= 0x20 {
                guard p[0] == 0x20 || p[0] == 0x09 || p[0] == 0x0d else { return false }
                p += 1
            }
            guard p < end else { return true }
            let name = p
            while p[0] > 0x20, p[0] != UInt8(ascii: "="), p[0] != UInt8(ascii: "\"") { p += 1 }
            let nameCount = p - name
            guard nameCount > 0, nameCount <= schema.nameBytesMax, countField() else { return false }
            let node = direct.keys.node(parent: 0, name, nameCount)
            if p[0] != UInt8(ascii: "=") {
                bareKeys += 1
                guard p[0] <= 0x20, bareKeys <= schema.bareKeysMax else { return false }
                placeBareKey(node)
            } else if p[1] == UInt8(ascii: "\"") {
                guard let (text, after) = scanString(p + 2), after[0] <= 0x20 else { return false }
                place(node, text, ValueKind.string)
                p = after
            } else {
                let value = p + 1
                p = value
                while p[0] > 0x20 { p += 1 }
                place(node, UnsafeBufferPointer(start: value, count: p - value), bareKind(value, p))
            }
        }
    }

    private mutating func placeBareKey(_ node: Int) {
        let word: [UInt8] = [0x74, 0x72, 0x75, 0x65]
        word.withUnsafeBufferPointer { text in
            if !direct.keys.nodes[node].isResolved { resolve(node) }
            if direct.keys.nodes[node].role == .time {
                mixShape(node)
                placeOwn(node, text, ValueKind.bool)
            } else {
                place(node, text, ValueKind.bool)
            }
        }
    }

    // MARK: Names

    @inline(__always)
    private mutating func countField() -> Bool {
        direct.fieldCount &+= 1
        return direct.fieldCount <= schema.fieldsMax
    }

    @inline(__always)
    private mutating func mixShape(_ node: Int) {
        direct.shape = hashWord(direct.shape ^ UInt64(truncatingIfNeeded: node))
    }

    /// Puts a value, or nil for `null`, where its key says; the same rules as `Parsing.ShapeLearner`.
    @inline(__always)
    private mutating func place(_ node: Int, _ text: UnsafeBufferPointer<UInt8>?, _ kind: UInt8) {
        mixShape(node)
        if !direct.keys.nodes[node].isResolved { resolve(node) }
        let key = direct.keys.nodes[node]
        if key.role == .time {
            if direct.hasTimeField { return placeOwn(node, text, kind) }
            direct.hasTimeField = true
            return placeTime(text, kind)
        }
        guard let owner = direct.owner(key.column) else {
            direct.own(key.column, node)
            put(text, key.column, kind)
            if key.role == .startTime, draft.time == nil, let text { draft.time = unsignedNumber(text) }
            return
        }
        placeAgain(node, owner, text, kind)
    }

    @inline(never)
    private mutating func placeAgain(_ node: Int, _ owner: Int, _ text: UnsafeBufferPointer<UInt8>?, _ kind: UInt8) {
        let column = direct.keys.nodes[node].column
        if owner == node {
            put(text, column, kind)
        } else if ownColumn(node) == column, direct.owner(ownColumn(owner)) == nil {
            draft.move(column, to: ownColumn(owner))
            direct.own(ownColumn(owner), owner)
            direct.own(column, node)
            put(text, column, kind)
        } else {
            placeOwn(node, text, kind)
        }
    }

    /// Puts the value under the name that the line gave it.
    private mutating func placeOwn(_ node: Int, _ text: UnsafeBufferPointer<UInt8>?, _ kind: UInt8) {
        let column = ownColumn(node)
        direct.own(column, node)
        put(text, column, kind)
    }

    @inline(__always)
    private mutating func put(_ text: UnsafeBufferPointer<UInt8>?, _ column: Int, _ kind: UInt8) {
        let replaced = text.map { draft.put($0, column: column, kind: kind) } ?? draft.remove(column)
        if replaced { state.pointee.replacedValues += 1 }
    }

    private mutating func placeTime(_ text: UnsafeBufferPointer<UInt8>?, _ kind: UInt8) {
        guard let text else { return }
        if let time = state.pointee.timeReader.read(text) {
            draft.time = time
        } else {
            state.pointee.unreadableTimes += 1
            direct.hasUnreadableTime = true
            put(text, state.pointee.timeTextColumn, kind)
        }
    }

    /// Finds out what a key stands for that has its first value.
    @inline(never)
    private mutating func resolve(_ node: Int) {
        let name = direct.keys.dottedName(node)
        let canonical = schema.aliases[name] ?? name
        let key = direct.keys.nodes + node
        key.pointee.isResolved = true
        switch canonical {
        case schema.time:
            key.pointee.role = .time
            return
        case schema.startTime: key.pointee.role = .startTime
        default: break
        }
        key.pointee.column = column(named: canonical)
        if canonical == name { key.pointee.ownColumn = key.pointee.column }
    }

    /// The column by the name that the line gives, for a time that of a second one.
    @inline(never)
    mutating func ownColumn(_ node: Int) -> Int {
        if direct.keys.nodes[node].ownColumn < 0 {
            let name = direct.keys.dottedName(node)
            let own = column(named: name == schema.time ? schema.secondTime : name)
            direct.keys.nodes[node].ownColumn = own
        }
        return direct.keys.nodes[node].ownColumn
    }
}

/// The integer that the digits of `text` write, if it is one.
func unsignedNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard text.count > 0, text.count <= 19 else { return nil }
    var value: Int64 = 0
    for byte in text {
        let digit = byte &- UInt8(ascii: "0")
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int64(digit))
        guard digit <= 9, !overflow, !carry else { return nil }
        value = sum
    }
    return value
}
