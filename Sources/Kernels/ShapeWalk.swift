import CScan

// The walk along the shape trie. Free functions over pointers: no class, array, string or closure is touched per line.
//
// All reads stay within `ColumnBuffer.padding` bytes past the newline of the line being walked, which `BatchBuilder`
// guarantees to be there; every loop stops at a newline, since no literal has one and no value may.

/// Appends a row for each line from `start` to `end`; `end` follows a newline.
/// Returns the start of the first line that no shape fits, or `end`.
func walkLines(
    _ state: UnsafeMutablePointer<WalkState>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
) -> UnsafePointer<UInt8> {
    var line = start
    while line < end {
        if line[0] == UInt8(ascii: "\n") {
            line += 1
            continue
        }
        var first = line
        while first[0] == 0x20 || first[0] == 0x09 { first += 1 }
        let isJSON = first[0] == UInt8(ascii: "{")
        state.pointee.hasRowTime = false
        state.pointee.highBits = 0
        let root = isJSON ? state.pointee.jsonRoot : state.pointee.logfmtRoot
        guard let next = walkLine(state, root, first, isJSON: isJSON) else {
            state.pointee.removeRow()
            return line
        }
        if next - line > state.pointee.lineBytesMax || (state.pointee.highBits != 0 && !isUTF8(line, next)) {
            state.pointee.removeRow()
            return line
        }
        state.pointee.endRow(time: state.pointee.hasRowTime ? state.pointee.rowTime : state.pointee.receivedAt)
        line = next
    }
    return end
}

@inline(never)
private func isUTF8(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    firstInvalidUTF8(UnsafeBufferPointer(start: start, count: end - start)) == nil
}

/// Walks one line; returns the start of the next, or nil where no shape fits.
@inline(__always)
private func walkLine(
    _ state: UnsafeMutablePointer<WalkState>, _ root: UnsafeMutablePointer<ShapeEdge>,
    _ line: UnsafePointer<UInt8>, isJSON: Bool
) -> UnsafePointer<UInt8>? {
    var node = root
    var p = line
    while true {
        guard let predicted = node.pointee.predicted else { return nil }
        var edge = predicted
        var after = takeStep(state, edge, p, isJSON: isJSON)
        if after == nil {
            var sibling = node.pointee.firstChild
            while let candidate = sibling {
                if candidate != predicted {
                    after = takeStep(state, candidate, p, isJSON: isJSON)
                    if after != nil {
                        node.pointee.predicted = candidate
                        edge = candidate
                        break
                    }
                }
                sibling = candidate.pointee.nextSibling
            }
        }
        guard let next = after else { return nil }
        p = next
        if edge.pointee.action == .end { return p }
        node = edge
    }
}

/// Matches the literal of `edge` at `p` and takes the value behind it; nil, with nothing appended, where either does not fit.
@inline(__always)
private func takeStep(
    _ state: UnsafeMutablePointer<WalkState>, _ edge: UnsafeMutablePointer<ShapeEdge>, _ p: UnsafePointer<UInt8>,
    isJSON: Bool
) -> UnsafePointer<UInt8>? {
    guard matches(edge, p) else { return nil }
    let q = p + edge.pointee.literalCount
    switch edge.pointee.action {
    case .value:
        return takeValue(state, edge.pointee.column, q, isJSON: isJSON)
    case .end:
        return q[0] == UInt8(ascii: "\n") ? q + 1 : nil
    default:
        return takeRareStep(state, edge, q, isJSON: isJSON)
    }
}

@inline(__always)
private func matches(_ edge: UnsafeMutablePointer<ShapeEdge>, _ p: UnsafePointer<UInt8>) -> Bool {
    let literal = UnsafePointer(edge.pointee.literal)
    let count = edge.pointee.literalCount
    var index = 0
    while true {
        let differ = lockstitch_differ16(p + index, literal + index)
        let left = count &- index
        if left <= 16 { return differ & ((1 << UInt32(left)) &- 1) == 0 }
        if differ != 0 { return false }
        index &+= 16
    }
}

@inline(never)
private func takeRareStep(
    _ state: UnsafeMutablePointer<WalkState>, _ edge: UnsafeMutablePointer<ShapeEdge>, _ q: UnsafePointer<UInt8>,
    isJSON: Bool
) -> UnsafePointer<UInt8>? {
    let column = edge.pointee.column
    let row = UInt32(state.pointee.rowCount)
    switch edge.pointee.action {
    case .time:
        return takeTime(state, q, isJSON: isJSON)
    case .startTime:
        guard let next = takeValue(state, column, q, isJSON: isJSON) else { return nil }
        if !state.pointee.hasRowTime,
            let time = lastNumber(state.pointee.columns[column], row: row)
        {
            state.pointee.rowTime = time
            state.pointee.hasRowTime = true
        }
        return next
    case .replace:
        // Only then is the earlier value given up: another shape may fit the line.
        guard isValue(q, isJSON: isJSON) else { return nil }
        replace(state, column, row: row)
        return takeValue(state, column, q, isJSON: isJSON)
    case .displace:
        guard isValue(q, isJSON: isJSON) else { return nil }
        move(state, from: column, to: edge.pointee.other, row: row)
        return takeValue(state, column, q, isJSON: isJSON)
    case .bareKey:
        guard q[0] <= 0x20 else { return nil }
        if edge.pointee.other != column { move(state, from: column, to: edge.pointee.other, row: row) }
        replace(state, column, row: row)
        withUnsafeBytes(of: UInt32(0x6575_7274).littleEndian) { text in
            state.pointee.columns[column].append(
                text.baseAddress!.assumingMemoryBound(to: UInt8.self), count: 4, row: row, kind: ValueKind.bool)
        }
        return q
    case .value, .end:
        return nil
    }
}

/// Whether `takeValue` would take the value at `p`.
private func isValue(_ p: UnsafePointer<UInt8>, isJSON: Bool) -> Bool {
    if p[0] == UInt8(ascii: "\"") { return stringEnd(p + 1) != nil }
    return !isJSON || unquotedEnd(p) != nil
}

/// Takes back the value that `column` has in the row being built, if any, to make place for a later one.
private func replace(_ state: UnsafeMutablePointer<WalkState>, _ column: Int, row: UInt32) {
    guard state.pointee.columns[column].lastRange(ofRow: row) != nil else { return }
    state.pointee.columns[column].removeLast(ofRow: row)
    state.pointee.replacedValues += 1
}

private func move(_ state: UnsafeMutablePointer<WalkState>, from column: Int, to other: Int, row: UInt32) {
    let source = state.pointee.columns + column
    guard let range = source.pointee.lastRange(ofRow: row) else { return }
    state.pointee.columns[other].append(
        source.pointee.bytes + range.lowerBound, count: range.count, row: row, kind: source.pointee.lastKind)
    source.pointee.removeLast(ofRow: row)
}

/// The integer that the value of `row` writes, if it is one.
private func lastNumber(_ column: ColumnBuffer, row: UInt32) -> Int64? {
    guard let range = column.lastRange(ofRow: row) else { return nil }
    return unsignedNumber(UnsafeBufferPointer(start: column.bytes + range.lowerBound, count: range.count))
}

/// Reads the time of the row from the value at `q`. A time that cannot be read is kept as text.
private func takeTime(
    _ state: UnsafeMutablePointer<WalkState>, _ q: UnsafePointer<UInt8>, isJSON: Bool
) -> UnsafePointer<UInt8>? {
    let column = state.pointee.timeTextColumn
    let row = UInt32(state.pointee.rowCount)
    if state.pointee.columns[column].lastRange(ofRow: row) != nil {
        return takeTimeBesideText(state, q, isJSON: isJSON)
    }
    guard let next = takeValue(state, column, q, isJSON: isJSON) else { return nil }
    guard let range = state.pointee.columns[column].lastRange(ofRow: row) else { return next }
    let start = UnsafePointer(state.pointee.columns[column].bytes + range.lowerBound)
    if let time = state.pointee.timeReader.read(UnsafeBufferPointer(start: start, count: range.count)) {
        state.pointee.rowTime = time
        state.pointee.hasRowTime = true
        state.pointee.columns[column].removeLast(ofRow: row)
    } else {
        state.pointee.unreadableTimes += 1
    }
    return next
}

/// As `takeTime`, for the odd line that had a field of the name of the time text before its time.
@inline(never)
private func takeTimeBesideText(
    _ state: UnsafeMutablePointer<WalkState>, _ q: UnsafePointer<UInt8>, isJSON: Bool
) -> UnsafePointer<UInt8>? {
    let column = state.pointee.timeTextColumn
    let row = UInt32(state.pointee.rowCount)
    let buffer = state.pointee.columns[column]
    guard isValue(q, isJSON: isJSON), let range = buffer.lastRange(ofRow: row) else { return nil }
    let kind = buffer.lastKind
    let text = [UInt8](UnsafeBufferPointer(start: buffer.bytes + range.lowerBound, count: range.count))
    state.pointee.columns[column].removeLast(ofRow: row)
    let next = takeTime(state, q, isJSON: isJSON)
    if state.pointee.columns[column].lastRange(ofRow: row) == nil {
        text.withUnsafeBufferPointer { buffer in
            let source = buffer.baseAddress ?? UnsafePointer(state.pointee.columns[column].bytes)
            state.pointee.columns[column].append(source, count: buffer.count, row: row, kind: kind)
        }
    } else {
        state.pointee.replacedValues += 1
    }
    return next
}
